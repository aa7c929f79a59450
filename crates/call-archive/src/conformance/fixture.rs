//! Calls, words and moments that the laws are checked with.

use std::fmt::Display;
use std::time::Duration;

use access::Scope;
use conversation::{
    AccountId, Call, CallId, Direction, Party, PartyId, Privacy, Revision, Sentence, Side, Span,
    SpeakerId, Transcript, UserId, Utterance, WorkspaceId,
};
use jiff::{SignedDuration, Timestamp};

use crate::{
    Archive, Finish, Finished, IndexId, Indexed, JobKind, Known, Lease, Put, PutOutcome, Source,
    StoredCall,
};

/// The first moment.
pub(super) const NOW: Timestamp = Timestamp::constant(1_772_000_000, 0);

/// Seconds after the first moment.
pub(super) fn at(seconds: i64) -> Timestamp {
    NOW + SignedDuration::from_secs(seconds)
}

pub(super) fn id(name: impl Display) -> CallId {
    CallId::new(name.to_string()).expect("a valid id")
}

pub(super) fn user(name: &str) -> UserId {
    UserId::new(name).expect("a valid id")
}

/// A call of which only id and start are known.
pub(super) fn bare(name: impl Display) -> Call {
    Call::new(id(name), NOW)
}

/// A call with everything.
pub(super) fn full(name: impl Display) -> Call {
    let mut call = bare(name);
    call.workspace = Some(WorkspaceId::new("w1").expect("a valid id"));
    call.title = Some("Größe & Pläne — \u{202e}x".to_owned());
    call.url = Some("https://calls.example/1".to_owned());
    call.scheduled = Some(at(-60));
    call.duration = Some(Duration::from_millis(1_800_500));
    call.direction = Some(Direction::Other("fax".to_owned()));
    call.scope = Some("External".to_owned());
    call.language = Some("eng".to_owned());
    call.primary_user = Some(user("u1"));
    call.parties = vec![ours("p1", "u1"), theirs("p2")];
    call.accounts = vec![AccountId::new("domain:example.com").expect("a valid id")];
    call.tags = vec!["renewal".to_owned()];
    call
}

pub(super) fn ours(party: &str, of: &str) -> Party {
    let mut party = Party::new(PartyId::new(party).expect("a valid id"));
    party.speaker = Some(SpeakerId::new("s1").expect("a valid id"));
    party.user = Some(user(of));
    party.side = Side::Ours;
    party.name = Some("Ada Example".to_owned());
    party.email = Some("ada@ours.example".to_owned());
    party
}

pub(super) fn theirs(party: &str) -> Party {
    let mut party = Party::new(PartyId::new(party).expect("a valid id"));
    party.side = Side::Theirs;
    party.name = Some("Bob Sample".to_owned());
    party.email = Some("Bob@Example.com".to_owned());
    party.phone = Some("+1 555 0100".to_owned());
    party.title = Some("Buyer".to_owned());
    party
}

/// One sentence by `p1` and one by `p2`.
pub(super) fn words(text: &str) -> Transcript {
    let said = |text: &str, by: &str| {
        let sentence = Sentence::new(Span::from_millis(10, 900), text);
        Utterance::new(vec![sentence]).by(PartyId::new(by).expect("a valid id"))
    };
    let mut second = said("I see.", "p2");
    second.topic = Some("Pricing".to_owned());
    Transcript::new(vec![said(text, "p1"), second])
}

pub(super) fn put(call: Call, expected: Option<Revision>) -> Put {
    Put::new(call, Source::Gong, expected)
}

/// A put of everything: facts, words, raw blocks.
pub(super) fn full_put(name: impl Display, text: &str, expected: Option<Revision>) -> Put {
    let mut put = put(full(name), expected);
    put.transcript = Some(words(text));
    for (name, block) in [("metaData", r#"{"id":1}"#), ("parties", r#"[{"n":1}]"#)] {
        put.raw.blocks.insert(name.to_owned(), block.to_owned());
    }
    put
}

pub(super) fn private(mut call: Call) -> Call {
    call.privacy = Privacy::Private;
    call
}

/// Puts one and gives its outcome.
pub(super) async fn store<A: Archive>(archive: &A, put: Put, now: Timestamp) -> PutOutcome {
    let outcomes = archive.put(vec![put], None, now).await;
    let outcomes = outcomes.expect("a batch of one is stored");
    assert_eq!(outcomes.len(), 1, "one outcome per put");
    *outcomes.first().expect("one outcome")
}

/// Puts one that must be stored and gives its revision.
pub(super) async fn stored<A: Archive>(archive: &A, put: Put) -> Revision {
    match store(archive, put, NOW).await {
        PutOutcome::Stored { revision, .. } => revision,
        other => unreachable_outcome(other),
    }
}

/// Stores a call with everything and gives its revision.
pub(super) async fn with_words<A: Archive>(archive: &A, name: impl Display) -> Revision {
    stored(archive, full_put(name, "Hello.", None)).await
}

fn unreachable_outcome(outcome: PutOutcome) -> Revision {
    assert!(
        matches!(outcome, PutOutcome::Stored { .. }),
        "the put must be stored, but was {outcome:?}"
    );
    Revision::default()
}

pub(super) async fn known<A: Archive>(archive: &A, name: impl Display) -> Option<Known> {
    let mut known = archive.known(&[id(name)]).await.expect("what is known");
    known.pop()
}

pub(super) async fn read<A: Archive>(archive: &A, name: impl Display) -> Option<StoredCall> {
    let read = archive.read(&Scope::internal(), &[id(name)]).await;
    read.expect("calls are read").pop()
}

/// Claims everything of a kind that is due.
pub(super) async fn claim<A: Archive>(archive: &A, kind: JobKind, now: Timestamp) -> Vec<Lease> {
    let until = now + SignedDuration::from_secs(60);
    let leases = archive.claim(&[kind], 1000, until, now).await;
    leases.expect("jobs are claimed")
}

pub(super) async fn finish<A: Archive>(
    archive: &A,
    lease: &Lease,
    how: Finish,
    now: Timestamp,
) -> Finished {
    let finished = archive.finish(lease, how, now).await;
    finished.expect("a lease is ended")
}

/// What an index job brings that reads the call as it is.
pub(super) async fn brought<A: Archive>(archive: &A, name: impl Display) -> Indexed {
    let call = read(archive, name).await.expect("the call is there");
    Indexed {
        text_revision: call.text.expect("it has words").revision,
        facts_hash: call.facts_hash,
        passages: 3,
    }
}

/// An index that holds every call as it is, its jobs done.
pub(super) async fn current_index<A: Archive>(archive: &A, now: Timestamp) -> IndexId {
    let index = archive.add_index("space", now).await.expect("an index");
    index_all(archive, now).await;
    index
}

/// Does all index jobs that are due.
pub(super) async fn index_all<A: Archive>(archive: &A, now: Timestamp) {
    for lease in claim(archive, JobKind::Index, now).await {
        let brought = brought(archive, &lease.call).await;
        let done = finish(archive, &lease, Finish::Indexed(brought), now).await;
        assert_eq!(done, Finished::Held);
    }
}
