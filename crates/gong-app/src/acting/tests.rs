//! Roles at the use cases: which rows and which form each gets of what was found in calls, and who
//! may erase, hold and keep.

use std::collections::BTreeSet;
use std::fmt::Debug;

use access::{Proof, Reach, Role, reach};
use conversation::{Tenant, UserId};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;

use super::*;
use crate::{
    Config, Environment, Flags, HoldRequest, PurgeRequest, Quiet, StatsRequest, SyncReach,
    TrackerRequest,
};

/// In every word, title, name and address of the calls, and in no id.
const MARK: &str = "zqx";

fn noon() -> Timestamp {
    "2026-11-24T12:00:00Z".parse().expect("an instant")
}

fn user(id: &str) -> UserId {
    UserId::new(id).expect("valid")
}

fn call(id: &str, owner: &str, is_private: bool) -> Value {
    let sentence =
        |start: u64, text: &str| json!({"start": start, "end": start + 900, "text": text});
    json!({
        "call": {
            "metaData": {
                "id": id, "title": "The zqxtitle", "started": "2026-03-02T10:00:00Z",
                "duration": 600, "primaryUserId": owner, "isPrivate": is_private,
                "url": format!("https://app.gong.io/call?id={id}"),
            },
            "parties": [
                {"id": "p1", "speakerId": "s1", "userId": owner, "affiliation": "Internal",
                 "name": "Zqxada Example", "emailAddress": "zqxada@us.example"},
                {"id": "p2", "speakerId": "s2", "affiliation": "External",
                 "name": "Zqxbo Sample", "emailAddress": "zqxbo@them.example"},
            ],
        },
        "callTranscript": {"callId": id, "transcript": [
            {"speakerId": "s1", "sentences": [
                sentence(0, "What would the zqxnarwhal have to do for your team?"),
            ]},
            {"speakerId": "s2", "sentences": [
                sentence(1000, "We use Zqxrival today, and the zqxnarwhal is too expensive for us."),
            ]},
            {"speakerId": "s1", "sentences": [
                sentence(2000, "I will send you the zqxproposal by Friday."),
            ]},
        ]},
    })
}

/// An archive with calls 1 (of user 7), 2 (of user 8) and 3 (of user 8, private), a competitor that
/// is watched and a tracker that is saved.
async fn filled(more: &[(&str, &str)]) -> (TempDir, App) {
    let folder = tempfile::tempdir().expect("a folder");
    let home = folder.path().to_str().expect("text");
    let always = [
        ("HOME", home),
        ("GONGKIT__MODEL__NAME", "hash"),
        ("GONGKIT__PRIVACY__PRIVATE_CALLS", "store"),
    ];
    let variables = always.iter().chain(more);
    let variables = variables.map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    let environment = Environment::new(variables, noon).system_config("/nowhere");
    let config = Config::load(&environment, &Flags::default()).expect("a configuration");
    let stop = CancellationToken::new();
    let app = App::new(config, &environment, Arc::new(Quiet), stop);
    let calls = folder.path().join("calls");
    std::fs::create_dir(&calls).expect("made");
    for (id, owner, is_private) in [("1", "7", false), ("2", "8", false), ("3", "8", true)] {
        let text = call(id, owner, is_private).to_string();
        std::fs::write(calls.join(format!("{id}.json")), text).expect("written");
    }
    let done = app.import(&calls).await.expect("imported");
    assert!(done.problem.is_none(), "{:?}", done.problem);
    let write = |name: &str, line: Value| {
        let file = folder.path().join(name);
        std::fs::write(&file, line.to_string()).expect("written");
        file
    };
    let rivals = write("rivals", json!({"name": "Zqxrival"}));
    app.watch_competitors(&rivals).await.expect("watched");
    let tracker = json!({"name": "zqxtracker", "keywords": ["zqxnarwhal"]});
    app.save_trackers(&write("trackers", tracker))
        .await
        .expect("saved");
    write("mine", json!({"name": "mine", "keywords": ["zqxnarwhal"]}));
    (folder, app)
}

