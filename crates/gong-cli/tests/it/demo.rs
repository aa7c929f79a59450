//! The one command that a newcomer runs, with the real model.

use serde_json::Value;

use crate::gongkit::Home;

#[tokio::test(flavor = "multi_thread")]
async fn the_demo_answers_with_citations_and_a_second_run_says_unchanged() {
    let model_cache = std::env::var("XDG_CACHE_HOME").ok().or_else(|| {
        std::env::var("HOME")
            .ok()
            .map(|home| format!("{home}/.cache"))
    });
    let mut home = Home::with_model("all-MiniLM-L6-v2");
    if let Some(cache) = model_cache {
        home = home.set("XDG_CACHE_HOME", &cache);
    }

    let view = home.json(&["demo"]).await;

    assert_eq!(view["is_invented"], true);
    assert_eq!(view["sync"]["index"]["indexed"], 34, "{:#}", view["sync"]);
    let answers = view["answers"].as_array().expect("answers");
    assert_eq!(answers.len(), 3);
    for answer in answers {
        let hits = answer["hits"].as_array().expect("hits");
        assert!(!hits.is_empty(), "{answer:#}");
        for hit in hits {
            assert!(hit["citation"]["url"].as_str().is_some(), "{hit:#}");
        }
    }
    let data_dir = view["data_dir"].as_str().expect("a folder");
    assert_eq!(data_dir, home.data().join("demo").display().to_string());

    let again = home.ok(&["demo"]).await;
    assert!(again.stdout.contains("unchanged"), "{}", again.stdout);
    assert!(again.stdout.contains("made up"), "{}", again.stdout);
    assert!(
        again
            .stdout
            .contains(&format!("gongkit --data-dir {data_dir} search")),
        "{}",
        again.stdout
    );

    // By meaning: no sentence has these words.
    let meant = home
        .json(&[
            "--data-dir",
            data_dir,
            "search",
            "obstacles to closing the deal",
        ])
        .await;
    assert_ne!(meant["hits"][0], Value::Null);
    let call = meant["hits"][0]["call_id"].as_str().expect("an id");
    let shown = home.json(&["--data-dir", data_dir, "show", call]).await;
    assert_eq!(shown["source"], "demo");
}
