mod issuer;

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use access::Role;
use call_archive::User;
use jiff::Timestamp;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;

use super::*;
use crate::{ApiKeyRequest, Config, Environment, Flags, Quiet, SearchRequest};

use issuer::Issuer;

fn noon() -> Timestamp {
    "2026-11-24T12:00:00Z".parse().expect("an instant")
}

fn a_year_later() -> Timestamp {
    "2027-11-24T12:00:00Z".parse().expect("an instant")
}

/// The app of a server over a home folder.
fn serving(home: &Path, more: &[(&str, &str)], now: fn() -> Timestamp) -> App {
    let (environment, config) = configured(home, more, now);
    let stop = CancellationToken::new();
    App::serving(config, &environment, Arc::new(Quiet), stop)
}

fn configured(home: &Path, more: &[(&str, &str)], now: fn() -> Timestamp) -> (Environment, Config) {
    let home = home.to_str().expect("text");
    let always = [("HOME", home), ("GONGKIT__MODEL__NAME", "hash")];
    let variables = always.iter().chain(more);
    let variables = variables.map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    let environment = Environment::new(variables, now).system_config("/nowhere");
    let config = Config::load(&environment, &Flags::default()).expect("a configuration");
    (environment, config)
}

/// Calls 1 (of user 7), 2 (of user 8), 3 (of user 8, private), imported by the person at the
/// machine; 7 leads nobody, 9 leads 7.
async fn filled() -> (TempDir, App) {
    let home = tempfile::tempdir().expect("a folder");
    let store = [("GONGKIT__PRIVACY__PRIVATE_CALLS", "store")];
    let (environment, config) = configured(home.path(), &store, noon);
    let stop = CancellationToken::new();
    let app = App::new(config, &environment, Arc::new(Quiet), stop);
    let folder = home.path().join("calls");
    std::fs::create_dir(&folder).expect("made");
    for (id, user, is_private) in [("1", "7", false), ("2", "8", false), ("3", "8", true)] {
        let call = json!({
            "call": {
                "metaData": {
                    "id": id, "title": "The narwhal title", "started": "2026-03-02T10:00:00Z",
                    "duration": 600, "primaryUserId": user, "isPrivate": is_private,
                },
                "parties": [
                    {"id": "p1", "speakerId": "s1", "userId": user, "affiliation": "Internal"},
                ],
            },
            "callTranscript": {"callId": id, "transcript": [
                {"speakerId": "s1", "sentences": [
                    {"start": 0, "end": 900, "text": "The narwhal was discussed."},
                ]},
            ]},
        });
        let file = folder.join(format!("{id}.json"));
        std::fs::write(file, call.to_string()).expect("written");
    }
    let done = app.import(&folder).await.expect("imported");
    assert!(done.problem.is_none(), "{:?}", done.problem);
    let user = |id: &str, email: &str, manager: Option<&str>| {
        let mut user = User::new(UserId::new(id).expect("valid"));
        user.email = Some(email.to_owned());
        user.manager = manager.map(|id| UserId::new(id).expect("valid"));
        user
    };
    let users = [
        user("7", "ada@us.example", Some("9")),
        user("8", "bo@us.example", None),
        user("9", "lead@us.example", None),
        user("10", "shared@us.example", None),
        user("11", "shared@us.example", None),
    ];
    let archive = app.archive().await.expect("open");
    archive.put_users(&users).await.expect("stored");
    (home, app)
}

async fn key(app: &App, role: &str, user: Option<&str>) -> String {
    let mut request = ApiKeyRequest::new("a-key", role);
    request.user = user.map(str::to_owned);
    app.create_api_key(&request).await.expect("made").secret
}

async fn kind_of(app: &App, bearer: &str) -> Option<ErrorKind> {
    app.authenticate(bearer)
        .await
        .err()
        .map(|error| error.kind())
}

/// The calls that a search finds.
async fn found(app: &App, include_private: bool) -> Result<Vec<String>, ErrorKind> {
    let mut request = SearchRequest::new("narwhal");
    request.filters.include_private = include_private;
    let view = app.search(&request).await.map_err(|error| error.kind())?;
    let mut calls: Vec<String> = view.hits.into_iter().map(|hit| hit.call_id).collect();
    calls.sort();
    Ok(calls)
}

