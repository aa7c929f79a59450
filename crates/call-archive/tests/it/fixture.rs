//! Folders, archives and calls for the tests.

use std::fmt::Display;
use std::fs;
use std::path::Path;

use call_archive::{
    Account, AnswerId, Answers, AuditEntry, CallFindings, Calls, CrmOutbox, DealNews, Deals,
    Delivery, DeliveryOutcome, DetectorRun, FindingId, Findings, FoundRow, Inbox, KeptAnswer,
    KeptWrite, OpenOptions, People, Put, PutOutcome, Source, SqliteArchive, User, WriteState,
};
use conversation::{
    AccountId, Call, CallId, DealId, DealSnapshot, DealSource, Party, PartyId, Revision, Sentence,
    SentenceRef, Side, Span, Transcript, UserId, Utterance,
};
use jiff::Timestamp;

pub(crate) const NOW: Timestamp = Timestamp::constant(1_772_000_000, 0);

pub(crate) fn id(name: impl Display) -> CallId {
    CallId::new(name.to_string()).expect("a valid id")
}

pub(crate) async fn open(folder: &Path) -> SqliteArchive {
    let opened = SqliteArchive::open(OpenOptions::new(folder, NOW)).await;
    opened.expect("the archive opens")
}

/// A call in which every text that must be sealed holds the word.
pub(crate) fn call(name: impl Display, word: &str) -> Put {
    let mut call = Call::new(id(name), NOW);
    call.title = Some(format!("{word}title"));
    call.url = Some(format!("https://calls.example/{word}url"));
    call.tags = vec![format!("{word}tag")];
    call.accounts = vec![AccountId::new("domain:example.com").expect("a valid id")];
    let mut party = Party::new(PartyId::new("p1").expect("a valid id"));
    party.user = Some(UserId::new("u1").expect("a valid id"));
    party.side = Side::Ours;
    party.name = Some(format!("{word}name"));
    party.email = Some(format!("{word}email@example.com"));
    party.phone = Some(format!("{word}phone 5550100"));
    party.title = Some(format!("{word}job"));
    call.parties = vec![party];

    let mut put = Put::new(call, Source::Gong, None);
    let said = Sentence::new(Span::from_millis(0, 900), format!("{word}said in the call"));
    let mut utterance = Utterance::new(vec![said]).by(PartyId::new("p1").expect("a valid id"));
    utterance.topic = Some(format!("{word}topic"));
    put.transcript = Some(Transcript::new(vec![utterance]));
    let raw = format!(r#"{{"title":"{word}raw"}}"#);
    put.raw.blocks.insert("metaData".to_owned(), raw);
    put
}

pub(crate) async fn store(archive: &impl Calls, put: Put) -> Revision {
    let outcomes = archive.put(vec![put], None, NOW).await.expect("stored");
    let [PutOutcome::Stored { revision, .. }] = outcomes[..] else {
        unreachable!("not stored but {outcomes:?}");
    };
    revision
}

/// Stores a user in whom every text that must be sealed holds the word.
pub(crate) async fn store_user(archive: &impl People, name: &str, word: &str) {
    let mut user = User::new(UserId::new(name).expect("a valid id"));
    user.name = Some(format!("{word}name"));
    user.email = Some(format!("{word}email@ours.example"));
    user.title = Some(format!("{word}job"));
    archive.put_users(&[user]).await.expect("stored");
}

/// Keeps a finding whose free text holds the word.
pub(crate) async fn store_finding(archive: &impl Findings, call: &str, at: Revision, word: &str) {
    let named = FindingId::from_bytes([7; 32]);
    let places = vec![SentenceRef::new(0, 0)];
    let mut found = FoundRow::new(named, "competitor", "using", places);
    found.name = Some(format!("{word}rival"));
    let mut run = DetectorRun::new("competitors", 1, "aa", "bb");
    run.findings.push(found);
    let findings = CallFindings::new(id(call), at, vec![run]);
    assert!(archive.put_findings(findings).await.expect("kept"));
}

/// Delivers a body that holds the word.
pub(crate) async fn deliver(archive: &impl Inbox, call: &str, word: &str) {
    let record = AuditEntry::new(NOW, "webhook", "service", "webhook accept", "intent");
    let body = format!(r#"{{"title":"{word}body"}}"#).into_bytes();
    let delivery = Delivery::new(id(call), body, "signature", record);
    let outcomes = archive.deliver(vec![delivery], NOW).await;
    assert_eq!(outcomes.expect("taken in"), [DeliveryOutcome::New]);
}

/// Keeps a deal and its customer, whose names hold the word.
pub(crate) async fn store_deal(archive: &impl Deals, word: &str) {
    let deal = DealId::new("crm", "1").expect("a valid id");
    let mut snapshot = DealSnapshot::new(deal, DealSource::Csv, NOW);
    snapshot.name = Some(format!("{word}deal"));
    snapshot.stage = Some("Proposal".to_owned());
    let account = AccountId::new("a1").expect("a valid id");
    snapshot.account = Some(account.clone());
    let account = Account {
        id: account,
        name: format!("{word}customer"),
    };
    let news = DealNews {
        snapshots: vec![snapshot],
        accounts: vec![account],
    };
    archive.put_deals(&news).await.expect("kept");
}

/// Keeps an answer about calls, whose text holds the word.
pub(crate) async fn store_answer(archive: &impl Answers, number: u8, calls: &[&str], word: &str) {
    let calls = calls.iter().map(id).collect();
    let id = AnswerId::from_bytes([number; 32]);
    let answer = KeptAnswer::new(id, "a model", NOW, format!("{word}answer"), calls);
    assert!(archive.keep_answer(answer).await.expect("kept"));
}

/// Keeps a write about a call, whose place and payload hold the word, and one of which only a
/// remnant is left.
pub(crate) async fn store_write(archive: &impl CrmOutbox, call: &str, word: &str) {
    let write = |subject: &str, call: CallId| KeptWrite {
        run: "run".to_owned(),
        subject: subject.to_owned(),
        state: WriteState::Done,
        at: NOW,
        place: format!("{word}place"),
        payload: format!("{word}payload"),
        calls: vec![call],
        deals: Vec::new(),
        sums_up: None,
        linked: Vec::new(),
    };
    let writes = vec![
        write(&format!("call/{call}"), id(call)),
        write("call/never-stored", id("never-stored")),
    ];
    let kept = archive.keep_writes(writes).await.expect("kept");
    assert_eq!(kept, [true, false]);
}

/// Every file of a folder with its bytes.
pub(crate) fn files(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let mut files: Vec<_> = fs::read_dir(folder)
        .expect("a folder")
        .map(|entry| {
            let entry = entry.expect("an entry");
            let bytes = fs::read(entry.path()).expect("a file");
            (entry.file_name().to_string_lossy().into_owned(), bytes)
        })
        .collect();
    files.sort();
    files
}

/// The files that hold these bytes somewhere.
pub(crate) fn holding(folder: &Path, needle: &[u8]) -> Vec<String> {
    assert!(!needle.is_empty());
    let holds = |bytes: &[u8]| bytes.windows(needle.len()).any(|window| window == needle);
    files(folder)
        .into_iter()
        .filter(|(_, bytes)| holds(bytes))
        .map(|(name, _)| name)
        .collect()
}