/// The app for somebody of this role, who is a user of the company if one is named; 9 leads 7.
fn of(app: &App, role: Role, who: Option<&str>) -> App {
    let caller = Caller::recognised(Tenant::default(), "key:1", Proof::ApiKey, role);
    let caller = match who {
        None => caller,
        Some("9") => caller.being(user("9"), BTreeSet::from([user("7")])),
        Some(id) => caller.being(user(id), BTreeSet::new()),
    };
    app.acting_as(caller)
}

/// How an answer came: `whole`, `wordless`, `nothing` (as what does not exist) or `refused`.
fn form_of<T: Serialize + Debug>(answer: Result<T, Error>) -> &'static str {
    match answer {
        Ok(view) => {
            let text = serde_json::to_string(&view).expect("JSON");
            let is_whole = text.to_lowercase().contains(MARK);
            if is_whole { "whole" } else { "wordless" }
        }
        Err(error) => match error.kind() {
            ErrorKind::NotFound => "nothing",
            ErrorKind::NotAuthorised => "refused",
            kind => unreachable!("{kind:?}: {error}"),
        },
    }
}

const WHOLE: &str = "whole";
const WORDLESS: &str = "wordless";
const NOTHING: &str = "nothing";
const REFUSED: &str = "refused";

/// Role, user, whether private calls are asked for, and what is seen of calls 1, 2 and 3.
const SEEN: [(Role, Option<&str>, bool, [&str; 3]); 15] = [
    (Role::Admin, None, false, [WHOLE, WHOLE, NOTHING]),
    (Role::Admin, None, true, [WHOLE, WHOLE, WHOLE]),
    (Role::Manager, Some("9"), false, [WHOLE, NOTHING, NOTHING]),
    (Role::Manager, Some("8"), false, [NOTHING, WHOLE, WHOLE]),
    (Role::Manager, Some("9"), true, [REFUSED; 3]),
    (Role::Manager, None, false, [REFUSED; 3]),
    (Role::Rep, Some("7"), false, [WHOLE, NOTHING, NOTHING]),
    (Role::Rep, Some("8"), false, [NOTHING, WHOLE, WHOLE]),
    (Role::Rep, Some("8"), true, [REFUSED; 3]),
    (Role::Rep, None, false, [REFUSED; 3]),
    (Role::Viewer, None, false, [WORDLESS, WORDLESS, NOTHING]),
    (Role::Viewer, Some("8"), false, [WORDLESS; 3]),
    (Role::Viewer, None, true, [REFUSED; 3]),
    (Role::Auditor, None, false, [REFUSED; 3]),
    (Role::Service, None, false, [REFUSED; 3]),
];

#[tokio::test]
async fn what_was_found_in_a_call_has_the_form_that_the_role_may_see() {
    let (_home, local) = filled(&[]).await;
    let admin = of(&local, Role::Admin, None);
    let mut first_of = Vec::new();
    for id in ["1", "2", "3"] {
        let view = admin.insights(id, true).await.expect("seen");
        let kinds: BTreeSet<&str> = view.findings.iter().map(|one| one.kind).collect();
        assert!(
            kinds.contains("competitor") && kinds.contains("tracker"),
            "{kinds:?}"
        );
        let named = view.findings.iter().find(|one| one.value.name.is_some());
        first_of.push(named.expect("a name").id.clone());
    }

    for (role, who, private, seen) in SEEN {
        let app = of(&local, role, who);
        for ((id, finding), wanted) in ["1", "2", "3"].into_iter().zip(&first_of).zip(seen) {
            let case = format!("{role} {who:?} private {private} call {id}");
            assert_eq!(
                form_of(app.insights(id, private).await),
                wanted,
                "insights: {case}"
            );
            let request = StatsRequest {
                calls: vec![id.to_owned()],
                include_private: private,
                ..StatsRequest::default()
            };
            assert_eq!(form_of(app.stats(&request).await), wanted, "stats: {case}");
            assert_eq!(
                form_of(app.replay(finding, private).await),
                wanted,
                "replay: {case}"
            );
        }
    }
}

