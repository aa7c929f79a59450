//! From what was found in a call to the record about it.

use std::collections::BTreeSet;
use std::time::Duration;

use conversation::{CallId, neutral};
use jiff::Timestamp;
use sha2::{Digest as _, Sha256};
use url::Url;

use crate::{Field, NotOurs, RecordId, RecordKind, RichText, Subject, Values, Wanted};

/// The version of what is written here; a change of the form of records raises it.
const VERSION: &str = "1";
/// The most items of one kind in a record. A call with more is read in the recording.
const MOST: usize = 20;
/// The longest text of one line.
const LONGEST: usize = 500;
const LONGEST_TITLE: usize = 200;

/// Something that was found in a call, in our words and in those of whoever said it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(
    clippy::exhaustive_structs,
    reason = "what, who said it how, and where"
)]
pub struct Noted {
    /// What it is, in a line.
    pub text: String,
    /// What was said.
    pub quote: String,
    /// Where it is heard.
    pub moment: Option<Url>,
}

/// What a record says of a call. Words of calls stand in it: it is neutralised and escaped when it
/// becomes [`Values`], not before.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct CallNotes {
    /// The call.
    pub call: CallId,
    /// When it began.
    pub started: Timestamp,
    /// What it is called.
    pub title: Option<String>,
    /// How long it took.
    pub duration: Option<Duration>,
    /// Whether the customer called.
    pub is_inbound: Option<bool>,
    /// Where it is heard.
    pub recording: Option<Url>,
    /// Our share of the talk, from 0 to 1.
    pub talk_ratio: Option<f64>,
    /// Who is to do what.
    pub next_steps: Vec<Noted>,
    /// What was held against us.
    pub objections: Vec<Noted>,
    /// The competitors that were named.
    pub competitors: BTreeSet<String>,
}

impl CallNotes {
    /// Notes of a call in which nothing was found.
    pub fn new(call: CallId, started: Timestamp) -> Self {
        Self {
            call,
            started,
            title: None,
            duration: None,
            is_inbound: None,
            recording: None,
            talk_ratio: None,
            next_steps: Vec::new(),
            objections: Vec::new(),
            competitors: BTreeSet::new(),
        }
    }

    /// The record about the call, linked to these.
    ///
    /// ```
    /// use crm_sync::{CallNotes, Field};
    ///
    /// let started = "2026-11-02T10:00:00Z".parse()?;
    /// let notes = CallNotes::new("77".parse()?, started);
    ///
    /// let wanted = notes.wanted(Default::default())?;
    /// assert_eq!(wanted.subject.to_string(), "call/77");
    /// assert_eq!(wanted.values.get(Field::Title), Some("Recorded call"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// [`NotOurs`] never: every field of it is ours to write.
    pub fn wanted(&self, links: BTreeSet<(RecordKind, RecordId)>) -> Result<Wanted, NotOurs> {
        let title = self
            .title
            .as_deref()
            .map(|title| line(title, LONGEST_TITLE));
        let title = title.filter(|title| !title.is_empty());
        let competitors = self
            .competitors
            .iter()
            .take(MOST)
            .map(|name| line(name, LONGEST));
        let competitors: Vec<String> = competitors.collect();
        let mut values = Values::of(RecordKind::Call)
            .with(Field::Started, self.started.to_string())?
            .with(Field::Title, title.as_deref().unwrap_or("Recorded call"))?
            .with(Field::NextSteps, lines(&self.next_steps))?
            .with(Field::Objections, lines(&self.objections))?
            .with(Field::Competitors, competitors.join("; "))?
            .with(Field::Body, self.body(&competitors))?
            .with(Field::Version, VERSION)?;
        if let Some(duration) = self.duration {
            values = values.with(Field::Duration, duration.as_millis().to_string())?;
        }
        if let Some(is_inbound) = self.is_inbound {
            let direction = if is_inbound { "INBOUND" } else { "OUTBOUND" };
            values = values.with(Field::Direction, direction)?;
        }
        if let Some(url) = self
            .recording
            .as_ref()
            .filter(|url| url.scheme() == "https")
        {
            values = values.with(Field::Evidence, url.as_str())?;
        }
        if let Some(ratio) = self.talk_ratio.filter(|ratio| (0.0..=1.0).contains(ratio)) {
            values = values.with(Field::TalkRatio, format!("{ratio:.2}"))?;
        }
        let fingerprint = fingerprint(&values);
        Ok(Wanted {
            subject: Subject::Call(self.call.clone()),
            values: values.with(Field::Fingerprint, fingerprint)?,
            links,
            sums_up: BTreeSet::new(),
        })
    }

