//! One tracker of words, tried and saved as a person writes it, without a file.

use access::{Operation, Permission};
use call_archive::Archive;

use crate::app::App;
use crate::eval::lines::TrackerLine;
use crate::views::{TrackerHitsView, TrackersView};
use crate::{Error, ErrorKind};

use super::trackers::{kept_id, load};

/// The longest name, and the longest expression.
const LONGEST: [usize; 2] = [120, 2_000];
/// The most words of one tracker.
const MOST_WORDS: usize = 200;

/// A tracker of words. One of sentences is made from a file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct TrackerDraft {
    /// What it is called.
    pub name: String,
    /// Any of these is heard.
    pub words: Vec<String>,
    /// Words joined by AND, OR, NOT and NEAR; wins over `words`.
    pub expression: Option<String>,
    /// `ours`, `theirs` or `unknown`; anybody if it is not said.
    pub side: Option<String>,
}

impl TrackerDraft {
    fn line(&self) -> Result<TrackerLine, Error> {
        let usage = |what: &str| Error::new(ErrorKind::Usage, what);
        let clean = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
        let name = clean(&self.name).ok_or_else(|| usage("a tracker needs a name"))?;
        let expression = self.expression.as_deref().and_then(clean);
        let words: Vec<String> = self.words.iter().filter_map(|word| clean(word)).collect();
        if expression.is_none() && words.is_empty() {
            return Err(usage("a tracker needs words, or an expression")
                .hint("write one word or phrase a line, such as `data residency`"));
        }
        let [name_most, text_most] = LONGEST;
        let is_long = name.chars().count() > name_most
            || words.len() > MOST_WORDS
            || words
                .iter()
                .chain(&expression)
                .any(|text| text.len() > text_most);
        if is_long {
            return Err(usage("the tracker is too long").hint(format!(
                "a name has {name_most} characters at most, and there are {MOST_WORDS} words at most"
            )));
        }
        Ok(TrackerLine {
            name,
            keywords: if expression.is_some() {
                Vec::new()
            } else {
                words
            },
            expression,
            side: self.side.as_deref().and_then(clean),
            examples: Vec::new(),
            counter_examples: Vec::new(),
        })
    }
}

impl App {
    /// Tries a tracker on so many of the newest calls; nothing is saved.
    pub async fn test_tracker(
        &self,
        draft: &TrackerDraft,
        calls: usize,
    ) -> Result<TrackerHitsView, Error> {
        self.permit(Operation::TRACKERS_TEST).await?;
        let line = draft.line()?;
        let lines = [line];
        let work = self.hits_of(&lines, calls);
        let mut views = self.trial(&format!("{draft:?} {calls}"), work).await?;
        views
            .pop()
            .ok_or_else(|| Error::new(ErrorKind::Failed, "the tracker was not tried"))
    }

    /// Saves a tracker; one of the same name is replaced.
    pub async fn save_tracker(&self, draft: &TrackerDraft) -> Result<TrackersView, Error> {
        self.permit(Operation::TRACKERS_SAVE).await?;
        let line = draft.line()?;
        self.recorded_saving(self.keep_trackers(vec![line])).await
    }

    /// A saved tracker of words as it was written; one of sentences is none of these.
    pub async fn tracker_draft(&self, detector: &str) -> Result<TrackerDraft, Error> {
        let work = async {
            let archive: &dyn Archive = self.existing_archive().await?.as_ref();
            self.sight_of(Permission::TranscriptsRead, false)?;
            let key = archive.hash_key().await?;
            let saved = load(archive).await?;
            let found = saved
                .into_iter()
                .find(|line| line.examples.is_empty() && kept_id(&key, &line.name) == detector);
            let line = found.ok_or_else(|| {
                Error::new(ErrorKind::NotFound, "there is no such tracker of words")
                    .hint("`gongkit trackers list` shows those that are saved")
            })?;
            Ok::<_, Error>(TrackerDraft {
                name: line.name,
                words: line.keywords,
                expression: line.expression,
                side: line.side,
            })
        };
        self.permit(Operation::TRACKERS_LIST).await?;
        let draft = work.await?;
        let record = async { Ok(()) };
        self.reading(Operation::TRACKERS_LIST, detector, record, |()| Vec::new())
            .await?;
        Ok(draft)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_draft_is_trimmed_bounded_and_has_something_to_hear() {
        let mut draft = TrackerDraft {
            name: " Residency ".to_owned(),
            words: vec![" data residency ".to_owned(), String::new()],
            ..TrackerDraft::default()
        };
        let line = draft.line().expect("a tracker");
        assert_eq!((line.name.as_str(), line.keywords.len()), ("Residency", 1));
        assert_eq!(line.keywords[0], "data residency");

        draft.expression = Some("data NEAR/3 residency".to_owned());
        assert!(draft.line().expect("a tracker").keywords.is_empty());

        draft.name = "x".repeat(200);
        assert!(draft.line().is_err());
        let nothing = TrackerDraft {
            name: "x".to_owned(),
            ..TrackerDraft::default()
        };
        assert!(nothing.line().is_err());
    }
}
