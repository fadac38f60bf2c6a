//! Hunts on a Ballista cluster: a scheduler, executors, and the client's side of
//! `lazaret hunt --cluster`.
//!
//! The machines of a cluster share the lake at the same place, and run the same
//! version of this program over the same content: functions travel as recipes
//! (see [`lazaret_hunt::engine::recipe`]). Neither side asks who the other is, so
//! a cluster belongs on a network of its own.

mod client;
mod codec;
mod executor;
mod rehearsal;
mod scheduler;

pub use client::{join, place};
pub use executor::{Executor, execute};
pub use rehearsal::rehearse;
pub use scheduler::{Scheduler, schedule};

/// The port of a scheduler unless another is named.
pub const PORT: u16 = 50050;

/// Bytes of one message: a plan with its functions, or a batch of rows.
const MESSAGE: u32 = 256 << 20;

/// What keeps a cluster from working.
#[derive(Debug, thiserror::Error)]
pub enum ClusterError {
    /// The address of a cluster is none.
    #[error("`{0}` is not the address of a cluster; write df://HOST:PORT")]
    Address(String),
    /// This side's engine.
    #[error(transparent)]
    Hunt(#[from] lazaret_hunt::HuntError),
    /// Ballista.
    #[error("the cluster: {0}")]
    Ballista(#[from] ballista_core::error::BallistaError),
    /// DataFusion.
    #[error("the cluster: {0}")]
    Engine(#[from] datafusion::error::DataFusionError),
    /// A socket or a thread.
    #[error("the cluster: {0}")]
    System(#[from] std::io::Error),
}
