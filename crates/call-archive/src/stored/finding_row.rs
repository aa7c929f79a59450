//! The rows of findings: places and values from fixed lists in the clear, names sealed with the
//! key of the call.

use conversation::{CallId, SentenceRef};

use crate::{Error, FindingId, FoundRow, Verdict};

use super::context::Context;
use super::fault::damaged;
use super::seal::Key;

/// One row of `findings`.
pub(crate) struct FindingRow {
    pub(crate) id: String,
    pub(crate) kind: String,
    pub(crate) fixed: String,
    /// The sentences it cites, each as it is written, separated by blanks.
    pub(crate) places: String,
    pub(crate) score: f64,
    pub(crate) name: Option<Vec<u8>>,
}

impl FindingRow {
    pub(crate) fn of(
        context: &Context,
        key: Option<&Key>,
        call: &CallId,
        found: &FoundRow,
    ) -> Result<Self, Error> {
        let id = found.id.to_string();
        let place = row_name(call, &id);
        let name = match (&found.name, key) {
            (None, _) => None,
            (Some(name), Some(key)) => {
                Some(key.seal(context.place("findings", &place, "name"), name.as_bytes())?)
            }
            (Some(_), None) => return Err(damaged("a call with words has no key")),
        };
        let places: Vec<String> = found.places.iter().map(ToString::to_string).collect();
        Ok(Self {
            kind: found.kind.clone(),
            fixed: found.fixed.clone(),
            places: places.join(" "),
            score: found.score,
            name,
            id,
        })
    }

    pub(crate) fn open(
        self,
        context: &Context,
        key: Option<&Key>,
        call: &CallId,
    ) -> Result<FoundRow, Error> {
        let place = row_name(call, &self.id);
        let name = match (&self.name, key) {
            (None, _) => None,
            (Some(sealed), Some(key)) => {
                let name = key.open(context.place("findings", &place, "name"), sealed)?;
                let name = std::str::from_utf8(&name);
                let name = name.map_err(|_| damaged("a stored name is no text"))?;
                Some(name.to_owned())
            }
            (Some(_), None) => return Err(damaged("a sealed name has no key")),
        };
        let places = self.places.split_whitespace().map(sentence);
        let mut row = FoundRow::new(
            finding_id(&self.id)?,
            self.kind,
            self.fixed,
            places.collect::<Result<_, _>>()?,
        );
        row.name = name;
        row.score = self.score;
        Ok(row)
    }
}

fn row_name(call: &CallId, id: &str) -> String {
    format!("{call}/{id}")
}

pub(crate) fn sentence(text: &str) -> Result<SentenceRef, Error> {
    text.parse()
        .map_err(|_| damaged("a stored place is malformed"))
}

pub(crate) fn finding_id(text: &str) -> Result<FindingId, Error> {
    FindingId::from_hex(text).ok_or_else(|| damaged("a stored finding is malformed"))
}

pub(crate) fn verdict(word: &str) -> Result<Verdict, Error> {
    [Verdict::Right, Verdict::Wrong]
        .into_iter()
        .find(|verdict| verdict.as_str() == word)
        .ok_or_else(|| damaged("a stored verdict is unknown"))
}
