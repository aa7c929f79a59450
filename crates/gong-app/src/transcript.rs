//! A part of what was said in a call, a page of whole sentences at a time.

use access::{Form, Operation};
use conversation::{Call, CallId, SentenceRef, Side, SpokenSentence};

use crate::app::App;
use crate::calls::malformed_place;
use crate::error::Choice;
use crate::findings::not_found;
use crate::views::{SentenceView, TranscriptView, call_line};
use crate::{Error, ErrorKind};

/// Which part of which call.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct TranscriptRequest {
    /// The call.
    pub call: String,
    /// What is said at this many milliseconds or later.
    pub from_ms: Option<u64>,
    /// What begins before this many milliseconds.
    pub to_ms: Option<u64>,
    /// `ours`, `theirs` or `unknown`.
    pub side: Option<String>,
    /// Who speaks: a part of the name, the e-mail address, or an id; anybody if none is named.
    pub speakers: Vec<String>,
    /// Where the page before said to go on.
    pub after: Option<String>,
    /// Private calls as well.
    pub include_private: bool,
}

impl TranscriptRequest {
    /// The beginning of a call.
    pub fn new(call: impl Into<String>) -> Self {
        Self {
            call: call.into(),
            from_ms: None,
            to_ms: None,
            side: None,
            speakers: Vec::new(),
            after: None,
            include_private: false,
        }
    }
}

/// How much a page holds, by the measure of whoever shows it.
#[derive(Clone, Copy, Debug)]
#[expect(clippy::exhaustive_structs, reason = "a bound and its measure")]
pub struct Page {
    /// The most.
    pub most: usize,
    /// What a sentence adds, given the one before it on the page.
    pub weigh: fn(Option<&SentenceView>, &SentenceView) -> usize,
}

/// A sentence, and how many of its characters stand on pages before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Place {
    at: SentenceRef,
    skipped: usize,
}

impl App {
    /// Shows a part of what was said: whole sentences, as many as a page holds. A sentence that is
    /// longer than a page by itself is cut between words and goes on on the next one.
    pub async fn transcript(
        &self,
        request: &TranscriptRequest,
        page: Page,
    ) -> Result<TranscriptView, Error> {
        let work = Box::pin(self.part(request, page));
        let seen = |view: &TranscriptView| vec![view.call.id.clone()];
        let asked = format!("{request:?}");
        self.reading(Operation::TRANSCRIPT, &asked, work, seen)
            .await
    }

    async fn part(&self, request: &TranscriptRequest, page: Page) -> Result<TranscriptView, Error> {
        let scope = self.scope_of(Operation::TRANSCRIPT, request.include_private)?;
        let id = CallId::new(&request.call).map_err(|_| not_found())?;
        let archive = self.existing_archive().await?;
        let found = archive.read(&scope, &[id]).await?;
        let stored = found.into_iter().next().ok_or_else(not_found)?;
        let call = &stored.call;
        let text = stored.text.as_ref().ok_or_else(|| {
            Error::new(ErrorKind::TryLater, "the call has no transcript yet")
                .hint("`gongkit sync` asks for it again")
        })?;
        let revision = text.revision.get();
        let wanted = Wanted::of(request, call)?;
        let from = match &request.after {
            Some(after) => Some(place_of(after, revision)?),
            None => None,
        };
        let all: Vec<_> = text
            .transcript
            .sentences()
            .filter(|said| wanted.takes(call, said))
            .collect();
        let first = from.map_or(0, |from| {
            all.iter()
                .position(|said| said.at >= from.at)
                .unwrap_or(all.len())
        });
        let skipped = from
            .filter(|from| all.get(first).is_some_and(|said| said.at == from.at))
            .map_or(0, |from| from.skipped);
        let before = first.checked_sub(1).and_then(|at| all.get(at));
        let is_same_voice = all.get(first).is_some_and(|said| {
            before.is_some_and(|before| before.at.utterance == said.at.utterance)
        });
        let filled = fill(call, all.get(first..).unwrap_or_default(), skipped, page);
        Ok(TranscriptView {
            call: call_line(call, Form::Whole),
            text_revision: revision,
            is_continued: skipped > 0 || is_same_voice,
            is_cut: filled.next.is_some_and(|next| next.skipped > 0),
            next: filled
                .next
                .map(|next| format!("{revision}:{}:{}", next.at, next.skipped)),
            sentences: filled.sentences,
            total: all.len(),
        })
    }
}

struct Wanted {
    from_ms: u64,
    to_ms: u64,
    side: Option<Side>,
    parties: Option<Vec<conversation::PartyId>>,
}

