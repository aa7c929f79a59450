//! Row-level security, the second fence: who passes our conditions still sees only the rows of a
//! scope, and every reading method raises it.

use std::collections::{BTreeMap, BTreeSet};

use access::{PrivateCalls, Rows, Scope};
use call_archive::{
    About, AnswerId, CallNumbers, CallQuery, Calls, Class, Deals, FindingId, Findings, LinkQuery,
    Numbers, NumbersQuery, PostgresArchive, Verdict, classes,
};
use conversation::{CallId, Party, PartyId, Privacy, Revision, Side, UserId};
use tokio_postgres::Client;

use crate::fixture::{NOW, call, deliver, id, store, store_answer, store_finding};

use super::server::Place;

/// What is fenced, with the column that names the call.
const FENCED: [(&str, &str); 10] = [
    ("calls", "id"),
    ("call_keys", "call"),
    ("transcripts", "call"),
    ("parties", "call"),
    ("call_links", "call"),
    ("finding_runs", "call"),
    ("findings", "call"),
    ("labels", "call"),
    ("inbox", "call"),
    ("call_numbers", "call"),
];

/// What the fixture finds in a call.
const FOUND: FindingId = FindingId::from_bytes([7; 32]);

fn user(name: &str) -> UserId {
    UserId::new(name).expect("a valid id")
}

/// Calls by their users, the first of them in the lead, and whether they are private.
fn calls() -> Vec<(CallId, Vec<UserId>, bool)> {
    let users = [&["ada"][..], &["bob"], &["ada", "bob"], &["eve", "bob"]];
    let of = |names: &&[&str]| names.iter().map(|name| user(name)).collect::<Vec<_>>();
    let all = users.iter().map(of).chain([Vec::new()]);
    let both = all.flat_map(|users| [(users.clone(), false), (users, true)]);
    let numbered = both.enumerate();
    numbered
        .map(|(n, (users, is_private))| (id(n), users, is_private))
        .collect()
}

async fn fill(archive: &PostgresArchive) -> BTreeMap<CallId, Revision> {
    let mut revisions = BTreeMap::new();
    for (id, users, is_private) in calls() {
        let mut put = call(&id, "word");
        let mut lead = users.iter();
        put.call.primary_user = lead.next().cloned();
        put.call.privacy = if is_private {
            Privacy::Private
        } else {
            Privacy::Open
        };
        let mut theirs = put.call.parties.remove(0);
        theirs.user = None;
        theirs.side = Side::Theirs;
        put.call.parties = lead.enumerate().map(|(n, user)| ours(n, user)).collect();
        put.call.parties.push(theirs);
        revisions.insert(id, store(archive, put).await);
    }
    revisions
}

/// The same, with a finding in one of them that somebody judged.
async fn fill_and_judge(archive: &PostgresArchive) -> BTreeMap<CallId, Revision> {
    let revisions = fill(archive).await;
    store_finding(archive, "4", revisions[&id(4)], "word").await;
    let about = About::Finding(FOUND);
    let scope = Scope::internal();
    let judged = archive.label(&scope, &about, Verdict::Right, NOW).await;
    assert!(judged.expect("kept"));
    revisions
}

fn ours(number: usize, of: &UserId) -> Party {
    let mut party = Party::new(PartyId::new(format!("o{number}")).expect("a valid id"));
    party.user = Some(of.clone());
    party.side = Side::Ours;
    party
}

fn scopes() -> Vec<Scope> {
    let mut scopes = vec![Scope::nothing()];
    for private in [PrivateCalls::Included, PrivateCalls::Withheld] {
        scopes.push(Scope::everything(private));
        scopes.push(Scope::everything(private).with_own(Some(user("ada"))));
        scopes.push(Scope::team(user("ada"), [user("bob")], private));
        scopes.push(Scope::team(user("eve"), [user("ada")], private).without_private());
    }
    for name in ["ada", "bob", "eve", "nobody", "{a,b}\"'\\"] {
        scopes.push(Scope::calls_of([user(name)]));
    }
    scopes
}

