//! Source code to predicted behaviours.
//!
//! Every language has one front end in [`lower`] that turns its syntax tree
//! into the one intermediate form of [`ir`]. One abstract interpreter
//! (`interp`) then runs that form: it folds constants, undoes decoders, follows
//! aliases and data flow, and writes down each call that touches the world as
//! a [`lazaret_model::Behaviour`]. Which library calls touch the world, and
//! how, is data: the catalogues in `content/apis/<language>/`.

pub mod builtins;
pub mod catalogue;
pub mod interp;
pub mod ir;
pub mod lower;
pub mod msbuild;
pub mod text;

mod analysis;

pub use analysis::{Analysis, Import, Limits, Modules, NoModules, Note, Source, Trait};
pub use catalogue::{Catalogue, CatalogueError};

/// Analyses one source text.
///
/// Texts without any word that could lead to a behaviour
/// ([`Catalogue::worth_parsing`]) are not parsed; ask that first where the
/// count matters. Locations in other files of the package (a function that
/// this one calls) have no line; their bytes count in that file.
pub fn analyse(
    source: &Source<'_>,
    modules: &dyn Modules,
    catalogue: &Catalogue,
    limits: &Limits,
) -> Analysis {
    let text = String::from_utf8_lossy(source.text);
    let unit = stacker::maybe_grow(512 << 10, 16 << 20, || {
        lower::lower(source.language, &text, source.path)
    });
    analyse_unit(source, unit.into(), modules, catalogue, limits)
}

/// Bytes of stack for one analysis; only what is touched is taken.
const STACK: usize = 64 << 20;

/// Analyses a source text that is lowered already.
pub fn analyse_unit(
    source: &Source<'_>,
    unit: std::sync::Arc<ir::Unit>,
    modules: &dyn Modules,
    catalogue: &Catalogue,
    limits: &Limits,
) -> Analysis {
    // One large stack from the start: growing it again and again in a deep
    // recursion costs more than the recursion.
    stacker::maybe_grow(STACK - (4 << 20), STACK, || {
        interp::Interp::new(source, modules, catalogue, limits).run(unit)
    })
}
