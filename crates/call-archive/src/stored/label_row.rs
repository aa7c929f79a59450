//! The rows of labels: all in the clear, because they hold no word of a call.

use conversation::CallId;
use jiff::Timestamp;

use crate::moment::{instant, micros};
use crate::{Error, Label, Verdict};

use super::fault::{bad_id, damaged};
use super::finding_row::{finding_id, sentence, verdict};
use super::row::{number, revision};

/// One row of `labels`.
pub(crate) struct LabelRow {
    pub(crate) finding: String,
    pub(crate) call: String,
    pub(crate) detector: String,
    pub(crate) kind: String,
    pub(crate) place: Option<String>,
    pub(crate) text_revision: i64,
    pub(crate) verdict: String,
    pub(crate) made: i64,
}

impl LabelRow {
    /// What is written when somebody says this now.
    pub(crate) fn of(about: Label, said: Verdict, now: Timestamp) -> Self {
        Self {
            finding: about.finding.to_string(),
            call: about.call.to_string(),
            detector: about.detector,
            kind: about.kind,
            place: about.place.map(|place| place.to_string()),
            text_revision: number(about.text_revision),
            verdict: said.as_str().to_owned(),
            made: micros(now),
        }
    }

    /// The label; whether it is current is found out beside the call.
    pub(crate) fn open(self) -> Result<Label, Error> {
        let text_revision = revision(self.text_revision);
        Ok(Label {
            finding: finding_id(&self.finding)?,
            call: CallId::new(self.call).map_err(bad_id)?,
            detector: self.detector,
            kind: self.kind,
            place: self.place.as_deref().map(sentence).transpose()?,
            text_revision: text_revision.map_err(|_| damaged("a stored revision is wrong"))?,
            is_current: false,
            verdict: verdict(&self.verdict)?,
            made: instant(self.made)?,
        })
    }
}