async fn audited(app: &App) -> Vec<String> {
    app.finish().await.expect("written");
    let archive = app.archive().await.expect("open");
    let records = archive.audit_records(None, 1_000).await.expect("read");
    let line = |record: call_archive::AuditRecord| {
        let entry = record.entry;
        let (actor, role, action) = (entry.actor, entry.role, entry.action);
        format!(
            "{actor} {role} {action} {} [{}]",
            entry.outcome, entry.targets
        )
    };
    records.into_iter().map(line).collect()
}

#[tokio::test]
async fn a_key_is_accepted_until_it_is_revoked_or_over_and_never_with_another_secret() {
    let (home, local) = filled().await;
    let secret = key(&local, "rep", Some("7")).await;
    let other = key(&local, "viewer", None).await;
    let server = serving(home.path(), &[], noon);

    let caller = server.authenticate(&secret).await.expect("recognised");

    assert_eq!(caller.role(), Some(Role::Rep));
    assert_eq!(caller.user().map(ToString::to_string).as_deref(), Some("7"));
    let later = serving(home.path(), &[], a_year_later);
    assert_eq!(
        kind_of(&later, &secret).await,
        Some(ErrorKind::NotAuthorised)
    );
    // The id of one key with the secret of the other, its checksum made to fit.
    let (id, _) = secret["gongkit_".len()..].split_once('_').expect("parts");
    let foreign: Vec<&str> = other.split('_').collect();
    let mixed = ShownKey::read(&format!("gongkit_{id}_{}_{}", foreign[2], foreign[3]));
    assert!(mixed.is_none(), "the checksum is over both");
    for wrong in ["", "gongkit_", &secret[..90], "Bearer x"] {
        assert_eq!(
            kind_of(&server, wrong).await,
            Some(ErrorKind::NotAuthorised),
            "{wrong}"
        );
    }

    let id = caller
        .actor()
        .strip_prefix("key:")
        .expect("a key")
        .to_owned();
    local.revoke_api_key(&id).await.expect("revoked");
    assert_eq!(
        kind_of(&server, &secret).await,
        Some(ErrorKind::NotAuthorised)
    );
    assert_eq!(kind_of(&server, &other).await, None);
    let unknown = local.revoke_api_key("000000000000").await;
    assert_eq!(
        unknown.map(|_| ()).map_err(|error| error.kind()),
        Err(ErrorKind::NotFound)
    );
}

#[tokio::test]
async fn the_last_use_of_a_key_is_noted_with_the_records() {
    let (home, local) = filled().await;
    let secret = key(&local, "viewer", None).await;
    let server = serving(home.path(), &[], noon);
    server.authenticate(&secret).await.expect("recognised");
    let used = async || {
        local.api_keys().await.expect("listed").keys[0]
            .last_used
            .clone()
    };
    assert_eq!(used().await, None, "not with each request");

    server.finish().await.expect("written");

    assert_eq!(used().await, Some(noon().to_string()));
}

#[tokio::test]
async fn each_role_finds_and_sees_what_the_table_gives() {
    let (home, local) = filled().await;
    let server = serving(home.path(), &[], noon);
    let acting = async |role: &str, user: Option<&str>| {
        let secret = key(&local, role, user).await;
        let caller = server.authenticate(&secret).await.expect("recognised");
        server.acting_as(caller)
    };
    let denied = Err(ErrorKind::NotAuthorised);

    let admin = acting("admin", None).await;
    assert_eq!(found(&admin, false).await, Ok(vec!["1".into(), "2".into()]));
    assert_eq!(
        found(&admin, true).await,
        Ok(vec!["1".into(), "2".into(), "3".into()])
    );
    let rep = acting("rep", Some("7")).await;
    assert_eq!(found(&rep, false).await, Ok(vec!["1".into()]));
    assert_eq!(
        found(&rep, true).await,
        denied,
        "he may not ask for others' private calls"
    );
    let host = acting("rep", Some("8")).await;
    assert_eq!(
        found(&host, false).await,
        Ok(vec!["2".into(), "3".into()]),
        "his own private one"
    );
    let lead = acting("manager", Some("9")).await;
    assert_eq!(
        found(&lead, false).await,
        Ok(vec!["1".into()]),
        "the team's"
    );
    for role in ["viewer", "auditor", "service"] {
        let caller = acting(role, None).await;
        assert_eq!(found(&caller, false).await, denied, "{role}");
    }
    assert_eq!(
        found(&server, false).await,
        denied,
        "a server works for nobody by itself"
    );

    let hidden = rep
        .show("2", false)
        .await
        .map(|_| ())
        .map_err(|error| error.to_string());
    let absent = rep
        .show("99", false)
        .await
        .map(|_| ())
        .map_err(|error| error.to_string());
    assert_eq!(
        hidden, absent,
        "what may not be seen is like what does not exist"
    );
    assert!(hidden.is_err());
    assert_eq!(rep.show("1", false).await.expect("seen").sentences.len(), 1);
    let view = acting("viewer", None)
        .await
        .show("1", false)
        .await
        .expect("seen");
    assert_eq!(
        (view.title, view.sentences.len(), view.transcript),
        (None, 0, "present")
    );
    let service = acting("service", None).await;
    assert!(service.show("1", false).await.is_err());
    let revoking = rep.revoke_api_key("000000000000").await;
    assert_eq!(
        revoking.map(|_| ()).map_err(|error| error.kind()),
        Err(ErrorKind::NotAuthorised)
    );
    let auditor = acting("auditor", None).await;
    assert!(auditor.audit_verify(None).await.is_ok());
    assert!(rep.audit_verify(None).await.is_err());
}