impl Wanted {
    fn of(request: &TranscriptRequest, call: &Call) -> Result<Self, Error> {
        let side = match &request.side {
            None => None,
            Some(word) => Some(word.parse().map_err(|_| {
                Error::new(ErrorKind::Usage, "a side is one of ours, theirs, unknown")
            })?),
        };
        let mut parties = None;
        for word in &request.speakers {
            let word = word.trim().to_lowercase();
            let is_meant = |party: &&conversation::Party| {
                let is = |text: Option<&str>| text.is_some_and(|text| text.to_lowercase() == word);
                let holds = |text: Option<&str>| {
                    text.is_some_and(|text| text.to_lowercase().contains(&word))
                };
                is(Some(party.id.as_str()))
                    || is(party.user.as_ref().map(conversation::UserId::as_str))
                    || is(party.email.as_deref())
                    || holds(party.name.as_deref())
            };
            let meant: Vec<_> = call.parties.iter().filter(is_meant).collect();
            if meant.is_empty() || word.is_empty() {
                let choices = call.parties.iter().map(|party| {
                    let id = party.email.as_deref().unwrap_or(party.id.as_str());
                    Choice::new(id, party.name.as_deref())
                });
                let what = "nobody of this name took part in the call";
                return Err(Error::new(ErrorKind::NotFound, what)
                    .hint("name one of those who did")
                    .choose_among(choices.take(10).collect()));
            }
            parties
                .get_or_insert_with(Vec::new)
                .extend(meant.into_iter().map(|party| party.id.clone()));
        }
        Ok(Self {
            from_ms: request.from_ms.unwrap_or(0),
            to_ms: request.to_ms.unwrap_or(u64::MAX),
            side,
            parties,
        })
    }

    fn takes(&self, call: &Call, said: &SpokenSentence<'_>) -> bool {
        let is_within = said.span.end_ms() > self.from_ms || said.span.start_ms() >= self.from_ms;
        is_within
            && said.span.start_ms() < self.to_ms
            && self
                .side
                .is_none_or(|side| call.side_of(said.party) == side)
            && self
                .parties
                .as_ref()
                .is_none_or(|wanted| said.party.is_some_and(|party| wanted.contains(party)))
    }
}

struct Filled {
    sentences: Vec<SentenceView>,
    next: Option<Place>,
}

