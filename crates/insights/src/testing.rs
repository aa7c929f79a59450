//! Small calls for tests.

use conversation::{
    Call, CallId, Party, PartyId, Revision, Sentence, Side, Span, Transcript, Utterance,
};
use jiff::Timestamp;

use crate::CallView;

/// A call and its words.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct SmallCall {
    /// The facts.
    pub call: Call,
    /// The words.
    pub transcript: Transcript,
}

impl SmallCall {
    /// Looks at it.
    pub fn view(&self) -> CallView<'_> {
        CallView::new(&self.call, &self.transcript, Revision::new(1))
    }
}

/// A call of one sentence per turn, each two seconds long and a second apart; `who` is a side, or a
/// side and a name (`theirs:ann`).
///
/// It began on Tuesday 3 March 2026, 15:00 UTC.
///
/// # Panics
///
/// Panics if `who` holds a blank.
pub fn call_of(turns: &[(&str, &str)]) -> SmallCall {
    let timed: Vec<_> = (0u64..)
        .zip(turns)
        .map(|(n, &(who, text))| (who, n * 3_000, n * 3_000 + 2_000, text))
        .collect();
    timed_call(&timed)
}

/// A call of one sentence per turn, with start and end in milliseconds.
///
/// # Panics
///
/// Panics if `who` holds a blank.
pub fn timed_call(turns: &[(&str, u64, u64, &str)]) -> SmallCall {
    let id = CallId::new("7").expect("a digit");
    let started: Timestamp = "2026-03-03T15:00:00Z".parse().expect("an instant");
    let mut call = Call::new(id, started);
    let mut utterances = Vec::new();
    for &(who, start, end, text) in turns {
        let party = PartyId::new(who).expect("no blanks");
        if call.party(&party).is_none() {
            let mut new = Party::new(party.clone());
            let side = who.split(':').next().unwrap_or_default();
            new.side = side.parse().unwrap_or(Side::Unknown);
            call.parties.push(new);
        }
        let said = Sentence::new(Span::from_millis(start, end), text);
        utterances.push(Utterance::new(vec![said]).by(party));
    }
    SmallCall {
        call,
        transcript: Transcript::new(utterances),
    }
}
