//! One whole run with marked secrets and marked words: then every byte that it left is searched.

use std::fs;
use std::path::Path;

use gong_sim::{Limits, Sim, World};
use hubspot_sim::{HubSpotSim, Portal};

use crate::audited::{Named, deals_of, leaves, steps};
use crate::crm::{customer, writes_to};
use crate::files::{call, write};
use crate::gongkit::{Home, Ran};
use crate::model_server::{Model, ModelServer, claim};
use crate::process::Process;

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
    heard.all(&home.ok(&["memory", "status", "-vv"]).await);
    let nowhere = ["memory", "migrate", "--to", "http://127.0.0.1:9", "-vv"];
    heard.all(&home.run(&nowhere).await);
    heard.all(&home.run(&["memory", "recall-check", "-vv"]).await);
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

/// Commands that are not run here, and why.
const LEFT_OUT: [&str; 2] = [
    "sim",  // serves an invented world until it is stopped, and opens nothing
    "help", // clap's own
];
/// Commands whose answer is words, names, or a key.
const TELLING: [&str; 17] = [
    "crm plan",
    "pipeline",
    "forecast",
    "competitors",
    "coach",
    "accounts",
    "deals",
    "search",
    "ask",
    "show",
    "summary",
    "brief",
    "insights",
    "trackers",
    "demo",
    "auth keys create",
    "audit key",
];
const RIVAL: &str = "Canaryrival";
const TRACKER: &str = "canarytrackername";
const PASSWORD: &str = "canary-password-of-a-database";
const DEAL: &str = "Canarydeal rollout";
const MODEL_KEY: &str = "canary-key-of-the-language-model";
const CLIENT_SECRET: &str = "canary-secret-of-the-oauth-app-55e1";

/// A call in which everything is marked that can be.
fn wholly_marked(id: &str) -> serde_json::Value {
    let said = [
        "What would the canaryspokenword have to do for your team?",
        "We use Canaryrival today, and the canaryspokenword is too expensive for us.",
        "I will send you the canaryspokenword by Friday.",
    ];
    let mut marked = call(id, &said);
    marked["call"]["metaData"]["title"] = TITLE.into();
    marked["call"]["parties"][1]["name"] = PERSON.into();
    marked["call"]["parties"][1]["emailAddress"] = ADDRESS.into();
    marked
}

/// The key of the archive and those before it, as they stand in the key file.
fn master_keys(home: &Home) -> Vec<String> {
    let text = fs::read_to_string(home.data().join("key")).expect("a key file");
    let keys = text.lines().filter_map(|line| line.strip_prefix("key = "));
    keys.map(|key| key.trim().to_owned()).collect()
}

fn bytes_of(hex: &str) -> Vec<u8> {
    let pairs = hex.as_bytes().chunks_exact(2);
    let byte = |pair: &[u8]| u8::from_str_radix(str::from_utf8(pair).expect("digits"), 16);
    pairs.map(|pair| byte(pair).expect("a byte")).collect()
}

/// Whether a key stands in bytes, as bytes or in hexadecimal digits.
fn holds_key(bytes: &[u8], key: &str) -> bool {
    let raw = bytes_of(key);
    holds(bytes, key) || bytes.windows(raw.len()).any(|window| window == raw)
}

fn every_file(folder: &Path) -> Vec<(std::path::PathBuf, Vec<u8>)> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("readable").path();
        if path.is_dir() {
            found.extend(every_file(&path));
        } else {
            let bytes = fs::read(&path).expect("readable");
            found.push((path, bytes));
        }
    }
    found
}

