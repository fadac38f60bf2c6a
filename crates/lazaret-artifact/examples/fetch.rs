//! Fetches packages and says what came: `fetch npm:left-pad pkg:pypi/six@1.16.0`.
#![allow(clippy::print_stdout)]

use std::error::Error;

use lazaret_artifact::{
    Limits, Source, load,
    registry::{Client, Registries},
};
use lazaret_model::Package;

fn main() -> Result<(), Box<dyn Error>> {
    let client = Client::new(Registries::from_environment());
    for argument in std::env::args().skip(1) {
        let package: Package = argument.parse()?;
        match client.fetch(&package) {
            Ok((release, download)) => {
                let source = Source::bytes(&download.file.name, download.bytes);
                let (artifact, entries) = load(&source, &Limits::default())?;
                println!(
                    "{} {} files={} artifact={:?} entries={} notes={:?}",
                    release.package,
                    download.file.name,
                    release.files.len(),
                    artifact.package.map(|p| p.purl()),
                    entries.len(),
                    artifact.notes,
                );
            }
            Err(error) => println!("{argument}: {error}"),
        }
    }
    Ok(())
}
