//! Several processes over one database, as on several machines: the key, the erase log and the
//! database are shared, the data folders are not. On the server that GONGKIT_POSTGRES names.
#![expect(clippy::print_stderr, reason = "a test that did not run says so")]

mod pace;
mod replicas;
mod views;

use std::net::TcpListener;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use gong_sim::{SimHandle, WorldCall};
use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use tempfile::TempDir;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio_postgres::{Client, NoTls};

use crate::gongkit::Home;
use crate::process::PATIENCE;

static NEXT: AtomicU32 = AtomicU32::new(0);
/// Owns the databases and is no superuser: row-level security binds it.
const OWNER: &str = "gongkit_tests";
/// What ends the address of the webhook.
const URL_TOKEN: &str = "5f0c7d1e9b3a4826ac57";

/// An empty database, and what every machine over it is given.
struct Database {
    superuser: String,
    owner: String,
    shared: TempDir,
}

impl Database {
    /// A new one; none, and a loud word, if there is no server.
    async fn new() -> Option<Self> {
        let Ok(server) = std::env::var("GONGKIT_POSTGRES") else {
            eprintln!("NOT RUN: GONGKIT_POSTGRES names no server; .ci/postgres starts one");
            return None;
        };
        let number = NEXT.fetch_add(1, Ordering::SeqCst);
        let name = format!("machines_{}_{number}", std::process::id());
        let client = connected(&server).await;
        // Tests run at once: another one may make the role at this moment.
        let role = format!(
            "DO $$ BEGIN CREATE ROLE {OWNER} LOGIN;
             EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$"
        );
        client.batch_execute(&role).await.expect("a role");
        let made = format!("CREATE DATABASE {name} OWNER {OWNER}");
        client.batch_execute(&made).await.expect("a database");
        let (address, _) = server.rsplit_once('/').expect("an address with a database");
        let (_, host) = address.split_once('@').expect("an address with a user");
        Some(Self {
            superuser: format!("{address}/{name}"),
            owner: format!("postgres://{OWNER}@{host}/{name}"),
            shared: tempfile::tempdir().expect("a folder"),
        })
    }

    /// A machine with a data folder of its own.
    fn machine(&self, sim: &SimHandle) -> Home {
        let shared = |name: &str| self.shared.path().join(name).display().to_string();
        Home::new()
            .at(sim)
            .set("GONGKIT__ARCHIVE__URL", &self.owner)
            .set("GONGKIT__ARCHIVE__ERASE_LOG", &shared("tombstones"))
            .set("GONGKIT__KEYS__KEK_FILE", &shared("key"))
            .set("GONG_WEBHOOK_URL_TOKEN", URL_TOKEN)
    }

    /// A connection past gongkit and past its fence.
    async fn client(&self) -> Client {
        connected(&self.superuser).await
    }
}

async fn connected(url: &str) -> Client {
    let connecting = tokio_postgres::connect(url, NoTls).await;
    let (client, connection) = connecting.expect("connected");
    tokio::spawn(connection);
    client
}

async fn count(client: &Client, rows: &str) -> i64 {
    let sql = format!("SELECT count(*) FROM {rows}");
    let row = client.query_one(&sql, &[]).await;
    row.expect("counted").get(0)
}

/// A port that nobody listens at now.
fn free_port() -> String {
    let free = TcpListener::bind("127.0.0.1:0").expect("a port");
    free.local_addr().expect("known").to_string()
}

/// Gong has processed a call, and tells the receivers of it by this body.
fn processed(sim: &SimHandle, id: &str, said: &str) -> String {
    let started = Timestamp::now() - SignedDuration::from_mins(30);
    let words = json!({"callId": id, "transcript": [{"speakerId": "1", "sentences": [
        {"start": 0, "end": 4000, "text": said}]}]});
    let call = WorldCall::plain(id, started).transcript(words);
    let call = call.expect("a transcript");
    let body = json!({"callData": call.call_json(), "isTest": false}).to_string();
    sim.add_call(call).expect("added");
    body
}

/// Delivers as Gong does; the status of the answer, or none if the receiver is not there.
async fn delivered(address: &str, body: &str) -> Option<u16> {
    let answering = async {
        let mut stream = TcpStream::connect(address).await.ok()?;
        let head = format!(
            "POST /webhooks/gong/{URL_TOKEN} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\
             Content-Type: application/json\r\nContent-Length: {}\r\n\r\n",
            body.len()
        );
        stream.write_all(head.as_bytes()).await.ok()?;
        stream.write_all(body.as_bytes()).await.ok()?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.ok()?;
        answer.split(' ').nth(1)?.parse().ok()
    };
    let answered = tokio::time::timeout(PATIENCE, answering).await;
    answered.expect("in time")
}

/// Asks until it is so.
async fn until(what: &str, mut is_so: impl AsyncFnMut() -> bool) {
    let asking = async {
        while !is_so().await {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    let asked = tokio::time::timeout(PATIENCE, asking).await;
    assert!(asked.is_ok(), "not in time: {what}");
}
