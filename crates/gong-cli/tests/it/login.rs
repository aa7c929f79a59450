//! Logging in at the simulator, end to end: no key, a browser, a sync, a renewal, a logout.

use std::io::{BufRead as _, BufReader};
use std::process::Stdio;

use gong_sim::{Sim, SimHandle, World};
use jiff::SignedDuration;
use serde_json::Value;

use crate::gongkit::{Home, Ran};

async fn sim() -> SimHandle {
    let builder = Sim::builder().world(World::sample());
    builder.start().await.expect("started")
}

/// A home that knows an OAuth app and no key.
fn home(sim: &SimHandle) -> Home {
    let (id, secret) = sim.oauth_app();
    Home::new()
        .set("GONG_CLIENT_ACCESS_KEY", &id)
        .set("GONG_CLIENT_SECRET", &secret)
        .set("GONGKIT__GONG__OAUTH_URL", sim.base_url())
        .set("GONGKIT__GONG__REDIRECT", "http://127.0.0.1:0/callback")
}

/// Runs `login` and plays the person: opens the printed address, and follows it back.
async fn log_in(home: &Home, arguments: &[&str]) -> Ran {
    let mut all = vec!["login"];
    all.extend(arguments);
    let mut command = home.command(&all);
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("the binary starts");
    let mut lines = BufReader::new(child.stderr.take().expect("piped")).lines();
    let browse = tokio::task::spawn_blocking(move || {
        let mut said = String::new();
        let mut address = None;
        while address.is_none() {
            let Some(Ok(line)) = lines.next() else { break };
            address = line.starts_with("http").then(|| line.clone());
            said.push_str(&line);
            said.push('\n');
        }
        (said, address, lines)
    });
    let (mut said, address, lines) = browse.await.expect("joined");
    if let Some(address) = address {
        browser(&address).await;
    }
    let ended = tokio::task::spawn_blocking(move || {
        for line in lines.map_while(Result::ok) {
            said.push_str(&line);
            said.push('\n');
        }
        (child.wait_with_output(), said)
    });
    let (output, said) = ended.await.expect("joined");
    let mut ran = Ran::of(output.expect("it ends"));
    ran.stderr = said;
    ran
}

/// A browser that follows one redirect: plain HTTP on loopback is all it needs.
async fn browser(address: &str) {
    let there = get(address).await;
    let location = there
        .lines()
        .find_map(|line| line.strip_prefix("location: "))
        .expect("a redirect");
    let page = get(location.trim()).await;
    assert!(page.contains("Close this page"), "{page}");
}

