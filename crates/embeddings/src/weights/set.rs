//! The files that make a model, and the sums that make them trusted.

use std::{
    fs::File,
    io::{self, Read},
    path::{Path, PathBuf},
};

use sha2::{Digest, Sha256};

use super::blocking;
use crate::Error;

/// The files of one published model.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WeightSet {
    name: String,
    files: Vec<WeightFile>,
}

/// One file of a model as it was published.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(
    clippy::exhaustive_structs,
    reason = "a name, a length and a sum are all of a file"
)]
pub struct WeightFile {
    /// Its name, without a folder.
    pub name: String,
    /// Its length in bytes.
    pub bytes: u64,
    /// Its sha256 in lower-case hex.
    pub sha256: String,
}

/// Read at a time while a sum is made.
const READ_BYTES: usize = 1 << 20;

impl WeightSet {
    /// Names the files of a model.
    pub fn new(name: impl Into<String>, files: impl IntoIterator<Item = WeightFile>) -> Self {
        Self {
            name: name.into(),
            files: files.into_iter().collect(),
        }
    }

    /// sentence-transformers/all-MiniLM-L6-v2 as published. The tokenizer is part of the model:
    /// another one makes other vectors.
    pub fn all_minilm_l6_v2() -> Self {
        let files = [
            (
                "config.json",
                612,
                "953f9c0d463486b10a6871cc2fd59f223b2c70184f49815e7efbcab5d8908b41",
            ),
            (
                "tokenizer.json",
                466_247,
                "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
            ),
            (
                "model.safetensors",
                90_868_376,
                "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
            ),
        ];
        let files = files.map(|(name, bytes, sha256)| WeightFile {
            name: name.to_owned(),
            bytes,
            sha256: sha256.to_owned(),
        });
        Self::new("all-MiniLM-L6-v2", files)
    }

    /// The name of the model.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The files.
    pub fn files(&self) -> &[WeightFile] {
        &self.files
    }

    /// The length of all files together.
    pub fn bytes(&self) -> u64 {
        self.files.iter().map(|file| file.bytes).sum()
    }

    /// The sum of one file, by its name.
    pub fn sha256_of(&self, name: &str) -> Option<&str> {
        self.files
            .iter()
            .find(|file| file.name == name)
            .map(|file| file.sha256.as_str())
    }

    /// Checks that the folder holds every file, unchanged, on a thread that may block.
    pub async fn verify(&self, dir: &Path) -> Result<(), Error> {
        let (set, dir) = (self.clone(), dir.to_owned());
        blocking(move || set.files.iter().try_for_each(|file| file.verify(&dir))).await
    }

    /// Reads one file whole and verifies what was read.
    pub(crate) fn read(&self, name: &str, dir: &Path) -> Result<Vec<u8>, Error> {
        let path = dir.join(name);
        let unreadable = |source| Error::File {
            action: "read",
            path: path.clone(),
            source,
        };

        let file = self.files.iter().find(|file| file.name == name);
        let file = file.ok_or_else(|| unreadable(io::ErrorKind::NotFound.into()))?;
        let bytes = std::fs::read(&path).map_err(unreadable)?;
        file.check(&path, &Sha256::digest(&bytes))?;
        Ok(bytes)
    }
}

impl WeightFile {
    fn verify(&self, dir: &Path) -> Result<(), Error> {
        let path = dir.join(&self.name);
        let sum = sum_of(&path).map_err(|source| Error::File {
            action: "read",
            path: path.clone(),
            source,
        })?;
        self.check(&path, &sum)
    }

    fn check(&self, path: &Path, sum: &[u8]) -> Result<(), Error> {
        let found = hex::encode(sum);
        if found == self.sha256 {
            return Ok(());
        }
        let path = PathBuf::from(path);
        Err(Error::WeightsRefused {
            path,
            expected: self.sha256.clone(),
            found,
        })
    }
}

fn sum_of(path: &Path) -> io::Result<Vec<u8>> {
    let mut file = File::open(path)?;
    let mut hasher = Sha256::new();
    let mut buffer = vec![0; READ_BYTES];
    loop {
        let count = file.read(&mut buffer)?;
        let Some(read) = buffer.get(..count).filter(|read| !read.is_empty()) else {
            return Ok(hasher.finalize().to_vec());
        };
        hasher.update(read);
    }
}
