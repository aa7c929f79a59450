//! What a first run meets: each error of docs/troubleshooting.md, provoked for real.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::fs;
use std::net::TcpListener;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use gong_sim::{Faults, Limits, Operation, Sim, SimHandle, World};
use rusqlite::Connection;

use crate::files::write_calls;
use crate::gongkit::{Home, Ran};

/// A row of the page: what the message holds, and the exit code.
#[derive(Clone, Debug)]
struct Row {
    said: String,
    code: i32,
}

/// The page, and which of its rows were met.
struct Page {
    rows: Vec<Row>,
    met: RefCell<BTreeSet<String>>,
}

impl Page {
    fn read() -> Self {
        let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/troubleshooting.md");
        let page = fs::read_to_string(page).expect("the page");
        let rows = page.lines().filter_map(|line| {
            let (said, rest) = line.strip_prefix("| `")?.split_once("` | ")?;
            let code = rest.split(" |").next()?.parse().ok()?;
            let said = said.to_owned();
            Some(Row { said, code })
        });
        Self {
            rows: rows.collect(),
            met: RefCell::default(),
        }
    }

    /// The run ended as this row of the page says, and says what to do.
    fn meets(&self, said: &str, ran: &Ran) {
        let row = self.rows.iter().find(|row| row.said == said);
        let row = row.unwrap_or_else(|| unreachable!("the page has no {said}"));
        assert!(ran.stderr.contains(said), "{said}: {}", ran.stderr);
        assert_eq!(ran.code, row.code, "{said}: {}", ran.stderr);
        let is_told = ran.stderr.contains("\nhint: ") || ran.code == 0;
        assert!(is_told, "no hint: {}", ran.stderr);
        for never in ["panicked", "RUST_BACKTRACE", "Error {", "\u{1b}["] {
            assert!(!ran.stderr.contains(never), "{}", ran.stderr);
        }
        self.met.borrow_mut().insert(said.to_owned());
    }

    fn every_row_was_met(&self) {
        let all: BTreeSet<String> = self.rows.iter().map(|row| row.said.clone()).collect();
        assert_eq!(*self.met.borrow(), all);
    }
}

async fn gong(faults: Faults, limits: Limits) -> SimHandle {
    let world = World::generate(3, 4);
    let sim = Sim::builder().world(world).faults(faults).limits(limits);
    sim.start().await.expect("it starts")
}

/// A home with two archived calls, and its data folder.
async fn with_calls() -> Home {
    let home = Home::new();
    write_calls(&home.path("calls"));
    home.ok(&["import", "calls"]).await;
    home
}

fn configured(text: &str) -> Home {
    let home = Home::new();
    fs::create_dir_all(home.path(".config/gongkit")).expect("made");
    fs::write(home.path(".config/gongkit/config.toml"), text).expect("written");
    home
}

#[tokio::test(flavor = "multi_thread")]
async fn each_error_of_the_page_is_met_as_it_stands_there() {
    let page = Page::read();

    setting_up(&page).await;
    of_gong(&page).await;
    of_the_archive(&page).await;
    of_the_index(&page).await;
    of_the_machine(&page).await;

    page.every_row_was_met();
}

async fn setting_up(page: &Page) {
    let home = Home::new();
    page.meets("no access key:", &home.run(&["sync"]).await);
    let half = Home::new().set("GONG_ACCESS_KEY", "KEY");
    page.meets("no access key secret:", &half.run(&["sync"]).await);
    let nobody = "nobody can be asked for what is missing";
    page.meets(nobody, &home.run(&["init"]).await);
    let init = [
        "init",
        "--access-key",
        "K E Y",
        "--base-url",
        "https://api.gong.io",
    ];
    let with = |secret| [&init[..], &["--secret-file", secret]].concat();
    fs::write(home.path("secret"), "secret").expect("written");
    let blanks = "the access key is empty or has blanks in it";
    page.meets(blanks, &home.run(&with("secret")).await);
    let unread = "the secret cannot be read from";
    page.meets(unread, &home.run(&with("nowhere")).await);
    let there = configured("");
    page.meets("config.toml is there already", &there.run(&["init"]).await);

    let slip = configured("[gong]\nbaseurl = 'x'\n");
    page.meets("unknown setting", &slip.run(&["sync"]).await);
    let broken = configured("[gong\n");
    page.meets("is no TOML at line", &broken.run(&["sync"]).await);
    let many = configured("[search]\nlimit = 'many'\n");
    page.meets("must be a whole number", &many.run(&["search", "x"]).await);
    let missing = home.run(&["sync", "--config", "no.toml"]).await;
    page.meets("cannot read the configuration", &missing);
    let both = Home::new()
        .set("GONG_ACCESS_KEY_SECRET", "x")
        .set("GONG_ACCESS_KEY_SECRET_FILE", "/x");
    page.meets("are set; keep one", &both.run(&["sync"]).await);
    let homeless = Home::new().set("HOME", "");
    let nowhere = "there is no folder for the data";
    page.meets(nowhere, &homeless.run(&["search", "x"]).await);
}