/// What a scope says to the policies, in this test's own words.
async fn raise(on: &Client, scope: &Scope) {
    let (rows, users) = match scope.rows() {
        Rows::Of(users) => ("of", users.iter().map(ToString::to_string).collect()),
        _ => ("all", Vec::new()),
    };
    let is_included = scope.private() == PrivateCalls::Included;
    let private = if is_included { "included" } else { "withheld" };
    let own = scope.own().map(ToString::to_string).unwrap_or_default();
    let sql = "SELECT set_config('gongkit.tenant', 'default', true),
        set_config('gongkit.rows', $1, true), set_config('gongkit.users', $2::text[]::text, true),
        set_config('gongkit.private', $3, true), set_config('gongkit.own', $4, true)";
    let users: Vec<String> = users;
    on.query_one(sql, &[&rows, &users, &private, &own])
        .await
        .expect("raised");
}

async fn seen(on: &Client, table: &str, column: &str) -> BTreeSet<String> {
    let sql = format!("SELECT DISTINCT {column} FROM {table}");
    let rows = on.query(&sql, &[]).await.expect("read");
    rows.iter().map(|row| row.get(0)).collect()
}

#[tokio::test]
async fn who_passes_our_conditions_sees_the_rows_of_the_scope_and_no_other() {
    let Some(place) = Place::new().await else {
        return;
    };
    let archive = place.open().await;
    let revisions = fill_and_judge(&archive).await;
    deliver(&archive, "4", "word").await;
    let numbers = CallNumbers::new(id(4), revisions[&id(4)], "x");
    assert_eq!(archive.put_numbers(&[numbers]).await.expect("kept"), 1);
    let owner = place.owner().await;

    for scope in scopes() {
        owner.batch_execute("BEGIN").await.expect("begun");
        raise(&owner, &scope).await;
        let admitted = calls().into_iter();
        let admitted = admitted.filter(|(_, users, private)| scope.admits(users, *private));
        let admitted: BTreeSet<String> = admitted.map(|(id, ..)| id.to_string()).collect();
        for (table, column) in FENCED {
            let mut wanted = admitted.clone();
            let of_one = ["labels", "inbox", "call_numbers"].contains(&table);
            if table.starts_with("finding") || of_one {
                wanted.retain(|call| call == "4");
            }
            assert_eq!(
                seen(&owner, table, column).await,
                wanted,
                "{table}, {scope:?}"
            );
        }
        owner.batch_execute("ROLLBACK").await.expect("ended");
    }
}

#[tokio::test]
async fn an_answer_is_behind_the_fence_of_each_of_its_calls() {
    let Some(place) = Place::new().await else {
        return;
    };
    let archive = place.open().await;
    fill(&archive).await;
    let made_from: [&[usize]; 4] = [&[0], &[0, 4], &[5], &[2, 9]];
    for (number, from) in (0..).zip(made_from) {
        let names: Vec<String> = from.iter().map(ToString::to_string).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        store_answer(&archive, number, &names, "word").await;
    }
    let owner = place.owner().await;
    let all = calls();

    for scope in scopes() {
        owner.batch_execute("BEGIN").await.expect("begun");
        raise(&owner, &scope).await;
        let numbers = (0u8..).zip(made_from).filter(|(_, from)| {
            let mut calls = from.iter().map(|n| &all[*n]);
            calls.all(|(_, users, private)| scope.admits(users, *private))
        });
        let wanted = numbers.map(|(number, _)| AnswerId::from_bytes([number; 32]).to_string());
        let wanted: BTreeSet<String> = wanted.collect();
        let seen = seen(&owner, "llm_cache", "id").await;
        assert_eq!(seen, wanted, "{scope:?}");
        owner.batch_execute("ROLLBACK").await.expect("ended");
    }
}

#[tokio::test]
async fn who_says_nothing_and_who_works_for_another_tenant_sees_nothing() {
    let Some(place) = Place::new().await else {
        return;
    };
    fill(&place.open().await).await;
    let owner = place.owner().await;

    for said in [
        "SELECT 1",
        "SET gongkit.rows = 'all'; SET gongkit.private = 'included'",
        "SET gongkit.tenant = 'other'",
    ] {
        owner.batch_execute(said).await.expect("said");
        for (table, column) in FENCED {
            assert_eq!(
                seen(&owner, table, column).await,
                BTreeSet::new(),
                "{table}, {said}"
            );
        }
    }
    let added = "INSERT INTO call_links (tenant, call, kind, id, made_by)
                 VALUES ('default', '1', 'account', 'x', 'x')";
    let refused = owner
        .batch_execute(added)
        .await
        .expect_err("it is not theirs");
    assert_eq!(
        refused.code(),
        Some(&tokio_postgres::error::SqlState::INSUFFICIENT_PRIVILEGE)
    );
}

