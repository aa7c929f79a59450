//! What each role reaches in the real archives and indexes, row by row, against the table in
//! ARCHITECTURE.md and the model that `access` is tested with.

use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZeroUsize;
use std::path::Path;
use std::str::FromStr as _;
use std::sync::Arc;

use access::{Caller, Permission, PrivateCalls, Proof, Role, Scope, team_of};
use call_archive::{Archive, CallQuery, MemoryArchive, OpenOptions, Put, Source, SqliteArchive};
use conversation::{
    Call, CallId, Party, PartyId, Privacy, Revision, Sentence, Side, Span, Tenant, Transcript,
    UserId, Utterance,
};
use embeddings::{Embedder as _, HashEmbedder, Space};
use jiff::Timestamp;
use memory_store::testing::{self, SampleCall};
use memory_store::{EmbeddedStore, Filter, MemoryStore, PassageStore, Question, TermKey};

#[path = "../../../access/tests/it/model.rs"]
mod model;

use model::{Asker, Written, written};

/// head leads ann and bob, bob leads cid.
const COMPANY: [(&str, &str); 3] = [("ann", "head"), ("bob", "head"), ("cid", "bob")];
const PEOPLE: [&str; 4] = ["head", "ann", "bob", "cid"];
const NOW: Timestamp = Timestamp::constant(1_772_000_000, 0);

/// A call of the company: who took part, and whether it is private.
struct Row {
    id: String,
    users: Vec<&'static str>,
    is_private: bool,
}

/// Every set of at most two people, each as an open and as a private call.
fn rows() -> Vec<Row> {
    let mut groups: Vec<Vec<&str>> = vec![vec![]];
    for (at, first) in PEOPLE.iter().enumerate() {
        groups.push(vec![*first]);
        groups.extend(PEOPLE[at + 1..].iter().map(|second| vec![*first, *second]));
    }
    let both = groups
        .into_iter()
        .flat_map(|users| [false, true].map(|is_private| (users.clone(), is_private)));
    both.enumerate()
        .map(|(number, (users, is_private))| Row {
            id: format!("c{number}"),
            users,
            is_private,
        })
        .collect()
}

fn user(name: &str) -> UserId {
    UserId::new(name).unwrap()
}

fn put(row: &Row) -> Put {
    let mut call = Call::new(CallId::new(&row.id).unwrap(), NOW);
    call.parties = row
        .users
        .iter()
        .map(|name| {
            let mut party = Party::new(PartyId::new(*name).unwrap());
            party.user = Some(user(name));
            party.side = Side::Ours;
            party
        })
        .collect();
    // Being the host is taking part, too.
    call.primary_user = call.parties.first().and_then(|party| party.user.clone());
    if row.is_private {
        call.privacy = Privacy::Private;
    }
    let mut put = Put::new(call, Source::Import, None);
    let said = Sentence::new(Span::from_millis(0, 900), "The alpha talk.");
    put.transcript = Some(Transcript::new(vec![Utterance::new(vec![said])]));
    put
}

fn points(row: &Row) -> SampleCall {
    let call = testing::call(&row.id).says("The alpha talk.");
    let call = row.users.iter().fold(call, |call, name| call.user(name));
    if row.is_private { call.private() } else { call }
}

async fn archives(folder: &Path) -> Vec<Arc<dyn Archive>> {
    let options = OpenOptions::new(folder, NOW);
    let archives: Vec<Arc<dyn Archive>> = vec![
        Arc::new(MemoryArchive::new()),
        Arc::new(SqliteArchive::open(options).await.unwrap()),
    ];
    for archive in &archives {
        let batch = rows().iter().map(put).collect();
        archive.put(batch, None, NOW).await.unwrap();
    }
    archives
}

async fn stores(folder: &Path, embedder: &HashEmbedder) -> Vec<Box<dyn PassageStore>> {
    let space = Space::new(embedder.model().clone(), 1, "key");
    let key = || TermKey::new([7; 32]);
    let embedded = EmbeddedStore::open(folder.join("index"), space.clone(), key());
    let stores: Vec<Box<dyn PassageStore>> = vec![
        Box::new(MemoryStore::new(space.clone(), key())),
        Box::new(embedded.await.unwrap()),
    ];
    for store in &stores {
        let batch = rows()
            .iter()
            .map(|row| points(row).points(embedder))
            .collect();
        store.write(batch).await.unwrap();
    }
    stores
}