async fn of_gong(page: &Page) {
    let sim = gong(Faults::none(), Limits::off()).await;
    let wrong = Home::new().at(&sim).set("GONG_ACCESS_KEY_SECRET", "wrong");
    let refused = "gong does not accept the credentials";
    page.meets(refused, &wrong.run(&["sync"]).await);
    let at = |url: &str| Home::new().at(&sim).set("GONG_BASE_URL", url);
    let foreign = at("https://gong.example");
    let elsewhere = "credentials are not sent elsewhere";
    page.meets(elsewhere, &foreign.run(&["sync"]).await);
    let odd = at("nonsense").run(&["sync"]).await;
    page.meets("the base URL is not a URL", &odd);
    let nobody = TcpListener::bind("127.0.0.1:0").expect("a port");
    let closed = format!("http://{}", nobody.local_addr().expect("known"));
    drop(nobody);
    let unreached = at(&closed).run(&["sync"]).await;
    page.meets("gong could not be reached", &unreached);
    sim.shutdown().await;

    let mut faults = Faults::none();
    faults.redirect_to = Some("https://us-12345.api.gong.io".to_owned());
    let elsewhere = gong(faults, Limits::off()).await;
    let ran = Home::new().at(&elsewhere).run(&["sync"]).await;
    page.meets("this key belongs to https://", &ran);
    let mut faults = Faults::none();
    faults.forbidden.insert(Operation::GetCallTranscripts);
    let narrow = gong(faults, Limits::off()).await;
    let ran = Home::new().at(&narrow).run(&["sync"]).await;
    page.meets("api:calls:read:transcript", &ran);
    let spent = gong(Faults::none(), Limits::gong().per_day(1)).await;
    let home = Home::new()
        .at(&spent)
        .set("GONGKIT__GONG__DAILY_REQUESTS", "2")
        .set("GONGKIT__GONG__DAILY_RESERVE", "1");
    home.run(&["sync"]).await;
    let ran = home.run(&["sync"]).await;
    page.meets("the budget of requests is spent", &ran);
    let empty = Sim::builder().world(World::empty()).start().await;
    let empty = empty.expect("it starts");
    let ran = Home::new().at(&empty).run(&["sync"]).await;
    page.meets("Gong told of no call", &ran);
    for sim in [elsewhere, narrow, spent, empty] {
        sim.shutdown().await;
    }
}

async fn of_the_archive(page: &Page) {
    let search = ["search", "discount"];
    let home = Home::new();
    page.meets("there is no archive in", &home.run(&search).await);
    let home = with_calls().await;
    let unknown = home.run(&["show", "17"]).await;
    page.meets("there is no such call in the archive", &unknown);
    let asked = home.run(&["search", "\"\""]).await;
    page.meets("a search needs a question", &asked);

    let key = home.data().join("key");
    let right = fs::read(&key).expect("the key");
    let other = with_calls().await;
    fs::copy(other.data().join("key"), &key).expect("exchanged");
    page.meets("is not the key of this archive", &home.run(&search).await);
    fs::write(&key, "no key\n").expect("written");
    page.meets("holds no key", &home.run(&search).await);
    fs::remove_file(&key).expect("removed");
    page.meets("the archive's key is missing", &home.run(&search).await);
    fs::write(&key, right).expect("put back");
    home.ok(&search).await;

    let file = home.data().join("archive.sqlite");
    let connection = Connection::open(&file).expect("the archive");
    let newer =
        "INSERT INTO migrations (number, name, checksum, applied) VALUES (999, 'x', 'x', 0)";
    connection.execute(newer, []).expect("written");
    drop(connection);
    let ran = home.run(&search).await;
    page.meets("the archive was written by a newer version", &ran);
    fs::write(&file, "this is no database, whatever its name says").expect("written");
    let ran = home.run(&search).await;
    page.meets("the archive's database is damaged", &ran);
}

