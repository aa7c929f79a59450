//! What rules and coaching read, made of figures again.

use call_archive::{CallNumbers, PersonNumbers, PlaceNumbers, Rank, RemarkNumbers, TalkNumbers};
use conversation::{Call, CallId, Citation, Revision};
use insights::coaching::{Figure, Metric, RepCall};
use insights::deals::{DealCall, Participant, PersonKey, Remark, Title};
use insights::{Digest, Kind, Value};
use jiff::Timestamp;

use super::{Figured, Makers, NO_STAGE};

impl Makers {
    /// The call as deals see it.
    pub(crate) fn deal_call(&self, figured: &Figured) -> DealCall {
        let numbers = &figured.numbers;
        let mut call = bare(&numbers.call, figured.started, self);
        call.people = numbers.people.iter().map(participant).collect();
        match &numbers.talk {
            None => call,
            Some(talk) => {
                let remark = |one| self.remark_of(numbers, talk, one);
                let remarks = talk.remarks.iter().filter_map(remark).collect();
                call.with_remarks(talk_ratio(talk), remarks)
            }
        }
    }

    fn remark_of(
        &self,
        numbers: &CallNumbers,
        talk: &TalkNumbers,
        one: &RemarkNumbers,
    ) -> Option<Remark> {
        let name = one.code.as_deref().and_then(|code| self.name(code));
        let value = Value::from_parts(Kind::from_word(&one.kind)?, &one.fixed, name)?;
        let place = cited(&numbers.call, talk.text_revision, &one.place);
        Some(Remark::new(value, place))
    }
}

/// The call as coaching sees it; none where nobody's it is, or without words.
pub(crate) fn rep_call(numbers: &CallNumbers) -> Option<RepCall> {
    let (rep, talk) = (numbers.rep.clone()?, numbers.talk.as_ref()?);
    let stage = numbers.stage.as_deref().unwrap_or(NO_STAGE).to_owned();
    let mut call = RepCall::new(rep, numbers.call.clone(), stage);
    for one in &talk.figures {
        let Some(metric) = Metric::from_word(&one.metric) else {
            continue;
        };
        let place = one.place.as_ref();
        let place = place.map(|place| cited(&numbers.call, talk.text_revision, place));
        let mut figure = Figure::new(one.value, place);
        figure.is_example = one.is_example;
        call.figures.insert(metric, figure);
    }
    Some(call)
}

fn bare(call: &CallId, started: Timestamp, makers: &Makers) -> DealCall {
    DealCall::of(&Call::new(call.clone(), started), &makers.rules)
}

fn participant(person: &PersonNumbers) -> Participant {
    let mut one = Participant::new(person_key(&person.person), person.side);
    one.title = match person.rank {
        Rank::Unknown => Title::Unknown,
        Rank::Other => Title::Other,
        Rank::Senior => Title::Senior,
    };
    one.spoke = person.spoke;
    one
}

/// The same text is the same person.
pub(crate) fn person_key(text: &str) -> PersonKey {
    PersonKey::of_digest(Digest::of([text.as_bytes()]))
}

fn talk_ratio(talk: &TalkNumbers) -> Option<f64> {
    let both = talk.ours + talk.theirs;
    (!both.is_zero()).then(|| talk.ours.as_secs_f64() / both.as_secs_f64())
}

fn cited(call: &CallId, words: Revision, place: &PlaceNumbers) -> Citation {
    let mut cited = Citation::new(call.clone(), words, place.at, place.span);
    cited.side = place.side;
    cited
}
