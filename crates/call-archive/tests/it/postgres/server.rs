//! Schemas of their own for the tests, on the server that GONGKIT_POSTGRES names.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use call_archive::{FileKeys, KeyStore, PostgresArchive, PostgresOptions};
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

/// A schema that nobody else uses, with a key and an erase log beside it.
pub(crate) struct Place {
    pub(crate) url: String,
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
        let url = url.to_owned();
        let number = NEXT.fetch_add(1, Ordering::SeqCst);
        let schema = format!("test_{}_{number}", std::process::id());
        let place = Self {
            url,
            schema,
            folder: tempfile::tempdir().expect("a folder"),
        };
        let sql = format!("CREATE SCHEMA {}", place.schema);
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

    pub(crate) async fn open(&self) -> PostgresArchive {
        let opened = PostgresArchive::open(self.options()).await;
        opened.expect("the archive opens")
    }

    /// A connection past the archive, standing in the schema.
    pub(crate) async fn client(&self) -> Client {
        let (client, connection) = tokio_postgres::connect(&self.url, NoTls)
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
