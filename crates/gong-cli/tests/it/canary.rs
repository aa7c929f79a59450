//! One whole run with marked secrets and marked words: then every byte that it left is searched.

use std::fs;
use std::path::Path;

use gong_sim::{Limits, Sim, World};

use crate::files::{call, write};
use crate::gongkit::{Home, Ran};

const KEY: &str = "CANARYACCESSKEY00000000000000001";
const SECRET: &str = "canary-secret-8d1f7c-of-the-access-key";
/// Base64 of `KEY:SECRET`, as it travels in the header.
const HEADER: &str = "Q0FOQVJZQUNDRVNTS0VZMDAwMDAwMDAwMDAwMDAwMDE6Y2FuYXJ5LXNlY3JldC04ZDFmN2Mtb2YtdGhlLWFjY2Vzcy1rZXk=";
const WORD: &str = "canaryspokenword";
const QUESTION: &str = "canaryaskedword";
const PERSON: &str = "Canarina Person";
const ADDRESS: &str = "canarina@them.example";
const TITLE: &str = "Canarytitle of the call";

/// Everything that the run said on stderr, and what it printed besides what was asked for.
#[derive(Default)]
struct Heard {
    logs: String,
    plain: String,
}

impl Heard {
    fn log(&mut self, ran: &Ran) {
        self.logs.push_str(&ran.stderr);
    }

    /// A command that was not asked for words or secrets prints none.
    fn all(&mut self, ran: &Ran) {
        self.log(ran);
        self.plain.push_str(&ran.stdout);
    }
}

fn marked_call(id: &str) -> serde_json::Value {
    let said = format!("We spoke of the {WORD} at length.");
    let mut marked = call(id, &[&said, "Yes, the price of it."]);
    marked["call"]["metaData"]["title"] = TITLE.into();
    marked["call"]["parties"][1]["name"] = PERSON.into();
    marked["call"]["parties"][1]["emailAddress"] = ADDRESS.into();
    marked
}

/// Whether bytes hold a text in whatever case.
fn holds(bytes: &[u8], text: &str) -> bool {
    let (bytes, text) = (bytes.to_ascii_lowercase(), text.to_ascii_lowercase());
    bytes
        .windows(text.len())
        .any(|window| window == text.as_bytes())
}

fn search(folder: &Path, traces: &[&str], files: &mut usize) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("readable").path();
        if path.is_dir() {
            search(&path, traces, files);
            continue;
        }
        let bytes = fs::read(&path).expect("readable");
        for trace in traces {
            assert!(!holds(&bytes, trace), "{trace} in {}", path.display());
        }
        *files += 1;
    }
}

#[tokio::test]
async fn neither_secrets_nor_words_are_left_where_they_must_not_be() {
    let given = tempfile::tempdir().expect("a folder");
    write(given.path(), "1001", &marked_call("1001"));
    write(given.path(), "1002", &marked_call("1002"));
    let sim = Sim::builder()
        .world(World::from_dir(given.path()).expect("a world"))
        .limits(Limits::off())
        .keys(&[(KEY, SECRET)])
        .start()
        .await
        .expect("started");
    // Everything that any crate would say, its dependencies too.
    let home = Home::new().at(&sim).set("RUST_LOG", "trace");
    let mut heard = Heard::default();

    heard.all(&home.run(&["doctor", "-vv"]).await);
    heard.all(&home.ok(&["sync", "-vv"]).await);
    let found = home.ok(&["search", "-vv", WORD, QUESTION]).await;
    assert!(
        found.stdout.contains(WORD),
        "the run has the words: {}",
        found.stdout
    );
    heard.log(&found);
    let shown = home.ok(&["show", "-vv", "1001"]).await;
    assert!(shown.stdout.contains(WORD) && shown.stdout.contains(PERSON));
    heard.log(&shown);
    heard.all(&home.run(&["search", "-vv", "price", "--rep", PERSON]).await);
    heard.all(&home.run(&["show", "-vv", "no-such-call"]).await);
    heard.all(&home.ok(&["sync", "-vv", "--reconcile", "all"]).await);
    heard.all(&home.ok(&["reindex", "-vv"]).await);
    heard.all(&home.ok(&["config", "show", "--origin"]).await);
    let made = home
        .json(&["auth", "keys", "create", "canary", "--role", "viewer"])
        .await;
    let api_key = made["secret"].as_str().expect("a secret").to_owned();
    let api_secret = api_key.split('_').nth(2).expect("its secret").to_owned();
    heard.all(&home.ok(&["auth", "keys", "list"]).await);
    heard.all(&home.ok(&["audit", "export"]).await);
    heard.all(&home.ok(&["audit", "export", "--format", "ocsf"]).await);
    heard.all(
        &home
            .ok(&["audit", "checkpoint", "--out", "checkpoint.json"])
            .await,
    );
    heard.all(
        &home
            .ok(&["audit", "verify", "--checkpoint", "checkpoint.json"])
            .await,
    );
    let wrong = Home::new()
        .at(&sim)
        .set("RUST_LOG", "trace")
        .set("GONG_ACCESS_KEY_SECRET", "canary-secret-that-is-wrong");
    let refused = wrong.run(&["sync", "-vv"]).await;
    assert_ne!(refused.code, 0);
    heard.all(&refused);

    let traces = [
        SECRET,
        HEADER,
        WORD,
        QUESTION,
        PERSON,
        ADDRESS,
        TITLE,
        &api_key,
        &api_secret,
        "canary-secret-that-is-wrong",
    ];
    assert!(
        heard.logs.len() > 10_000,
        "the logs were on: {}",
        heard.logs.len()
    );
    for trace in traces {
        assert!(!holds(heard.logs.as_bytes(), trace), "{trace} in the logs");
        assert!(
            !holds(heard.plain.as_bytes(), trace),
            "{trace} in an answer that is not for it"
        );
    }
    let mut files = 0;
    for home in [&home, &wrong] {
        search(&home.path("."), &traces, &mut files);
    }
    assert!(files > 6, "only {files} files were searched");
}

#[test]
fn the_header_that_is_looked_for_is_the_one_that_would_travel() {
    let decoded = std::process::Command::new("python3")
        .args([
            "-c",
            "import base64,sys; print(base64.b64decode(sys.argv[1]).decode())",
            HEADER,
        ])
        .output()
        .expect("python3 starts");
    let text = String::from_utf8(decoded.stdout).expect("text");
    assert_eq!(text.trim(), format!("{KEY}:{SECRET}"));
}