async fn of_the_index(page: &Page) {
    let search = ["search", "discount"];
    let home = with_calls().await;
    let index = home.data().join("index");
    let vectors = files_below(&index);
    let vectors = vectors
        .iter()
        .filter(|name| Path::new(name).extension().is_some_and(|end| end == "f16"));
    for file in vectors {
        fs::remove_file(file).expect("removed");
    }
    let ran = home.run(&search).await;
    page.meets("vectors of the newest commit are missing", &ran);
    fs::remove_dir_all(&index).expect("removed");
    page.meets("there is no index yet", &home.run(&search).await);

    let other = with_calls()
        .await
        .set("GONGKIT__MODEL__NAME", "all-MiniLM-L6-v2");
    page.meets("there is no index for", &other.run(&search).await);
    fs::create_dir_all(other.path("model")).expect("made");
    let ran = other
        .run(&["search", "discount", "--model-dir", "model"])
        .await;
    page.meets("the model did not do its part", &ran);
}

fn files_below(folder: &Path) -> Vec<String> {
    let mut open = vec![folder.to_owned()];
    let mut files = Vec::new();
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(folder).expect("a folder").flatten() {
            match entry.path() {
                path if path.is_dir() => open.push(path),
                path => files.push(path.display().to_string()),
            }
        }
    }
    files
}

async fn of_the_machine(page: &Page) {
    let home = with_calls().await;
    let taken = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = taken.local_addr().expect("known").to_string();
    let serve = [
        "serve",
        "--dashboard",
        "--dashboard-listen",
        &port,
        "--admin",
    ];
    let ran = home.run(&[&serve[..], &["127.0.0.1:0"]].concat()).await;
    page.meets("cannot listen on", &ran);
    let port = taken.local_addr().expect("known").port().to_string();
    let ran = home.run(&["sim", "--port", &port]).await;
    page.meets("cannot listen on", &ran);

    fs::write(home.path("file"), "").expect("written");
    let ran = home
        .run(&["import", "calls", "--data-dir", "file/data"])
        .await;
    page.meets("Not a directory", &ran);
    if let Ok(full) = fs::OpenOptions::new().write(true).open("/dev/full") {
        let mut command = home.command(&["search", "discount"]);
        command.stdout(Stdio::from(full));
        page.meets(
            "stdout cannot be written",
            &Ran::of(command.output().expect("it starts")),
        );
    }
    let export = async |file: &str| home.run(&["export", "calls", "--out", file]).await;
    page.meets("the export cannot be written", &export("no/out.csv").await);
    home.ok(&["export", "calls", "--out", "out.csv"]).await;
    page.meets("out.csv is there already", &export("out.csv").await);
    fs::create_dir_all(home.path("none")).expect("made");
    let ran = home.run(&["import", "none"]).await;
    page.meets("there is no .json file in", &ran);

    let sim = gong(Faults::none(), Limits::gong().per_second(1)).await;
    let home = Home::new().at(&sim);
    let mut command = home.command(&["sync"]);
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let child = command.spawn().expect("it starts");
    while sim.stats().total == 0 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let id = child.id().to_string();
    let sent = std::process::Command::new("kill")
        .args(["-INT", &id])
        .status();
    assert!(sent.expect("kill runs").success());
    let waiting = tokio::task::spawn_blocking(move || child.wait_with_output());
    let ran = Ran::of(waiting.await.expect("joined").expect("ended"));
    page.meets("stopped on request", &ran);
    sim.shutdown().await;
}

#[tokio::test]
async fn an_error_is_an_object_for_programs() {
    let home = Home::new();

    let ran = home.run(&["sync", "--json"]).await;

    assert_eq!((ran.code, ran.stdout.as_str()), (3, ""));
    let last = ran.stderr.lines().last().expect("a line");
    let said: serde_json::Value = serde_json::from_str(last).expect("an object");
    let error = &said["error"];
    assert_eq!(error["kind"], "not_configured");
    assert_eq!(error["exit_code"], 3);
    let holds = |field: &str, word: &str| {
        error[field]
            .as_str()
            .is_some_and(|text| text.contains(word))
    };
    assert!(holds("message", "no access key"), "{said}");
    assert!(holds("hint", "gongkit init"), "{said}");
}

#[tokio::test]
async fn a_log_that_goes_into_a_file_has_no_colours() {
    let home = with_calls().await;

    let ran = home.ok(&["-vvv", "search", "discount"]).await;

    assert!(ran.stderr.contains("DEBUG"), "{}", ran.stderr);
    assert!(!ran.stderr.contains('\u{1b}'), "{}", ran.stderr);
}
