//! Who started whom, on every device, in bounded memory.
//!
//! A process is identified by its device and the sensor's own identifier, or,
//! where there is none, by its device, process id and order of events: a pid
//! is used again, and one may run several programs in a row. Each program
//! image that a process runs is a [`Node`] of its own; the image run before
//! in the same process is its parent, so that `sh -c 'exec node x'` keeps
//! both.

mod node;
mod room;
mod table;
mod told;

pub use node::{Node, NodeId, program_name};
pub use table::{Limits, Lineage};