fn caller(role: &str, name: Option<&str>) -> Caller {
    let role = Role::from_str(role).unwrap();
    let caller = Caller::recognised(Tenant::default(), "key:1", Proof::ApiKey, role);
    let Some(name) = name else { return caller };
    let led = COMPANY.map(|(led, manager)| (user(led), Some(user(manager))));
    caller.being(user(name), team_of(&user(name), led))
}

/// Everything that an archive tells within a scope, by each of its reads.
async fn told(archive: &dyn Archive, scope: &Scope) -> BTreeSet<String> {
    let ids: Vec<CallId> = rows()
        .iter()
        .map(|row| CallId::new(&row.id).unwrap())
        .collect();
    let read = archive.read(scope, &ids).await.unwrap();
    let read: BTreeSet<String> = read.iter().map(|call| call.call.id.to_string()).collect();

    let page = archive.list(scope, &CallQuery::default()).await.unwrap();
    assert_eq!(page.total, read.len() as u64, "a total counts what is seen");
    let listed: BTreeSet<String> = page
        .calls
        .iter()
        .map(|(call, _)| call.id.to_string())
        .collect();
    assert_eq!(listed, read);

    let known = archive.known(&ids).await.unwrap();
    let which: Vec<(CallId, Revision)> = known
        .iter()
        .map(|known| (known.call.clone(), known.text_revision.unwrap()))
        .collect();
    let words = archive.transcripts(scope, &which).await.unwrap();
    let heard: BTreeSet<String> = which
        .iter()
        .zip(words)
        .filter_map(|((call, _), words)| words.map(|_| call.to_string()))
        .collect();
    assert_eq!(heard, read);
    read
}

/// The calls that an index proposes within a scope.
async fn found(
    store: &dyn PassageStore,
    embedder: &HashEmbedder,
    scope: &Scope,
) -> BTreeSet<String> {
    let mut question = Question::new(Filter::new(scope.clone()))
        .meaning(embedder.vector("alpha"))
        .words("alpha");
    question.candidates = NonZeroUsize::new(1_000).unwrap();
    let found = store.recall(&question).await.unwrap();
    let calls = |list: &[memory_store::Candidate]| -> BTreeSet<String> {
        list.iter()
            .map(|found| found.place.call.to_string())
            .collect()
    };
    assert_eq!(calls(&found.meaning), calls(&found.words));
    calls(&found.meaning)
}

/// What the model says that somebody sees; `None` if he may not ask.
fn modelled(
    table: &Written,
    role: &str,
    name: Option<&str>,
    permission: &str,
    asks_for_private: bool,
) -> Option<BTreeSet<String>> {
    let manager_of: BTreeMap<String, String> = COMPANY
        .map(|(led, by)| (led.to_owned(), by.to_owned()))
        .into();
    let asker = Asker {
        role,
        user: name,
        manager_of: &manager_of,
    };
    let mut seen = BTreeSet::new();
    for row in rows() {
        let sees = asker.sees(
            table,
            permission,
            &row.users,
            row.is_private,
            asks_for_private,
        )?;
        if sees {
            seen.insert(row.id);
        }
    }
    Some(seen)
}

#[tokio::test]
async fn archives_and_indexes_show_each_role_its_rows_and_no_other() {
    let folder = tempfile::tempdir().unwrap();
    let embedder = HashEmbedder::default();
    let archives = archives(folder.path()).await;
    let stores = stores(folder.path(), &embedder).await;
    let table = written();
    let names = [None].into_iter().chain(PEOPLE.map(Some));
    let askers: Vec<(&String, Option<&str>)> = names
        .flat_map(|name| table.roles.iter().map(move |role| (role, name)))
        .collect();

    let mut scopes = 0;
    for (role, name) in askers {
        for permission in Permission::ALL.into_iter().take(5) {
            for private in [PrivateCalls::Withheld, PrivateCalls::Included] {
                let asks = private == PrivateCalls::Included;
                let wanted = modelled(&table, role, name, permission.as_str(), asks);
                let scope = caller(role, name).scope(permission, private).ok();
                let case = format!("{role} {name:?} {permission} {private:?}");
                assert_eq!(scope.is_some(), wanted.is_some(), "{case}");
                let (Some(scope), Some(wanted)) = (scope, wanted) else {
                    continue;
                };
                for archive in &archives {
                    assert_eq!(told(archive.as_ref(), &scope).await, wanted, "{case}");
                }
                for store in &stores {
                    let found = found(store.as_ref(), &embedder, &scope).await;
                    assert_eq!(found, wanted, "{case}");
                }
                scopes += 1;
            }
        }
    }
    assert!(scopes > 80, "only {scopes} scopes were tried");
}
