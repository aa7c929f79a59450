//! Several processes share one file of tokens, and one of them dies at the worst moment.
use std::{env, process::Stdio, time::Duration};

use gong_auth::{
    BaseUrl, FileTokenStore, OAuth, TokenEndpoint, TokenStore as _,
    testing::{FakeLogin, Fault},
};
use jiff::Timestamp;
use tempfile::TempDir;
use tokio::{
    io::{AsyncBufReadExt as _, BufReader, Lines},
    process::{Child, ChildStdout, Command},
    time::timeout,
};

use crate::fixture::{Clock, DAY, Plan, PlannedStore, bearer, header, oauth, say, whole};

/// How the test below finds out that it is one of the processes of the others.
const ROLE: &str = "GONG_AUTH_TEST_ROLE";
/// A process that says nothing for so long has failed.
const DEADLINE: Duration = Duration::from_mins(2);

struct World {
    _folder: TempDir,
    gong: FakeLogin,
    clock: Clock,
    store: FileTokenStore,
    first: String,
}

impl World {
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let gong = FakeLogin::start().await.unwrap();
        let clock = Clock::new();
        let store = FileTokenStore::new(folder.path().join("oauth.json"));
        let tokens = gong.tokens(clock.now());
        store.lock().await.unwrap().replace(&tokens).await.unwrap();
        clock.set(DAY - 200);
        Self {
            _folder: folder,
            gong,
            clock,
            store,
            first: bearer(&tokens),
        }
    }

    fn start(&self, role: &str) -> Process {
        let mut child = Command::new(env::current_exe().unwrap())
            .args(["processes::one_of_several", "--exact", "--nocapture"])
            .env(ROLE, role)
            .env("GONG_AUTH_TEST_STORE", self.store.path())
            .env("GONG_AUTH_TEST_BASE", self.gong.base_url().to_string())
            .env("GONG_AUTH_TEST_NOW", self.clock.now().to_string())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        Process { child, lines }
    }

    /// What a process that starts after all the others gets.
    async fn next_run(&self) -> Result<String, gong_auth::Error> {
        header(&oauth(&self.gong, self.store.clone(), &self.clock)).await
    }

    async fn stored(&self) -> String {
        bearer(&self.store.load().await.unwrap().unwrap())
    }
}

struct Process {
    child: Child,
    lines: Lines<BufReader<ChildStdout>>,
}

impl Process {
    async fn said(&mut self) -> String {
        let next = async {
            loop {
                let line = self.lines.next_line().await.unwrap();
                let line = line.expect("the process says something before it ends");
                if let Some((_, said)) = line.split_once("child: ") {
                    return said.to_owned();
                }
            }
        };
        timeout(DEADLINE, next).await.unwrap()
    }

    async fn kill(mut self) {
        self.child.kill().await.unwrap();
    }
}

#[tokio::test]
async fn two_processes_with_one_file_renew_once_and_both_succeed() {
    let world = World::new().await;
    world.gong.plan(Fault::HoldRequest);
    let mut processes = [world.start("renew"), world.start("renew")];
    for process in &mut processes {
        assert_eq!(process.said().await, "asking");
    }
    world.gong.wait_for_requests(1).await;

    world.gong.release();
    let mut headers = Vec::new();
    for process in &mut processes {
        headers.push(process.said().await);
    }

    assert_eq!(headers, [world.stored().await, world.stored().await]);
    assert_ne!(headers[0], world.first);
    assert_eq!((world.gong.requests(), world.gong.refreshes()), (1, 1));
}

#[tokio::test]
async fn a_process_killed_before_gong_took_the_token_costs_nothing() {
    let world = World::new().await;
    world.gong.plan(Fault::LoseRequest);
    let mut process = world.start("renew-and-stop-before-storing");
    assert_eq!(process.said().await, "asking");
    world.gong.wait_for_requests(1).await;
    process.kill().await;

    let renewed = world.next_run().await.unwrap();

    assert_eq!(renewed, world.stored().await);
    assert_ne!(renewed, world.first);
    assert_eq!((world.gong.refreshes(), world.gong.refusals()), (1, 0));
}

#[tokio::test]
async fn a_process_killed_after_storing_leaves_the_new_token_to_the_next() {
    let world = World::new().await;
    let mut process = world.start("renew-and-stop-after-storing");
    assert_eq!(process.said().await, "asking");
    assert_eq!(process.said().await, "stored");
    process.kill().await;

    let used = world.next_run().await.unwrap();

    assert_eq!(used, world.stored().await);
    assert_ne!(used, world.first);
    assert_eq!(world.gong.requests(), 1);
}

#[tokio::test]
async fn a_process_killed_between_gong_and_the_store_leaves_the_old_access_token_to_its_end() {
    let world = World::new().await;
    let mut process = world.start("renew-and-stop-before-storing");
    assert_eq!(process.said().await, "asking");
    assert_eq!(process.said().await, "bought");
    process.kill().await;

    let used = world.next_run().await.unwrap();
    world.clock.set(DAY + 1);
    let later = world.next_run().await.unwrap_err();

    assert_eq!(used, world.first, "what is durable is what works");
    assert!(later.needs_login(), "{later}");
    assert_eq!(world.stored().await, world.first);
}

/// Not a test by itself: the other tests of this file start it as a process of its own.
#[tokio::test]
async fn one_of_several() {
    let Ok(role) = env::var(ROLE) else { return };
    let given = |name: &str| env::var(name).unwrap();
    let base = BaseUrl::parse(&given("GONG_AUTH_TEST_BASE")).unwrap();
    let now: Timestamp = given("GONG_AUTH_TEST_NOW").parse().unwrap();
    let plan = match &*role {
        "renew" => Plan::Work,
        "renew-and-stop-before-storing" => Plan::StopBefore,
        "renew-and-stop-after-storing" => Plan::StopAfter,
        other => panic!("no such role: {other}"),
    };
    let store = FileTokenStore::new(given("GONG_AUTH_TEST_STORE"));
    let endpoint = TokenEndpoint::new(FakeLogin::app_at(base)).unwrap();
    let store = std::sync::Arc::new(PlannedStore::new(store, plan));
    let oauth = OAuth::new(endpoint, store, move || now);

    say("asking");
    match header(&oauth).await {
        Ok(header) => say(&header),
        Err(error) => say(&whole(&error)),
    }
}
