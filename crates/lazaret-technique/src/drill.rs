//! Drills: inert, reversible programs that act out a behaviour in the descent
//! of a make-believe package manager, so that a user proves that sensors,
//! analytics and hunts see it.
//!
//! A drill is a shell script. It runs with a home folder of its own that is
//! deleted afterwards; whatever it writes has to be below `$HOME`, and
//! whatever it connects to has to be `127.0.0.1`.

use std::{
    fs, io,
    path::{Path, PathBuf},
    process::{Command, Output},
};

use lazaret_content::Content;
use lazaret_model::TechniqueId;
use serde::{Deserialize, Serialize};

use crate::PackageError;

/// A drill.
#[derive(Clone, Debug, Serialize)]
pub struct Drill {
    /// Name of its folder.
    pub id: String,
    /// The technique that it acts out.
    pub technique: TechniqueId,
    /// What it does, for whom it is going to run for.
    pub does: String,
    /// The package manager that it makes believe to be (`npm`).
    pub manager: String,
    /// Analytics that have to fire.
    pub expects: Vec<String>,
    /// The script (`act.sh`).
    #[serde(skip)]
    pub script: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Head {
    does: String,
    #[serde(default = "npm")]
    manager: String,
    expects: Vec<String>,
}

fn npm() -> String {
    "npm".to_owned()
}

/// A drill that could not be run.
#[derive(Debug, thiserror::Error)]
pub enum DrillError {
    /// The system refused.
    #[error("the drill could not {what}: {source}")]
    Io {
        /// What it was about to do.
        what: &'static str,
        /// Why not.
        source: io::Error,
    },
    /// It ended badly.
    #[error("the drill's script failed ({status}): {stderr}")]
    Failed {
        /// How it ended.
        status: String,
        /// What it said.
        stderr: String,
    },
}

/// A drill that ran. Everything that it wrote is gone.
#[derive(Clone, Debug)]
pub struct DrillRun {
    /// What the script wrote to standard output.
    pub stdout: String,
    /// Where it ran; not there any more.
    pub folder: PathBuf,
}

impl Drill {
    pub(crate) fn load(
        content: &Content,
        technique: TechniqueId,
        folder: &str,
    ) -> Result<Self, PackageError> {
        let base = format!("techniques/{technique}/drills/{folder}");
        let read = |name: &str| {
            let path = format!("{base}/{name}");
            let bytes = content.get(&path);
            bytes
                .map(|bytes| String::from_utf8_lossy(bytes).into_owned())
                .ok_or_else(|| PackageError::new(&path, "is missing"))
        };
        let head: Head = toml::from_str(&read("drill.toml")?)
            .map_err(|error| PackageError::new(&format!("{base}/drill.toml"), error))?;
        Ok(Self {
            id: folder.to_owned(),
            technique,
            does: head.does,
            manager: head.manager,
            expects: head.expects,
            script: read("act.sh")?,
        })
    }

    /// Runs it. With `record`, under `strace`, whose output is left there for
    /// `lazaret detect`.
    ///
    /// # Errors
    /// When it cannot be set up, or its script fails.
    pub fn run(&self, record: Option<&Path>) -> Result<DrillRun, DrillError> {
        let fail = |what| move |source| DrillError::Io { what, source };
        let folder = tempfile::Builder::new()
            .prefix("lazaret-drill-")
            .tempdir()
            .map_err(fail("make its folder"))?;
        let (manager, home) = self
            .set_up(folder.path())
            .map_err(fail("write its files"))?;
        let mut command = match record {
            Some(record) => {
                let mut strace = Command::new("strace");
                strace.args(["-f", "-tt", "-T", "-s", "256", "-o"]);
                strace.arg(record).arg(&manager);
                strace
            }
            None => Command::new(&manager),
        };
        command
            .args(["install", "inert-drill"])
            .current_dir(&home)
            .env_clear()
            .env("PATH", "/usr/local/bin:/usr/bin:/bin")
            .env("HOME", &home)
            .env("DRILL", folder.path());
        let output = command.output().map_err(fail(if record.is_some() {
            "start strace (is it installed?)"
        } else {
            "start its script"
        }))?;
        let outcome = outcome(&output, folder.path());
        folder.close().map_err(fail("clean up"))?;
        outcome
    }

    /// Writes the make-believe package manager and the script.
    fn set_up(&self, folder: &Path) -> io::Result<(PathBuf, PathBuf)> {
        let home = folder.join("home");
        fs::create_dir(&home)?;
        let act = folder.join("postinstall.sh");
        fs::write(&act, &self.script)?;
        let manager = folder.join(&self.manager);
        // As npm does: a shell, and in it the script of the package.
        fs::write(
            &manager,
            "#!/bin/sh\nsh \"$DRILL/postinstall.sh\"\nexit $?\n",
        )?;
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            fs::set_permissions(&manager, fs::Permissions::from_mode(0o755))?;
        }
        Ok((manager, home))
    }
}

fn outcome(output: &Output, folder: &Path) -> Result<DrillRun, DrillError> {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).trim().to_owned();
    if output.status.success() {
        Ok(DrillRun {
            stdout: text(&output.stdout),
            folder: folder.to_owned(),
        })
    } else {
        Err(DrillError::Failed {
            status: output.status.to_string(),
            stderr: text(&output.stderr),
        })
    }
}
