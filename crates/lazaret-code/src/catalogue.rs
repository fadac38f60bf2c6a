//! The catalogues of library calls that touch the world: `content/apis/`.

use lazaret_content::Content;

/// All catalogues, by language and qualified name.
#[derive(Debug, Default)]
pub struct Catalogue {}

/// A catalogue file that cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("{path}: {message}")]
pub struct CatalogueError {
    path: String,
    message: String,
}

impl Catalogue {
    /// Reads `content/apis/<language>/*.toml`.
    pub fn load(content: &Content) -> Result<Self, CatalogueError> {
        let _ = content;
        Ok(Self::default())
    }
}
