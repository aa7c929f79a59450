//! With an account, which the simulator stands in for: sync, search, show, doctor.

use gong_sim::{Faults, Limits, Operation, Sim, World};
use serde_json::Value;

use crate::gongkit::Home;

pub(crate) async fn synced() -> (gong_sim::SimHandle, Home) {
    let sim = Sim::builder()
        .world(World::sample())
        .start()
        .await
        .expect("started");
    let home = Home::new().at(&sim);
    home.ok(&["sync"]).await;
    (sim, home)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_synced_call_is_found_with_a_quote_a_citation_and_a_link() {
    let (_sim, home) = synced().await;

    let view = home
        .json(&["search", "discount", "on", "the", "price"])
        .await;

    let hit = &view["hits"][0];
    let citation = &hit["citation"];
    assert!(
        citation["url"]
            .as_str()
            .is_some_and(|url| url.starts_with("http")),
        "{view:#}"
    );
    assert!(
        citation["time"]
            .as_str()
            .is_some_and(|time| time.contains(':')),
        "{view:#}"
    );
    assert_eq!(citation["call_id"], hit["call_id"]);
    assert_eq!(view["coverage"]["searched"], 34);
    assert_eq!(view["coverage"]["pending_index"], 0);

    // The quote stands in the call, word for word, where the citation says.
    let call = home
        .json(&["show", hit["call_id"].as_str().expect("an id")])
        .await;
    let sentences = call["sentences"].as_array().expect("words");
    let cited = sentences
        .iter()
        .find(|said| said["sentence"] == citation["sentence"]);
    let cited = cited.expect("the cited sentence is there")["text"]
        .as_str()
        .expect("text");
    let quotes = hit["quotes"].as_array().expect("quotes");
    assert!(
        quotes
            .iter()
            .any(|quote| cited.contains(quote["text"].as_str().expect("text"))),
        "{cited} | {quotes:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn filters_narrow_what_is_found() {
    let (_sim, home) = synced().await;

    let theirs = home.json(&["search", "price", "--side", "theirs"]).await;
    for quote in theirs["hits"]
        .as_array()
        .expect("hits")
        .iter()
        .flat_map(quotes)
    {
        assert_eq!(quote["citation"]["side"], "theirs");
    }

    let first = &theirs["hits"][0];
    let (call, day) = (text(&first["call_id"]), &text(&first["started"])[..10]);
    let of_day = home
        .json(&[
            "search", "price", "--from", day, "--to", day, "--limit", "50",
        ])
        .await;
    let hits = of_day["hits"].as_array().expect("hits");
    assert!(
        !hits.is_empty()
            && hits
                .iter()
                .all(|hit| text(&hit["started"]).starts_with(day))
    );

    let of_call = home.json(&["search", "price", "--call", call]).await;
    let hits = of_call["hits"].as_array().expect("hits");
    assert!(!hits.is_empty() && hits.iter().all(|hit| text(&hit["call_id"]) == call));

    let shown = home.json(&["show", call]).await;
    let rep = shown["parties"]
        .as_array()
        .expect("parties")
        .iter()
        .find(|p| !p["user_id"].is_null());
    let rep = rep.expect("one of ours");
    let of_rep = home
        .json(&["search", "price", "--rep", text(&rep["name"])])
        .await;
    assert_eq!(of_rep["filters"]["reps"][0]["user_id"], rep["user_id"]);
    assert!(!of_rep["hits"].as_array().expect("hits").is_empty());

    let account = text(&shown["account_ids"][0]);
    let of_account = home.json(&["search", "price", "--account", account]).await;
    let hits = of_account["hits"].as_array().expect("hits");
    assert!(!hits.is_empty());
    for hit in hits {
        let ids = hit["account_ids"].as_array().expect("ids");
        assert!(ids.iter().any(|id| id == account), "{hit:#}");
    }

    let nobody = home
        .run(&["search", "price", "--rep", "nobody at all"])
        .await;
    assert_eq!(nobody.code, 4, "{}", nobody.stderr);
}

fn quotes(hit: &Value) -> &Vec<Value> {
    hit["quotes"].as_array().expect("quotes")
}

pub(crate) fn text(value: &Value) -> &str {
    value.as_str().expect("text")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_sync_says_unchanged_and_an_empty_account_is_no_error() {
    let (_sim, home) = synced().await;
    let again = home.json(&["sync"]).await;
    assert_eq!(again["outcomes"]["indexing"], 0, "{again:#}");
    assert_eq!(again["stopped"], Value::Null);

    let sim = Sim::builder().start().await.expect("started");
    let home = Home::new().at(&sim);
    let view = home.json(&["sync"]).await;
    assert_eq!(view["calls"], 0, "{view:#}");
    let searched = home.ok(&["search", "anything"]).await;
    assert!(
        searched.stdout.contains("holds no calls yet"),
        "{}",
        searched.stdout
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_key_ends_with_3_and_says_what_to_check() {
    let sim = Sim::builder()
        .world(World::sample())
        .start()
        .await
        .expect("started");
    let home = Home::new()
        .at(&sim)
        .set("GONG_ACCESS_KEY_SECRET", "canary-wrong-secret");

    let ran = home.run(&["sync"]).await;

    assert_eq!(ran.code, 3, "{}", ran.stderr);
    assert!(
        ran.stderr.contains("error: ") && ran.stderr.contains("hint: "),
        "{}",
        ran.stderr
    );
    assert!(
        ran.stderr.contains("GONG_ACCESS_KEY_SECRET"),
        "{}",
        ran.stderr
    );
    assert!(!format!("{}{}", ran.stdout, ran.stderr).contains("canary"));
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_key_sync_points_at_the_demo_and_makes_nothing() {
    let home = Home::new();

    let ran = home.run(&["sync"]).await;

    assert_eq!(ran.code, 3);
    assert!(ran.stderr.contains("gongkit demo"), "{}", ran.stderr);
    assert!(!home.data().exists(), "no empty archive is left behind");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_foreign_address_is_refused_before_anything_is_sent() {
    let home = Home::new()
        .set("GONG_BASE_URL", "https://gong.example")
        .set("GONG_ACCESS_KEY", "key")
        .set("GONG_ACCESS_KEY_SECRET", "secret");

    let ran = home.run(&["sync"]).await;

    assert_eq!(ran.code, 3);
    assert!(
        ran.stderr.contains("--allow-foreign-base-url"),
        "{}",
        ran.stderr
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn doctor_checks_everything_and_names_what_mends_it() {
    let statuses = |view: &Value| -> Vec<(String, String)> {
        let checks = view["checks"].as_array().expect("checks").iter();
        checks
            .map(|c| (text(&c["id"]).to_owned(), text(&c["status"]).to_owned()))
            .collect()
    };
    let of = |view: &Value, id: &str| {
        let found = statuses(view).into_iter().find(|(known, _)| known == id);
        found.unwrap_or_else(|| panic!("no check {id}: {view:#}")).1
    };

    let empty = Home::new().run(&["doctor", "--json"]).await;
    assert_eq!(empty.code, 3, "no key: {}", empty.stderr);
    let view = empty.json();
    assert_eq!(of(&view, "gong.credentials"), "fail");
    assert_eq!(of(&view, "archive"), "skip");
    for check in view["checks"].as_array().expect("checks") {
        let is_bad = check["status"] == "fail" || check["status"] == "warn";
        assert!(!is_bad || !check["fix"].is_null(), "no fix: {check:#}");
    }

    let (sim, home) = synced().await;
    let view = home.json(&["doctor"]).await;
    for id in [
        "gong.credentials",
        "gong.base_url",
        "gong.reachable",
        "gong.clock",
        "gong.accepted",
        "gong.scopes",
        "gong.quota",
        "archive",
        "archive.key",
        "index",
        "data.folder",
        "config",
    ] {
        assert_eq!(of(&view, id), "ok", "{id}: {view:#}");
    }
    let encryption = of(&view, "data.encryption");
    assert!(["ok", "skip"].contains(&&*encryption), "{view:#}");
    let quota = view["checks"]
        .as_array()
        .expect("checks")
        .iter()
        .find(|c| c["id"] == "gong.quota");
    assert!(
        !text(&quota.expect("there")["what"]).starts_with("0 "),
        "requests were counted"
    );

    sim.set_keys(&[("another", "key")]);
    let refused = home.run(&["doctor", "--json"]).await;
    assert_eq!(refused.code, 3);
    assert_eq!(of(&refused.json(), "gong.accepted"), "fail");
}

#[tokio::test(flavor = "multi_thread")]
async fn reindex_builds_the_index_again_without_asking_gong() {
    let (sim, home) = synced().await;
    let before = home.json(&["search", "price"]).await;
    let asked = sim.stats().total;
    std::fs::remove_dir_all(home.data().join("index")).expect("removed");

    let broken = home.run(&["search", "price"]).await;
    assert_eq!(broken.code, 3, "{}", broken.stderr);
    assert!(
        broken.stderr.contains("gongkit reindex"),
        "{}",
        broken.stderr
    );
    let view = home.json(&["reindex"]).await;
    assert_eq!(view["index"]["indexed"], 34, "{view:#}");

    let after = home.json(&["search", "price"]).await;
    assert_eq!(after["hits"], before["hits"]);
    assert_eq!(sim.stats().total, asked, "gong was not asked");
    assert_eq!(
        std::fs::read_dir(home.data().join("index"))
            .expect("listed")
            .count(),
        2,
        "one index and the lock"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_index_heals_by_the_next_sync() {
    let (_sim, home) = synced().await;
    std::fs::remove_dir_all(home.data().join("index")).expect("removed");

    let view = home.json(&["sync"]).await;

    assert_eq!(view["index"]["indexed"], 34, "{view:#}");
    let found = home.json(&["search", "price"]).await;
    assert!(!found["hits"].as_array().expect("hits").is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn another_model_is_refused_by_search_and_served_by_the_next_sync() {
    let (_sim, home) = synced().await;
    let other = home.set("GONGKIT__MODEL__NAME", "all-MiniLM-L6-v2");
    let view = other.run(&["doctor", "--json"]).await.json();
    let index = view["checks"]
        .as_array()
        .expect("checks")
        .iter()
        .find(|c| c["id"] == "index");
    let index = index.expect("there");
    assert_eq!(
        (text(&index["status"]), text(&index["fix"])),
        ("fail", "gongkit reindex")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_archive_without_its_key_ends_with_3_and_nothing_is_written() {
    let (_sim, home) = synced().await;
    let key = home.data().join("key");
    let kept = std::fs::read(&key).expect("a key");
    std::fs::remove_file(&key).expect("removed");

    for arguments in [&["search", "price"][..], &["sync"]] {
        let ran = home.run(arguments).await;
        assert_eq!(ran.code, 3, "{arguments:?}: {}", ran.stderr);
        assert!(
            ran.stderr.contains("put the key file back"),
            "{}",
            ran.stderr
        );
        assert!(!key.exists(), "no new key is made over an archive");
    }

    std::fs::write(&key, kept).expect("put back");
    home.ok(&["search", "price"]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn not_even_the_most_talkative_log_holds_secrets_words_or_names() {
    let sim = Sim::builder()
        .world(World::sample())
        .start()
        .await
        .expect("started");
    let home = Home::new().at(&sim).set("RUST_LOG", "trace");
    let synced = home.ok(&["sync"]).await;
    let searched = home.ok(&["search", "price", "--json"]).await;
    let doctor = home.ok(&["doctor"]).await;

    let logs = format!("{}{}{}", synced.stderr, searched.stderr, doctor.stderr);
    assert!(logs.contains("TRACE"), "the logs are on");
    let view = searched.json();
    let quote = &view["hits"][0]["quotes"][0];
    let basic = [sim.access_key(), ":", sim.access_secret()].concat();
    for canary in [
        sim.access_key(),
        sim.access_secret(),
        &basic,
        text(&quote["text"]),
        text(&quote["speaker"]),
    ] {
        assert!(!logs.contains(canary), "{canary} is in the logs");
    }
    // Base64 of `key:secret` begins with base64 of the key's first bytes.
    assert!(
        !logs.contains("R09OR1NJTVVMQVRPUkFDQ0VTU0tFWT"),
        "the header is in the logs"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_corrected_transcript_replaces_the_old_words() {
    let (sim, home) = synced().await;
    let found = home.json(&["search", "price"]).await;
    let call = text(&found["hits"][0]["call_id"]).to_owned();
    sim.correct_transcript(&call, |transcript| {
        for monologue in transcript.as_array_mut().expect("monologues") {
            for sentence in monologue["sentences"].as_array_mut().expect("sentences") {
                sentence["text"] = "The platypus was counted once more.".into();
            }
        }
    })
    .expect("a known call");

    let synced = home.ok(&["sync", "--reconcile", "all"]).await;

    assert!(
        synced.stderr.contains("takes about"),
        "the cost is told: {}",
        synced.stderr
    );
    let corrected = home.json(&["search", "platypus", "--call", &call]).await;
    for quote in quotes(&corrected["hits"][0]) {
        assert_eq!(quote["text"], "The platypus was counted once more.");
    }
    let old = home.json(&["search", "price", "--call", &call]).await;
    for quote in old["hits"]
        .as_array()
        .expect("hits")
        .iter()
        .flat_map(quotes)
    {
        assert_eq!(
            quote["text"], "The platypus was counted once more.",
            "no old words"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_spent_day_ends_with_5_and_keeps_what_came() {
    let limits = Limits::gong().per_day(1);
    let sim = Sim::builder()
        .world(World::sample())
        .limits(limits)
        .start()
        .await
        .expect("started");
    let home = Home::new().at(&sim);

    let ran = home.run(&["sync", "--json"]).await;

    assert_eq!(ran.code, 5, "{}", ran.stderr);
    assert_eq!(ran.json()["stopped"]["kind"], "try_later");
    sim.set_limits(Limits::off());
    home.ok(&["sync"]).await;
    let found = home.json(&["search", "price"]).await;
    assert_eq!(found["coverage"]["searched"], 34);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_of_another_host_ends_with_3_and_the_address_to_set() {
    let mut faults = Faults::none();
    faults.redirect_to = Some("https://us-12345.api.gong.io".to_owned());
    let sim = Sim::builder()
        .faults(faults)
        .start()
        .await
        .expect("started");
    let home = Home::new().at(&sim);

    let ran = home.run(&["sync"]).await;

    assert_eq!(ran.code, 3, "{}", ran.stderr);
    assert!(
        ran.stderr
            .contains("GONG_BASE_URL=https://us-12345.api.gong.io"),
        "{}",
        ran.stderr
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn doctor_names_the_scope_that_a_key_lacks() {
    let mut faults = Faults::none();
    faults.forbidden.insert(Operation::GetCallTranscripts);
    let sim = Sim::builder()
        .faults(faults)
        .start()
        .await
        .expect("started");

    let ran = Home::new().at(&sim).run(&["doctor"]).await;

    assert_eq!(ran.code, 3);
    assert!(ran.stdout.contains("fail  gong.scopes"), "{}", ran.stdout);
    assert!(
        ran.stdout.contains("api:calls:read:transcript"),
        "{}",
        ran.stdout
    );
}
