//! Schemas of their own for the tests, on the server that GONGKIT_POSTGRES names.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use call_archive::{FileKeys, KeyStore, PostgresArchive, PostgresOptions};
use jiff::Timestamp;
use tempfile::TempDir;
use tokio_postgres::{Client, NoTls};

use crate::fixture::NOW;

static NEXT: AtomicU32 = AtomicU32::new(0);

/// The server, or a loud word that the test did not run.
#[expect(clippy::print_stderr, reason = "a test that did not run says so")]
pub(crate) fn server() -> Option<String> {
    let url = std::env::var("GONGKIT_POSTGRES").ok();
    if url.is_none() {
        eprintln!("NOT RUN: GONGKIT_POSTGRES names no server; .ci/postgres starts one");
    }
    url
}

/// A role that owns archives and is no superuser: row-level security binds it.
const OWNER: &str = "gongkit_tests";

/// A schema that nobody else uses, with a key and an erase log beside it.
pub(crate) struct Place {
    /// How the archive's owner connects.
    pub(crate) url: String,
    /// How whoever may do everything connects.
    superuser: String,
    pub(crate) schema: String,
    pub(crate) folder: TempDir,
}

impl Place {
    /// A new empty schema; `None` if there is no server.
    pub(crate) async fn new() -> Option<Self> {
        Some(Self::on(&server()?).await)
    }

    /// A new empty schema on this server.
    pub(crate) async fn on(url: &str) -> Self {
        let owner = format!("postgres://{OWNER}@");
        let (_, server) = url.split_once('@').expect("an address with a user");
        let url = (format!("{owner}{server}"), url.to_owned());
        let number = NEXT.fetch_add(1, Ordering::SeqCst);
        let schema = format!("test_{}_{number}", std::process::id());
        let place = Self {
            url: url.0,
            superuser: url.1,
            schema,
            folder: tempfile::tempdir().expect("a folder"),
        };
        // Tests run at once: another one may make the role at this moment.
        let sql = format!(
            "DO $$ BEGIN CREATE ROLE {OWNER} LOGIN;
             EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$;
             CREATE SCHEMA {} AUTHORIZATION {OWNER}",
            place.schema
        );
        place
            .client()
            .await
            .batch_execute(&sql)
            .await
            .expect("made");
        std::fs::write(place.key(), a_key(7)).expect("written");
        place
    }

    pub(crate) fn key(&self) -> PathBuf {
        self.folder.path().join("key")
    }

    pub(crate) fn keys(&self) -> Arc<dyn KeyStore> {
        Arc::new(FileKeys::at(self.key()))
    }

    pub(crate) fn log(&self) -> PathBuf {
        self.folder.path().join("tombstones")
    }

    pub(crate) fn options(&self) -> PostgresOptions {
        options(&self.url, &self.schema, self.folder.path())
    }

    /// The same at another time.
    pub(crate) fn options_at(&self, now: Timestamp) -> PostgresOptions {
        PostgresOptions::new(&self.url, self.keys(), now)
            .schema(&self.schema)
            .erase_log(self.log())
    }

    pub(crate) async fn open(&self) -> PostgresArchive {
        let opened = PostgresArchive::open(self.options()).await;
        opened.expect("the archive opens")
    }

    /// A connection past the archive and past its fence, standing in the schema.
    pub(crate) async fn client(&self) -> Client {
        self.connected(&self.superuser).await
    }

    /// A connection past the archive, by the owner of its tables.
    pub(crate) async fn owner(&self) -> Client {
        self.connected(&self.url).await
    }

    /// A connection past the archive, by another role.
    pub(crate) async fn as_role(&self, role: &str) -> Client {
        self.connected(&self.url.replacen(OWNER, role, 1)).await
    }

    async fn connected(&self, url: &str) -> Client {
        let (client, connection) = tokio_postgres::connect(url, NoTls)
            .await
            .expect("connected");
        tokio::spawn(connection);
        let sql = format!("SET search_path = {}", self.schema);
        client.batch_execute(&sql).await.expect("set");
        client
    }
}

/// How the archive of a place is opened, by another process as well.
pub(crate) fn options(url: &str, schema: &str, folder: &Path) -> PostgresOptions {
    let keys = Arc::new(FileKeys::at(folder.join("key")));
    PostgresOptions::new(url, keys, NOW)
        .schema(schema)
        .erase_log(folder.join("tombstones"))
}

/// The text of a key file.
pub(crate) fn a_key(byte: u8) -> String {
    format!(
        "id = k-{byte}\nkey = {}\n",
        format!("{byte:02x}").repeat(32)
    )
}