#[tokio::test]
async fn everything_leaves_a_record_with_who_what_and_which_calls() {
    let (home, local) = filled().await;
    let server = serving(home.path(), &[], noon);
    let secret = key(&local, "rep", Some("7")).await;
    let caller = server.authenticate(&secret).await.expect("recognised");
    let id = caller
        .actor()
        .strip_prefix("key:")
        .expect("a key")
        .to_owned();
    let rep = server.acting_as(caller);

    found(&rep, false).await.expect("found");
    let missing = rep.show("2", false).await;
    let refused = rep.reindex().await;

    assert!(missing.is_err() && refused.is_err());
    let key = format!("key:{id}");
    let wanted = [
        "local admin import intent []".to_owned(),
        "local admin import ok []".to_owned(),
        format!("local admin auth_keys created [{id}]"),
        format!("{key} rep search ok [1]"),
        format!("{key} rep show not_found []"),
        format!("{key} rep reindex denied []"),
    ];
    assert_eq!(audited(&server).await, wanted);
    let records = local.audit_verify(None).await.expect("sound");
    assert_eq!(records.records, wanted.len() as u64);
    let archive = server.archive().await.expect("open");
    for record in archive.audit_records(None, 100).await.expect("read") {
        assert!(
            !format!("{record:?}").contains("narwhal"),
            "words only as keyed hashes"
        );
    }
}

#[tokio::test]
async fn a_token_names_the_user_of_its_verified_address() {
    let (home, _local) = filled().await;
    let issuer = Issuer::start();
    let server = issuer.server(home.path());
    let user_of = async |changed: Value| {
        let caller = server.authenticate(&issuer.token("e", &changed)).await;
        caller.expect("recognised").user().map(ToString::to_string)
    };

    let verified = json!({"email": "Ada@us.example", "email_verified": true});
    let caller = server
        .authenticate(&issuer.token("e", &verified))
        .await
        .expect("recognised");
    assert_eq!(caller.actor(), "user:7");
    assert_eq!(
        found(&server.acting_as(caller), false).await,
        Ok(vec!["1".into()])
    );

    assert_eq!(
        user_of(json!({"email": "ada@us.example"})).await,
        None,
        "not verified"
    );
    let shared = json!({"email": "shared@us.example", "email_verified": true});
    assert_eq!(user_of(shared).await, None, "two users have it");
    let stranger = server
        .authenticate(&issuer.token("e", &json!({})))
        .await
        .expect("recognised");
    assert!(
        !stranger.actor().contains("idp.example"),
        "{}",
        stranger.actor()
    );
    assert_eq!(
        found(&server.acting_as(stranger), false).await,
        Err(ErrorKind::NotAuthorised),
        "own calls need a user"
    );
    assert_eq!(issuer.asked.load(Ordering::SeqCst), 1, "keys are kept");
}