/// Fills a page; it holds at least one sentence, or a part of it.
fn fill(call: &Call, all: &[SpokenSentence<'_>], skipped: usize, page: Page) -> Filled {
    let mut sentences: Vec<SentenceView> = Vec::new();
    let mut weight = 0;
    for (at, said) in all.iter().enumerate() {
        let skipped = if at == 0 { skipped } else { 0 };
        let mut shown = crate::show::sentence(call, said);
        if skipped > 0 {
            shown.text = shown.text.chars().skip(skipped).collect();
        }
        let adds = (page.weigh)(sentences.last(), &shown);
        if weight + adds <= page.most {
            weight += adds;
            sentences.push(shown);
            continue;
        }
        let mut next = Place {
            at: said.at,
            skipped,
        };
        if sentences.is_empty() {
            let shown = cut(shown, page);
            next.skipped += shown.text.chars().count();
            sentences.push(shown);
        }
        return Filled {
            sentences,
            next: Some(next),
        };
    }
    Filled {
        sentences,
        next: None,
    }
}

/// The beginning of a sentence that a page holds, up to a blank if there is one.
fn cut(mut sentence: SentenceView, page: Page) -> SentenceView {
    while (page.weigh)(None, &sentence) > page.most {
        let length = sentence.text.chars().count();
        let keep = (length - length / 8).min(length.saturating_sub(1));
        if keep == 0 {
            break;
        }
        let mut shorter: String = sentence.text.chars().take(keep).collect();
        if let Some(blank) = shorter.trim_end().rfind(' ') {
            shorter.truncate(blank + 1);
        }
        sentence.text = shorter;
    }
    sentence
}

/// Where a page goes on; a place in other words than those that are stored now is none.
fn place_of(after: &str, revision: u64) -> Result<Place, Error> {
    let mut parts = after.split(':');
    let (Some(of), Some(at), Some(skipped), None) =
        (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return Err(malformed_place());
    };
    let of: u64 = of.parse().map_err(|_| malformed_place())?;
    let place = Place {
        at: at.parse().map_err(|_| malformed_place())?,
        skipped: skipped.parse().map_err(|_| malformed_place())?,
    };
    if of == revision {
        Ok(place)
    } else {
        let what = "the words of the call were corrected since the page before";
        Err(Error::new(ErrorKind::Usage, what).hint("start again without a place to go on from"))
    }
}

#[cfg(test)]
mod tests {
    use conversation::{Party, PartyId, Sentence, Span, Transcript, Utterance};
    use jiff::Timestamp;

    use super::*;

    fn weigh(_: Option<&SentenceView>, sentence: &SentenceView) -> usize {
        sentence.text.chars().count()
    }

    fn call() -> Call {
        let mut call = Call::new(CallId::new("1").expect("an id"), Timestamp::UNIX_EPOCH);
        for (id, name, side) in [
            ("a", "Ada Example", Side::Ours),
            ("b", "Bo Sample", Side::Theirs),
        ] {
            let mut party = Party::new(PartyId::new(id).expect("an id"));
            party.name = Some(name.to_owned());
            party.side = side;
            call.parties.push(party);
        }
        call
    }

    fn transcript(said: &[(&str, &[&str])]) -> Transcript {
        let mut at = 0;
        let utterances = said.iter().map(|(who, sentences)| {
            let sentences = sentences.iter().map(|text| {
                at += 1_000;
                Sentence::new(Span::from_millis(at - 1_000, at), *text)
            });
            Utterance::new(sentences.collect()).by(PartyId::new(*who).expect("an id"))
        });
        Transcript::new(utterances.collect())
    }

    fn texts(filled: &Filled) -> Vec<&str> {
        filled
            .sentences
            .iter()
            .map(|one| one.text.as_str())
            .collect()
    }

    #[test]
    fn pages_hold_whole_sentences_and_together_all_of_them() {
        let words = transcript(&[("a", &["One two.", "Three."]), ("b", &["Four five six."])]);
        let all: Vec<_> = words.sentences().collect();
        let page = Page { most: 15, weigh };

        let first = fill(&call(), &all, 0, page);
        assert_eq!(texts(&first), ["One two.", "Three."]);
        let next = first.next.expect("more");
        assert_eq!((next.at.to_string().as_str(), next.skipped), ("1.0", 0));
        let second = fill(&call(), &all[2..], 0, page);
        assert_eq!(
            (texts(&second), second.next),
            (vec!["Four five six."], None)
        );
    }

    #[test]
    fn a_sentence_longer_than_a_page_is_cut_between_words_and_nothing_of_it_is_lost() {
        let long = "word ".repeat(100);
        let words = transcript(&[("a", &[long.trim_end(), "End."])]);
        let all: Vec<_> = words.sentences().collect();
        let page = Page { most: 90, weigh };
        let mut read = String::new();
        let (mut from, mut skipped) = (0, 0);

        for _ in 0..20 {
            let filled = fill(&call(), &all[from..], skipped, page);
            assert!(filled.sentences.iter().all(|one| weigh(None, one) <= 90));
            read.extend(filled.sentences.into_iter().map(|one| one.text));
            let Some(next) = filled.next else {
                break;
            };
            from = all
                .iter()
                .position(|said| said.at == next.at)
                .expect("there");
            skipped = next.skipped;
        }

        assert_eq!(read, format!("{}End.", long.trim_end()));
    }

    #[test]
    fn a_part_is_chosen_by_time_side_and_speaker() {
        let words = transcript(&[("a", &["Ours."]), ("b", &["Theirs."]), ("a", &["Again."])]);
        let taken = |change: &dyn Fn(&mut TranscriptRequest)| {
            let mut request = TranscriptRequest::new("1");
            change(&mut request);
            let wanted = Wanted::of(&request, &call()).expect("understood");
            let all = words.sentences();
            all.filter(|said| wanted.takes(&call(), said))
                .map(|said| said.text.to_owned())
                .collect::<Vec<_>>()
        };

        assert_eq!(taken(&|_| {}).len(), 3);
        assert_eq!(taken(&|one| one.side = Some("theirs".into())), ["Theirs."]);
        assert_eq!(taken(&|one| one.from_ms = Some(2_000)), ["Again."]);
        assert_eq!(taken(&|one| one.to_ms = Some(1_000)), ["Ours."]);
        assert_eq!(taken(&|one| one.speakers = vec!["bo".into()]), ["Theirs."]);
        let mut request = TranscriptRequest::new("1");
        request.speakers = vec!["nobody".into()];
        let error = Wanted::of(&request, &call())
            .map(|_| ())
            .expect_err("nobody");
        assert_eq!(error.choices().len(), 2);
    }

    #[test]
    fn a_place_is_that_of_the_words_as_they_are_or_none() {
        let place = place_of("7:12.3:40", 7).expect("a place");
        assert_eq!((place.at, place.skipped), (SentenceRef::new(12, 3), 40));
        for bad in [
            "",
            "7",
            "7:12.3",
            "x:12.3:0",
            "7:12:0",
            "7:12.3:-1",
            "7:12.3:0:1",
        ] {
            assert!(place_of(bad, 7).is_err(), "{bad}");
        }
        let old = place_of("6:12.3:0", 7).expect_err("corrected since");
        assert!(old.to_string().contains("corrected"));
    }
}