    fn body(&self, competitors: &[String]) -> String {
        let mut text = RichText::default();
        for (heading, noted) in [
            ("Next steps", &self.next_steps),
            ("Objections", &self.objections),
        ] {
            if noted.is_empty() {
                continue;
            }
            text.paragraph(heading);
            for one in noted.iter().take(MOST) {
                text.paragraph(&line(&one.text, LONGEST));
                text.quote(&line(&one.quote, LONGEST), one.moment.as_ref());
            }
        }
        if !competitors.is_empty() {
            text.paragraph("Competitors that were named");
            text.list(competitors.iter().map(String::as_str));
        }
        text.paragraph("Written by gongkit from the recorded call. What you change here stays.");
        text.to_string()
    }
}

/// One line of plain words, cut at a word where it is too long.
fn line(words: &str, longest: usize) -> String {
    let words = neutral(words);
    if words.chars().count() <= longest {
        return words;
    }
    let mut cut: String = words.chars().take(longest).collect();
    if let Some(end) = cut.rfind(' ') {
        cut.truncate(end);
    }
    cut.push('…');
    cut
}

fn lines(noted: &[Noted]) -> String {
    let all: Vec<String> = noted
        .iter()
        .take(MOST)
        .map(|one| match one.quote.as_str() {
            "" => line(&one.text, LONGEST),
            quote => line(&format!("{}: {quote}", one.text), LONGEST),
        })
        .collect();
    all.join("\n")
}

/// Tells what was written from what was written before.
fn fingerprint(values: &Values) -> String {
    let mut hash = Sha256::new();
    for (field, value) in values.iter() {
        // Lengths first, so that no two sets of values read the same.
        hash.update(format!("{field:?} {}\n", value.len()));
        hash.update(value);
    }
    hex::encode(
        hash.finalize()
            .iter()
            .take(16)
            .copied()
            .collect::<Vec<u8>>(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn notes(text: &str, quote: &str) -> CallNotes {
        let call = CallId::new("77").expect("an id");
        let mut notes = CallNotes::new(call, Timestamp::UNIX_EPOCH);
        notes.title = Some("Fox <b>& Owl</b>: pricing".to_owned());
        notes.talk_ratio = Some(0.4567);
        notes.recording = "https://app.gong.io/call?id=77".parse().ok();
        notes.competitors = ["Owl".to_owned(), "Elk".to_owned()].into();
        notes.next_steps.push(Noted {
            text: text.to_owned(),
            quote: quote.to_owned(),
            moment: "https://app.gong.io/call?id=77&at=5".parse().ok(),
        });
        notes
    }

    fn value(notes: &CallNotes, field: Field) -> String {
        let wanted = notes.wanted(BTreeSet::new()).expect("ours to write");
        wanted.values.get(field).unwrap_or_default().to_owned()
    }

    #[test]
    fn a_record_says_what_was_found_and_where() {
        let notes = notes("Ada sends the offer by Friday", "I'll send it by Friday.");
        assert_eq!(
            value(&notes, Field::NextSteps),
            "Ada sends the offer by Friday: I'll send it by Friday."
        );
        assert_eq!(value(&notes, Field::Competitors), "Elk; Owl");
        assert_eq!(value(&notes, Field::TalkRatio), "0.46");
        let body = value(&notes, Field::Body);
        assert!(body.contains("I&#39;ll send it by Friday."), "{body}");
        assert!(
            body.contains("href=\"https://app.gong.io/call?id=77&amp;at=5\""),
            "{body}"
        );
    }

    #[test]
    fn the_same_notes_are_the_same_record_and_others_are_not() {
        let one = notes("send the offer", "I'll send it.");
        let other = notes("send the draft", "I'll send it.");
        let fingerprint = |notes: &CallNotes| value(notes, Field::Fingerprint);
        assert_eq!(fingerprint(&one), fingerprint(&one.clone()));
        assert_ne!(fingerprint(&one), fingerprint(&other));
    }

    #[test]
    fn words_of_calls_bring_no_markup_no_link_and_no_second_line() {
        let hostile = "<img src=x onerror=alert(1)>\nStage: closedwon [pay](https://bad.example) \u{202e}www.bad.example";
        let notes = notes(hostile, hostile);
        let plain = value(&notes, Field::NextSteps);
        assert!(
            !plain.contains('\n') && !plain.contains("https://"),
            "{plain}"
        );
        let body = value(&notes, Field::Body);
        let links = body.matches("<a ").count();
        assert_eq!((links, body.matches("https://").count()), (1, 1), "{body}");
        assert!(
            !body.contains("<img") && !body.contains("www.bad"),
            "{body}"
        );
        assert!(!value(&notes, Field::Title).contains("<b>"));
    }

    #[test]
    fn long_words_are_cut_and_many_items_are_counted_off() {
        let mut notes = notes(&"word ".repeat(400), "quote");
        notes.next_steps = vec![notes.next_steps[0].clone(); 50];
        let steps = value(&notes, Field::NextSteps);
        assert_eq!(steps.lines().count(), MOST);
        assert!(
            steps
                .lines()
                .all(|line| line.chars().count() <= LONGEST + 1)
        );
    }
}
