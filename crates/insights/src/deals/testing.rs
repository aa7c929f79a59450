//! Small deals for tests.

use conversation::{
    CallId, Citation, DealId, DealSnapshot, DealSource, Money, Revision, SentenceRef, Side, Span,
};
use jiff::Timestamp;

use super::{Activities, DealCall, DealView, Heard, Participant, PersonKey, Remark};
use crate::{Digest, Evidence, Finding, Provenance, Value};

/// Noon of a day.
pub(crate) fn at(day: &str) -> Timestamp {
    format!("{day}T12:00:00Z").parse().expect("a day")
}

pub(crate) fn id() -> DealId {
    DealId::new("crm", "1").expect("a name")
}

/// What the CRM showed at noon of a day.
pub(crate) fn snapshot(day: &str, stage: &str) -> DealSnapshot {
    let mut snapshot = DealSnapshot::new(id(), DealSource::Csv, at(day));
    snapshot.stage = Some(stage.to_owned());
    snapshot.amount = Money::parse("1000", "EUR".parse().expect("a currency")).ok();
    snapshot
}

/// A deal without calls, e-mails not connected.
pub(crate) fn deal(snapshots: Vec<DealSnapshot>) -> DealView {
    DealView::new(id(), snapshots, Vec::new(), Activities::NotConnected)
}

/// A deal in a stage since 1 March 2026, with calls.
pub(crate) fn deal_with(stage: &str, calls: Vec<DealCall>, activities: Activities) -> DealView {
    DealView::new(id(), vec![snapshot("2026-03-01", stage)], calls, activities)
}

pub(crate) fn email(name: &str) -> PersonKey {
    PersonKey::of_email(&format!("{name}@x.example"))
}

/// A call at noon with a transcript in which our seller and these people of the customer's spoke.
pub(crate) fn call(day: &str, theirs: &[&str], values: Vec<Value>) -> DealCall {
    let spoke = |person, side| Participant {
        spoke: true,
        ..Participant::new(person, side)
    };
    let mut people = vec![spoke(email("seller"), Side::Ours)];
    people.extend(theirs.iter().map(|name| spoke(email(name), Side::Theirs)));
    let id = CallId::new(day).expect("an id");
    let remarks = (0..)
        .zip(values)
        .filter_map(|(line, value)| Remark::of(&found(&id, line, value)));
    DealCall {
        started: at(day),
        people,
        heard: Some(Heard {
            talk_ratio_ours: Some(0.5),
            remarks: remarks.collect(),
        }),
        call: id,
    }
}

/// The same call before its transcript came.
pub(crate) fn unheard(mut call: DealCall) -> DealCall {
    call.heard = None;
    for person in &mut call.people {
        person.spoke = false;
    }
    call
}

/// Something that the customer said in this utterance.
pub(crate) fn found(call: &CallId, utterance: u32, value: Value) -> Finding {
    let span = Span::from_millis(
        u64::from(utterance) * 1000,
        u64::from(utterance) * 1000 + 900,
    );
    let sentence = SentenceRef::new(utterance, 0);
    let mut citation = Citation::new(call.clone(), Revision::new(1), sentence, span);
    citation.side = Side::Theirs;
    let none = Digest::of([]);
    let provenance = Provenance::new("test".to_owned(), 1, none, none, None);
    Finding::new(value, Evidence::sentence(citation), provenance)
}