#[tokio::test]
async fn the_form_without_words_still_says_what_and_where() {
    let (_home, local) = filled(&[]).await;
    let whole = local.insights("1", false).await.expect("seen");
    let viewer = of(&local, Role::Viewer, None);

    let view = viewer.insights("1", false).await.expect("seen");

    assert_eq!(view.findings.len(), whole.findings.len());
    assert!(view.highlights.is_empty() && view.call.title.is_none());
    for (found, whole) in view.findings.iter().zip(&whole.findings) {
        assert_eq!((&found.id, found.kind), (&whole.id, whole.kind));
        assert_eq!(found.value.kind, whole.value.kind);
        assert_eq!(found.value.stance, whole.value.stance);
        assert_eq!(found.quotes.len(), whole.quotes.len());
        for (said, whole) in found.quotes.iter().zip(&whole.quotes) {
            assert_eq!((&said.text, &said.speaker), (&None, &None));
            assert!(whole.text.is_some() && said.url.is_some());
            assert_eq!((&said.sentence, said.side), (&whole.sentence, whole.side));
            assert_eq!((&said.time, &said.url), (&whole.time, &whole.url));
        }
    }
}

#[tokio::test]
async fn trackers_are_listed_and_tried_in_the_form_that_the_role_may_see() {
    let (home, local) = filled(&[]).await;
    let mine = home.path().join("mine");
    local.save_trackers(&mine).await.expect("saved");
    let request = TrackerRequest::new(mine);

    for (role, who, private, seen) in SEEN {
        if private {
            continue;
        }
        let app = of(&local, role, who);
        let form = seen.into_iter().find(|one| *one != NOTHING);
        let form = form.expect("each sees one");
        let case = format!("{role} {who:?}");
        assert_eq!(form_of(app.list_trackers().await), form, "list: {case}");
        assert_eq!(
            form_of(app.test_trackers(&request).await),
            form,
            "test: {case}"
        );
    }
    let viewer = of(&local, Role::Viewer, None);
    let tried = viewer.test_trackers(&request).await.expect("seen");
    assert_eq!(
        (tried[0].calls, tried[0].hits),
        (2, 4),
        "counted without words"
    );
}