/// The fence is moved beneath the archive: what a reading method gives moves with it, so it had
/// raised it.
#[tokio::test]
async fn every_reading_method_raises_the_fence_of_its_scope() {
    let Some(place) = Place::new().await else {
        return;
    };
    let archive = place.open().await;
    let revisions = fill_and_judge(&archive).await;
    let ids: Vec<CallId> = calls().into_iter().map(|(id, ..)| id).collect();
    let texts: Vec<_> = ids.iter().map(|id| (id.clone(), revisions[id])).collect();
    let given = async |scope: &Scope| {
        let read = archive.read(scope, &ids).await.expect("read").len();
        let listed = archive
            .list(scope, &CallQuery::default())
            .await
            .expect("listed");
        let words = archive.transcripts(scope, &texts).await.expect("read");
        let of_call = archive
            .findings(scope, &id(4))
            .await
            .expect("read")
            .is_some();
        let finding = archive
            .finding(scope, &FOUND)
            .await
            .expect("read")
            .is_some();
        let labels = archive.labels(scope).await.expect("read").len();
        let links = archive.links(scope, &LinkQuery::default()).await;
        let links = links.expect("read").len();
        let words = words.iter().flatten().count();
        (
            read,
            listed.calls.len(),
            listed.total,
            words,
            of_call,
            finding,
            labels,
            links,
        )
    };
    let numbered = async |scope: &Scope| {
        let numbers = archive.numbers(scope, &NumbersQuery::default()).await;
        numbers.expect("read").len()
    };
    let ada = Scope::calls_of([user("ada")]);
    let public = Scope::everything(PrivateCalls::Withheld);
    assert_eq!((numbered(&ada).await, numbered(&public).await), (2, 5));
    assert_eq!(given(&ada).await, (4, 4, 4, 4, true, true, 1, 4));
    assert_eq!(given(&public).await, (5, 5, 5, 5, true, true, 1, 5));

    let moved = "CREATE OR REPLACE FUNCTION reached_calls() RETURNS SETOF text LANGUAGE sql AS
                   $$ SELECT '0' $$;
                 CREATE OR REPLACE FUNCTION withheld_calls() RETURNS SETOF text LANGUAGE sql AS
                   $$ VALUES ('1'), ('3'), ('4'), ('5'), ('7'), ('9') $$";
    place
        .client()
        .await
        .batch_execute(moved)
        .await
        .expect("moved");

    assert_eq!(given(&ada).await, (1, 1, 1, 1, false, false, 0, 1));
    assert_eq!(given(&public).await, (4, 4, 4, 4, false, false, 0, 4));
    assert_eq!((numbered(&ada).await, numbered(&public).await), (1, 4));
    let internal = given(&Scope::internal()).await;
    assert_eq!(
        internal,
        (10, 10, 10, 10, true, true, 1, 10),
        "a flow is not fenced"
    );
}

#[tokio::test]
async fn every_table_with_words_of_a_call_is_fenced_against_its_owner_too() {
    let Some(place) = Place::new().await else {
        return;
    };
    drop(place.open().await);
    let sql = "SELECT relname::text FROM pg_class
               WHERE relnamespace = current_schema()::regnamespace
                 AND relrowsecurity AND relforcerowsecurity";
    let rows = place.client().await.query(sql, &[]).await.expect("read");

    let fenced: BTreeSet<String> = rows.iter().map(|row| row.get(0)).collect();

    let mut wanted: BTreeSet<String> = FENCED.map(|(table, _)| table.to_owned()).into();
    for flows_only in ["llm_cache", "crm_outbox", "crm_remnants"] {
        wanted.insert(flows_only.to_owned());
    }
    assert_eq!(fenced, wanted);
    for column in classes() {
        let holds_words = column.class != Class::Clear && column.erased_with == "the call";
        assert!(!holds_words || fenced.contains(column.table), "{column:?}");
    }
}