#[tokio::test(flavor = "multi_thread")]
#[expect(
    clippy::too_many_lines,
    reason = "one run, from its secrets to the search"
)]
async fn no_command_leaves_a_secret_or_a_word_where_it_must_not_be() {
    let given = tempfile::tempdir().expect("a folder");
    let calls = given.path().join("calls");
    for id in ["1", "2"] {
        write(&calls, id, &wholly_marked(id));
    }
    let put = |name: &str, line: String| {
        fs::write(given.path().join(name), line).expect("written");
        given.path().join(name).display().to_string()
    };
    let tracker = format!(r#"{{"name": "{TRACKER}", "keywords": ["{WORD}", "{QUESTION}"]}}"#);
    let trackers = put("trackers", tracker);
    let rivals = put("rivals", format!(r#"{{"name": "{RIVAL}"}}"#));
    let told = format!("The {WORD} is too expensive for them.");
    let model = ModelServer::start(Model::Claims(vec![claim("point", &told, "S2")])).await;
    let client_secret = put("client-secret", format!("{CLIENT_SECRET}\n"));
    let sim = Sim::builder()
        .world(World::from_dir(&calls).expect("a world"))
        .limits(Limits::off())
        .keys(&[(KEY, SECRET)])
        .start()
        .await
        .expect("started");
    let home = Home::new()
        .at(&sim)
        .set("RUST_LOG", "trace")
        .set("GONG_CLIENT_ACCESS_KEY", "an-app")
        .set("GONG_CLIENT_SECRET_FILE", &client_secret)
        .set("GONGKIT__GONG__OAUTH_URL", sim.base_url())
        .set("GONGKIT__GONG__REDIRECT", "http://127.0.0.1:0/callback")
        .set("GONGKIT__LLM__PROVIDER", "openai")
        .set("GONGKIT__LLM__BASE_URL", &model.url())
        .set("GONGKIT__LLM__MODEL", "tiny")
        .set("GONGKIT__LLM__API_KEY", MODEL_KEY);
    let mut portal = Portal::default();
    customer(&mut portal, "them.example");
    let hubspot = HubSpotSim::start(portal).await.expect("a free port");
    let home = writes_to(home, &hubspot);
    let folder = calls.display().to_string();
    home.ok(&["keys", "init"]).await;
    home.ok(&["import", &folder]).await;
    home.ok(&["trackers", "competitors", &rivals]).await;
    home.ok(&["trackers", "save", &trackers]).await;
    let insights = home.json(&["insights", "1"]).await;
    let finding = insights["findings"][0]["id"].as_str().expect("a finding");
    let made = home
        .json(&["auth", "keys", "create", "a", "--role", "viewer"])
        .await;
    let api_key = made["secret"].as_str().expect("a secret").to_owned();
    let named = Named {
        finding: finding.to_owned(),
        key: api_key.split('_').nth(1).expect("its id").to_owned(),
        trackers,
        rivals,
        backup: home.path("backup.sqlite").display().to_string(),
        deals: put("deals.csv", deals_of(DEAL)),
        exported: given.path().join("exported.jsonl").display().to_string(),
    };
    let mut run: Vec<String> = steps(&named).into_iter().map(|(step, _)| step).collect();
    for step in &mut run {
        *step = step
            .replace("narwhal", WORD)
            .replace("import calls", &format!("import {folder}"));
    }
    let out = given.path().join("run.jsonl");
    run.extend(
        [
            "auth can-i rep search",
            "auth whoami",
            "completions bash",
            "config show --origin",
            "config reference",
            "init",
            "manual",
            "db status",
            "keys init",
            "login --timeout 1",
            "logout",
            "eval report",
            "demo",
            "mcp",
            "model list",
            "model path nothing",
            "model pull nothing",
            "model verify nothing",
            "mcp install --client cursor",
        ]
        .map(str::to_owned),
    );
    run.push(format!("search {QUESTION} --rep {ADDRESS}"));
    run.push(format!(
        "eval questions --calls {folder} --out {}",
        out.display()
    ));
    let elsewhere = format!("postgres://somebody:{PASSWORD}@127.0.0.1:1/nothing");
    run.push(format!("db migrate-to {elsewhere}"));
    run.push(format!("db restore {} --replace --yes", named.backup));
    let mut heard = Heard::default();
    let mut answered = 0;

    for step in &run {
        let mut arguments: Vec<&str> = step.split(' ').collect();
        arguments.push("-vv");
        let ran = home.run(&arguments).await;
        let is_telling = TELLING.iter().any(|command| step.starts_with(command));
        answered += usize::from(is_telling && holds(ran.stdout.as_bytes(), WORD));
        heard.log(&ran);
        if !is_telling {
            heard.all(&ran);
        }
    }
    for server in ["worker", "serve --worker --mcp --mcp-listen 127.0.0.1:0"] {
        let mut arguments: Vec<&str> = server.split(' ').collect();
        arguments.push("-vv");
        let process = Process::start(&home, &arguments);
        process
            .until("it works", |process| process.page("/readyz").0 == 200)
            .await;
        let (_, metrics) = process.page("/metrics");
        heard.plain.push_str(&metrics);
        heard.all(&process.ended());
        run.push(server.to_owned());
    }
    let chain_key = home.ok(&["audit", "key"]).await.stdout.trim().to_owned();
    let leaves = leaves(&home).await;

    for leaf in leaves {
        let is = |step: &str| format!("{step} ").starts_with(&format!("{leaf} "));
        assert!(
            LEFT_OUT.contains(&leaf.as_str()) || run.iter().any(|step| is(step)),
            "nobody looks at what `{leaf}` leaves"
        );
    }
    assert!(answered > 4, "the run has the words: {answered}");
    let traces = [
        SECRET,
        HEADER,
        CLIENT_SECRET,
        WORD,
        QUESTION,
        PERSON,
        ADDRESS,
        TITLE,
        RIVAL,
        TRACKER,
        DEAL,
        PASSWORD,
        MODEL_KEY,
        hubspot.token(),
        &api_key,
    ];
    assert!(!model.arrived().is_empty(), "the model was asked");
    assert!(
        !hubspot.portal().objects("calls").is_empty(),
        "calls were written"
    );
    let mut files = every_file(&home.path("."));
    let names = |name: &str| {
        files
            .iter()
            .filter(|(path, _)| path.ends_with(name))
            .count()
    };
    assert!(names("archive.sqlite") > 0 && names("key") > 0 && files.len() > 6);
    files.push(("what was logged".into(), heard.logs.into_bytes()));
    files.push(("what was printed".into(), heard.plain.into_bytes()));
    let master_keys = master_keys(&home);
    assert!(!master_keys.is_empty());
    for (path, bytes) in &files {
        for trace in traces {
            assert!(!holds(bytes, trace), "{trace} in {}", path.display());
        }
        let is_key_file = path.ends_with("key");
        for key in master_keys.iter().chain([&chain_key]) {
            let is_there = holds_key(bytes, key);
            assert!(!is_there || is_key_file, "a key in {}", path.display());
        }
    }
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