#[tokio::test]
async fn who_may_read_no_words_counts_none_of_his_own_choice() {
    let (home, local) = filled(&[]).await;
    let own = home.path().join("own");
    std::fs::write(&own, r#"{"name": "guess", "keywords": ["narwhal"]}"#).expect("written");
    let saved = std::fs::read_to_string(home.path().join("trackers")).expect("read");
    let changed = home.path().join("changed");
    std::fs::write(&changed, saved.replace("[\"", "[\"other\",\"")).expect("written");
    let viewer = of(&local, Role::Viewer, None);

    for file in [own.clone(), changed] {
        let refused = viewer.test_trackers(&TrackerRequest::new(file)).await;
        let kind = refused.expect_err("refused").kind();
        assert_eq!(kind, ErrorKind::NotAuthorised);
    }

    let request = TrackerRequest::new(own);
    for (role, who) in [(Role::Admin, None), (Role::Rep, Some("7"))] {
        let app = of(&local, role, who);
        app.test_trackers(&request).await.expect("reads the words");
    }
}

/// Everything that the permission `purge` opens, by name: whether it was done, or what was said.
async fn asked_of(app: &App) -> Vec<(&'static str, Result<(), (ErrorKind, String)>)> {
    fn said<T>(answer: Result<T, Error>) -> Result<(), (ErrorKind, String)> {
        answer
            .map(|_| ())
            .map_err(|error| (error.kind(), error.to_string()))
    }
    let one = PurgeRequest::Calls(vec!["1".to_owned()]);
    let hold = HoldRequest::Call("2".to_owned());
    vec![
        ("hold add", said(app.hold_add("case", &hold).await)),
        ("hold list", said(app.hold_list().await)),
        ("hold release", said(app.hold_release("case").await)),
        ("purge preview", said(app.purge_preview(&one).await)),
        ("purge", said(app.purge(&one).await)),
        ("receipts", said(app.receipts().await)),
    ]
}

async fn records(app: &App) -> Vec<String> {
    app.finish().await.expect("written");
    let archive = app.archive().await.expect("open");
    let records = archive.audit_records(None, 1_000).await.expect("read");
    let line = |record: call_archive::AuditRecord| {
        let entry = record.entry;
        let (actor, role, action) = (entry.actor, entry.role, entry.action);
        format!("{actor} {role} {action} {}", entry.outcome)
    };
    records.into_iter().map(line).collect()
}

async fn calls_of(app: &App) -> u64 {
    let archive = app.archive().await.expect("open");
    archive.status().await.expect("counted").calls
}

#[tokio::test]
async fn only_whom_the_table_gives_purge_erases_and_holds() {
    for role in Role::ALL {
        let (_home, local) = filled(&[]).await;
        let before = calls_of(&local).await;
        let may = reach(role, Permission::Purge) != Reach::Nothing;
        assert_eq!(
            may,
            role == Role::Admin,
            "the table gives it to admins alone"
        );

        let answers = asked_of(&of(&local, role, Some("7"))).await;

        for (what, answer) in answers {
            let refusal = (
                ErrorKind::NotAuthorised,
                "this needs the permission purge".to_owned(),
            );
            let wanted = if may { Ok(()) } else { Err(refusal) };
            assert_eq!(answer, wanted, "{role} {what}");
        }
        assert_eq!(calls_of(&local).await, before - u64::from(may), "{role}");
        let denied = records(&local).await;
        let denied = denied.iter().filter(|line| line.ends_with(" denied"));
        assert_eq!(denied.count(), if may { 0 } else { 6 }, "{role}");
    }
}

#[tokio::test]
async fn a_hold_refuses_a_purge_by_name_and_nothing_is_erased() {
    let (_home, local) = filled(&[]).await;
    let hold = HoldRequest::Call("2".to_owned());
    local.hold_add("case-7", &hold).await.expect("held");
    let before = calls_of(&local).await;
    let both = PurgeRequest::Calls(vec!["1".to_owned(), "2".to_owned()]);

    let refused = local.purge(&both).await.map(|_| ()).expect_err("held");

    assert_eq!(
        (refused.kind(), refused.to_string().as_str()),
        (
            ErrorKind::Failed,
            "a legal hold refuses this purge: case-7 (keeps 1 of these calls)"
        )
    );
    assert_eq!(calls_of(&local).await, before);
    local.hold_release("case-7").await.expect("released");
    local.purge(&both).await.expect("erased");
    assert_eq!(calls_of(&local).await, before - 2);
}

#[tokio::test]
async fn retention_is_the_settings_doing_whoever_syncs_and_goes_around_holds() {
    for role in Role::ALL {
        let (_home, local) = filled(&[("GONGKIT__RETENTION__DAYS", "30")]).await;
        let hold = HoldRequest::Call("2".to_owned());
        local.hold_add("case-7", &hold).await.expect("held");
        let app = of(&local, role, Some("7"));
        let may_sync = reach(role, Permission::SyncRun) != Reach::Nothing;
        let refused = app.sync(SyncReach::New).await.map(|_| ());
        let refused = refused.expect_err("without a key nobody syncs");
        if !may_sync {
            assert_eq!(refused.kind(), ErrorKind::NotAuthorised, "{role}");
            assert_eq!(refused.to_string(), "this needs the permission sync.run");
            assert!(local.receipts().await.expect("listed").receipts.is_empty());
            continue;
        }
        assert_eq!(refused.kind(), ErrorKind::NotConfigured, "{role}");

        let archive = app.archive().await.expect("open");
        app.apply_retention(archive.as_ref()).await.expect("begun");

        let receipts = local.receipts().await.expect("listed").receipts;
        let [receipt] = &receipts[..] else {
            unreachable!("{receipts:?}");
        };
        assert_eq!(
            (receipt.actor.as_str(), receipt.kept_by_hold),
            ("settings", 1)
        );
        let recorded = records(&local).await;
        for line in [
            "settings admin retention intent",
            "settings admin retention ok",
        ] {
            assert!(
                recorded.iter().any(|held| held == line),
                "{role}: {recorded:?}"
            );
        }
    }
}