#[tokio::test]
async fn a_token_of_an_unknown_key_makes_us_ask_again_but_not_for_each() {
    let (home, _local) = filled().await;
    let issuer = Issuer::start();
    let server = issuer.server(home.path());
    let good = issuer.token("e", &json!({}));
    assert_eq!(kind_of(&server, &good).await, None);

    for _ in 0..20 {
        let unknown = issuer.token("another", &json!({}));
        assert_eq!(
            kind_of(&server, &unknown).await,
            Some(ErrorKind::NotAuthorised)
        );
    }

    assert_eq!(
        issuer.asked.load(Ordering::SeqCst),
        1,
        "it had been asked this minute"
    );
    assert_eq!(kind_of(&server, &good).await, None);
}

#[tokio::test]
async fn a_token_is_not_accepted_where_none_is_configured_or_the_role_is_missing() {
    let (home, _local) = filled().await;
    let issuer = Issuer::start();
    let server = issuer.server(home.path());
    let without_role = issuer.token("e", &json!({"gongkit_role": null}));
    assert_eq!(
        kind_of(&server, &without_role).await,
        Some(ErrorKind::NotAuthorised)
    );

    let without_issuer = serving(home.path(), &[], noon);
    let good = issuer.token("e", &json!({}));
    assert_eq!(
        kind_of(&without_issuer, &good).await,
        Some(ErrorKind::NotAuthorised)
    );
    let plain = [
        ("GONGKIT__AUTH__ISSUER", "http://login.example"),
        ("GONGKIT__AUTH__AUDIENCE", "gongkit"),
    ];
    let plain = serving(home.path(), &plain, noon);
    assert_eq!(kind_of(&plain, &good).await, Some(ErrorKind::NotConfigured));
}

#[cfg(unix)]
#[tokio::test]
async fn a_checkpoint_replaces_no_file_and_follows_no_link() {
    let (home, local) = filled().await;
    let (there, link) = (home.path().join("there"), home.path().join("link"));
    let elsewhere = home.path().join("elsewhere");
    std::fs::write(&there, "mine").expect("written");
    std::os::unix::fs::symlink(&elsewhere, &link).expect("linked");

    for file in [&there, &link] {
        let refused = local.audit_checkpoint(Some(file)).await;
        assert_eq!(refused.expect_err("refused").kind(), ErrorKind::Usage);
    }

    assert_eq!(std::fs::read_to_string(&there).expect("read"), "mine");
    assert!(!elsewhere.exists());
}

#[tokio::test]
async fn a_checkpoint_shows_a_log_whose_end_was_cut_off() {
    let (home, local) = filled().await;
    let file = home.path().join("checkpoint.json");
    let taken = local.audit_checkpoint(Some(&file)).await.expect("taken");
    assert_eq!(taken.chains[0].seq, 2);
    #[cfg(unix)]
    {
        let about = std::fs::metadata(&file).expect("a file");
        let mode = std::os::unix::fs::PermissionsExt::mode(&about.permissions());
        assert_eq!(mode & 0o777, 0o600);
    }
    assert!(
        local
            .audit_verify(Some(&file))
            .await
            .expect("sound")
            .is_held_to_checkpoint
    );
    let text = std::fs::read_to_string(&file).expect("written");
    std::fs::write(&file, text.replace("\"seq\": 2", "\"seq\": 2000")).expect("written");

    let cut = local.audit_verify(Some(&file)).await.expect_err("caught");

    assert_eq!(cut.kind(), ErrorKind::Integrity);
    assert!(cut.chain().contains("was cut off"), "{}", cut.chain());
    std::fs::write(&file, "{}").expect("written");
    let no_file = local.audit_verify(Some(&file)).await.map(|_| ());
    assert_eq!(no_file.map_err(|error| error.kind()), Err(ErrorKind::Usage));
}

#[test]
fn a_role_is_asked_by_permission_or_by_operation() {
    let home = tempfile::tempdir().expect("a folder");
    let app = serving(home.path(), &[], noon);
    let can = |role: &str, what: &str| app.can_i(role, what).map(|view| view.reach).ok();

    assert_eq!(can("rep", "transcripts.read"), Some("own"));
    assert_eq!(can("rep", "search"), Some("own"));
    assert_eq!(can("viewer", "search"), Some("no"));
    assert_eq!(can("service", "sync"), Some("yes"));
    assert_eq!(can("manager", "audit verify"), Some("no"));
    assert_eq!(can("manager", "everything"), None);
    assert_eq!(can("boss", "search"), None);
}
