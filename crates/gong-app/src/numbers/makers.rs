//! What works figures out, and its fingerprint.

use std::collections::BTreeMap;
use std::sync::Arc;

use call_archive::{Archive, CallNumbers, HashKey};
use insights::Digest;
use insights::deals::{PersonKey, PipelineRules};

use crate::Error;
use crate::app::App;
use crate::findings::{Detectors, keyed};

/// Raised whenever other figures come of the same call.
const VERSION: &str = "1";

/// What works figures out. Trackers have no part in it: what a smart one finds depends on the
/// labels that the reader may see.
pub(crate) struct Makers {
    pub(super) detectors: Detectors,
    pub(super) rules: PipelineRules,
    pub(super) key: HashKey,
    pub(super) made_by: String,
    /// The names of competitors, by their codes.
    names: BTreeMap<String, String>,
}

impl App {
    /// What works figures out today.
    pub(crate) async fn makers(&self, archive: &dyn Archive) -> Result<Arc<Makers>, Error> {
        let found = self.found_makers(archive);
        match &self.once {
            Some(once) => once.makers.get((), found).await,
            None => found.await.map(Arc::new),
        }
    }

    async fn found_makers(&self, archive: &dyn Archive) -> Result<Makers, Error> {
        let (detectors, watched) = self.shipped(archive).await?;
        let rules = self.pipeline();
        let key = archive.hash_key().await?;
        let mut parts = vec![VERSION.to_owned(), self.space_name()];
        for detector in detectors.iter() {
            let spec = detector.spec();
            parts.push(format!("{} {} {}", spec.id, spec.version, spec.params));
        }
        parts.extend(rules.senior_titles.iter().cloned());
        let print = Digest::of(parts.iter().map(String::as_bytes));
        let names = watched.competitors.into_iter().map(|watch| watch.name);
        Ok(Makers {
            detectors,
            rules,
            made_by: keyed(&key, &print).to_string(),
            names: names.map(|name| (code_of(&key, &name), name)).collect(),
            key,
        })
    }
}

impl Makers {
    /// Whether these figures come of it.
    pub(super) fn made(&self, numbers: &CallNumbers) -> bool {
        numbers.made_by == self.made_by
    }

    /// The code of a name that the user gave.
    pub(super) fn code(&self, name: &str) -> String {
        code_of(&self.key, name)
    }

    /// The name behind a code.
    pub(super) fn name(&self, code: &str) -> Option<&str> {
        self.names.get(code).map(String::as_str)
    }

    /// A person as kept: nobody without the key can guess who it is.
    pub(super) fn person(&self, person: PersonKey) -> Digest {
        keyed(&self.key, person.digest())
    }
}

fn code_of(key: &HashKey, name: &str) -> String {
    let print = Digest::of([b"competitor".as_slice(), name.as_bytes()]);
    let code = keyed(key, &print).to_string();
    code.get(..16).unwrap_or(&code).to_owned()
}