async fn get(address: &str) -> String {
    let address = address.strip_prefix("http://").expect("plain HTTP");
    let (host, target) = address.split_once('/').expect("a path");
    let request = format!("GET /{target} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
    let host = host.to_owned();
    let asked = tokio::task::spawn_blocking(move || {
        use std::io::{Read as _, Write as _};
        let mut stream = std::net::TcpStream::connect(host).expect("somebody listens");
        stream.write_all(request.as_bytes()).expect("sent");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("text");
        answer
    });
    asked.await.expect("joined")
}

fn check<'v>(view: &'v Value, id: &str) -> &'v Value {
    let checks = view["checks"].as_array().expect("checks");
    let found = checks.iter().find(|check| check["id"] == id);
    found.expect("the check is there")
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_login_sync_needs_no_key_and_renews_by_itself() {
    let sim = sim().await;
    let home = home(&sim);

    let ran = log_in(&home, &["--json"]).await;

    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let view = ran.json();
    assert_eq!(view["base_url"], sim.base_url());
    assert_eq!(view["lacking"], Value::Array(Vec::new()), "{view:#}");
    let shown = format!("{}{}", ran.stdout, ran.stderr);
    assert!(!shown.contains("simulated-access") && !shown.contains("simulated-refresh"));
    home.ok(&["sync"]).await;
    let found = home.json(&["search", "price"]).await;
    assert_eq!(found["coverage"]["searched"], 34);

    let view = home.json(&["doctor"]).await;
    for id in ["gong.credentials", "gong.accepted", "gong.scopes.held"] {
        assert_eq!(check(&view, id)["status"], "ok", "{view:#}");
    }
    let what = |id| check(&view, id)["what"].to_string();
    assert!(what("gong.credentials").contains("logged in"), "{view:#}");
    assert!(what("gong.base_url").contains("as the login told"));

    for file in std::fs::read_dir(home.data()).expect("a folder") {
        let file = file.expect("an entry").path();
        let bytes = std::fs::read(&file).unwrap_or_default();
        let is_open = bytes.windows(9).any(|window| window == b"simulated");
        assert!(!is_open, "a token lies open in {}", file.display());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn three_processes_with_old_tokens_renew_one_after_the_other_and_spend_none_twice() {
    let sim = sim().await;
    let home = home(&sim);
    // Tokens are old as soon as they are there, so every request needs new ones.
    sim.say_token_life(SignedDuration::ZERO);
    assert_eq!(log_in(&home, &[]).await.code, 0);

    let (one, two, three) = tokio::join!(
        home.run(&["sync"]),
        home.run(&["doctor"]),
        home.run(&["sync"]),
    );

    for ran in [one, two, three] {
        assert_eq!(ran.code, 0, "{}{}", ran.stdout, ran.stderr);
    }
    let stats = sim.logins();
    assert_eq!((stats.logins, stats.refusals), (1, 0), "{stats:?}");
    assert!(stats.refreshes > 3, "each of the three renewed: {stats:?}");
    let refused = sim.stats().unauthorized;
    assert_eq!(refused, 1, "only doctor asks once without credentials");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_login_with_fewer_scopes_says_which_feature_lacks_what() {
    let sim = sim().await;
    let home = home(&sim);
    sim.grant_scopes(&["api:calls:read:extensive", "api:calls:read:basic"]);

    let ran = log_in(&home, &[]).await;

    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let lacks = "sync lacks api:calls:read:transcript";
    assert!(ran.stdout.contains(lacks), "{}", ran.stdout);
    let doctor = home.run(&["doctor", "--json"]).await;
    assert_eq!(doctor.code, 3);
    let view = doctor.json();
    for id in ["gong.scopes.sync", "gong.scopes.reconcile"] {
        assert_eq!(check(&view, id)["status"], "fail", "{view:#}");
    }
    assert_eq!(check(&view, "gong.scopes.sync")["what"], lacks);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_pair_that_is_named_wins_and_both_commands_say_so() {
    let sim = sim().await;
    let home = home(&sim).at(&sim);

    let ran = log_in(&home, &[]).await;

    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(
        ran.stdout.contains("in place of this login"),
        "{}",
        ran.stdout
    );
    let view = home.json(&["doctor"]).await;
    let what = check(&view, "gong.credentials")["what"].to_string();
    assert!(what.contains("in place of the login"), "{what}");
    let what = check(&view, "gong.scopes")["what"].to_string();
    assert!(what.contains("Gong does not tell which scopes"), "{what}");
    sim.revoke_tokens();
    home.ok(&["sync"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_logout_and_after_a_revocation_only_a_new_login_helps() {
    let sim = sim().await;
    let home = home(&sim);
    assert_eq!(log_in(&home, &[]).await.code, 0);
    sim.revoke_tokens();
    let revoked = home.run(&["sync"]).await;
    assert_eq!(revoked.code, 3, "{}", revoked.stderr);

    assert_eq!(log_in(&home, &[]).await.code, 0);
    home.ok(&["sync"]).await;
    let view = home.json(&["logout"]).await;
    assert_eq!(view["was_logged_in"], true);

    let again = home.json(&["logout"]).await;
    assert_eq!(again["was_logged_in"], false);
    let ran = home.run(&["sync"]).await;
    assert_eq!(ran.code, 3, "{}", ran.stderr);
    assert!(ran.stderr.contains("gongkit login"), "{}", ran.stderr);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_login_that_nobody_ends_ends_by_itself_and_keeps_the_old_one() {
    let sim = sim().await;
    let home = home(&sim);
    assert_eq!(log_in(&home, &[]).await.code, 0);

    let ran = home.run(&["login", "--timeout", "1", "--quiet"]).await;

    assert_eq!(ran.code, 3, "{}", ran.stderr);
    assert!(ran.stderr.contains("in time"), "{}", ran.stderr);
    assert!(ran.stderr.contains("/oauth2/authorize?"), "{}", ran.stderr);
    home.ok(&["sync"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_an_app_login_says_what_to_register() {
    let ran = Home::new().run(&["login"]).await;

    assert_eq!(ran.code, 3);
    assert!(ran.stderr.contains("GONG_CLIENT_SECRET"), "{}", ran.stderr);
}
