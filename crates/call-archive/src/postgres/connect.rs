//! Where the database is, how its connection is protected, and the bounds of the pool.

use std::fmt;
use std::fs;
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use conversation::Tenant;
use deadpool_postgres::{Manager, ManagerConfig, Pool, RecyclingMethod, Runtime, Timeouts};
use jiff::Timestamp;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use rustls::{ClientConfig, RootCertStore};
use tokio_postgres::config::{Host, SslMode};
use tokio_postgres::{Config, NoTls};
use tokio_postgres_rustls::MakeRustlsConnect;
use zeroize::Zeroizing;

use crate::{Error, ErrorKind, KeyStore};

use super::{migrate, session};

/// How long a transaction may take, from asking for a connection to the answer of its commit.
pub(super) const DEADLINE: Duration = Duration::from_mins(1);
/// How long a connection may take to be made, or to come free.
pub(super) const CONNECTING: Duration = Duration::from_secs(10);
/// What the server is told: a statement, a wait for a lock, and a transaction that does nothing all
/// end; nothing waits for ever. A commit is answered after it is on the disk. No query of ours runs
/// long enough for compiling it to pay: over 100,000 calls that took two seconds of three.
const SESSION: &str = "-c statement_timeout=50s -c lock_timeout=20s \
    -c idle_in_transaction_session_timeout=55s -c synchronous_commit=on -c jit=off";
const CONNECTIONS: NonZeroUsize = NonZeroUsize::MIN.saturating_add(7);

/// Whether a connection to another machine may be readable on the way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "the two answers are the meaning")]
pub enum PlainText {
    /// It is refused.
    Refused,
    /// It is taken: whoever listens sees the password's exchange and all that is clear.
    Allowed,
}

/// Which database holds the archive and how it is opened.
#[derive(Clone)]
#[must_use = "options do nothing until an archive is opened with them"]
pub struct PostgresOptions {
    pub(super) url: Zeroizing<String>,
    pub(super) keys: Arc<dyn KeyStore>,
    pub(super) now: Timestamp,
    pub(super) tenant: Tenant,
    pub(super) erase_log: Option<PathBuf>,
    connections: NonZeroUsize,
    plain_text: PlainText,
    pub(super) schema: Option<String>,
}

impl PostgresOptions {
    /// The archive behind a `postgres://` address, which may hold a password.
    ///
    /// `sslmode` is `require` unless the host is this machine; `require`, `verify-ca` and
    /// `verify-full` all check the server's certificate and name, against the system's roots or
    /// those of `sslrootcert`. `now` is noted as the age of what has to be made.
    pub fn new(url: impl Into<String>, keys: Arc<dyn KeyStore>, now: Timestamp) -> Self {
        Self {
            url: Zeroizing::new(url.into()),
            keys,
            now,
            tenant: Tenant::default(),
            erase_log: None,
            connections: CONNECTIONS,
            plain_text: PlainText::Refused,
            schema: None,
        }
    }

    /// Opens the archive of another company than the default one.
    pub fn tenant(mut self, tenant: Tenant) -> Self {
        self.tenant = tenant;
        self
    }

    /// The file outside of the database in which erasures are noted first. A process without one
    /// cannot erase for good.
    pub fn erase_log(mut self, file: impl Into<PathBuf>) -> Self {
        self.erase_log = Some(file.into());
        self
    }

    /// The most connections of this process.
    pub fn connections(mut self, most: NonZeroUsize) -> Self {
        self.connections = most;
        self
    }

    /// Whether a connection to another machine may go without TLS.
    pub fn plain_text(mut self, plain_text: PlainText) -> Self {
        self.plain_text = plain_text;
        self
    }

    /// Keeps the archive in this schema of the database, which must be there.
    pub fn schema(mut self, schema: impl Into<String>) -> Self {
        self.schema = Some(schema.into());
        self
    }

    /// How connections are made.
    pub(super) fn connector(&self) -> Result<Connector, Error> {
        let address = Address::parse(&self.url)?;
        let mut config = address.config;
        let mut session = SESSION.to_owned();
        if let Some(schema) = &self.schema {
            session.push_str(" -c search_path=");
            session.push_str(schema);
        }
        config
            .options(session)
            .application_name(session::name(migrate::newest(), self.schema.as_deref()))
            .connect_timeout(CONNECTING)
            .tcp_user_timeout(DEADLINE)
            .keepalives_idle(Duration::from_secs(30));
        let is_here = config.get_hosts().iter().all(is_this_machine);
        let is_plain = config.get_ssl_mode() != SslMode::Require;
        if is_plain && !is_here && self.plain_text == PlainText::Refused {
            return Err(Error::new(
                ErrorKind::Invalid,
                "the archive's database is on another machine and its address asks for no TLS",
            ));
        }
        let tls = match config.get_ssl_mode() {
            SslMode::Disable => None,
            _ => Some(MakeRustlsConnect::new(tls(address.roots.as_deref())?)),
        };
        Ok(Connector {
            config,
            tls,
            connections: self.connections,
        })
    }
}

/// How connections to the database are made.
pub(super) struct Connector {
    pub(super) config: Config,
    /// None if it is spoken in plain text.
    pub(super) tls: Option<MakeRustlsConnect>,
    connections: NonZeroUsize,
}

impl Connector {
    pub(super) fn pool(&self) -> Result<Pool, Error> {
        let manager = ManagerConfig {
            recycling_method: RecyclingMethod::Verified,
        };
        let config = self.config.clone();
        let manager = match &self.tls {
            None => Manager::from_config(config, NoTls, manager),
            Some(tls) => Manager::from_config(config, tls.clone(), manager),
        };
        Pool::builder(manager)
            .max_size(self.connections.get())
            .timeouts(Timeouts {
                wait: Some(CONNECTING),
                create: Some(CONNECTING),
                recycle: Some(CONNECTING),
            })
            .runtime(Runtime::Tokio1)
            .build()
            .map_err(|error| {
                Error::new(ErrorKind::Invalid, "the pool cannot be made").caused_by(error)
            })
    }
}

impl fmt::Debug for PostgresOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PostgresOptions")
            .field("keys", &self.keys.place())
            .field("tenant", &self.tenant)
            .field("erase_log", &self.erase_log)
            .finish_non_exhaustive()
    }
}

/// An address, with what the driver does not know of it taken out.
pub(super) struct Address {
    pub(super) config: Config,
    roots: Option<PathBuf>,
}

impl Address {
    pub(super) fn parse(url: &str) -> Result<Self, Error> {
        // The cause may quote the address, which holds a password: it is left out.
        let bad = || {
            Error::new(
                ErrorKind::Invalid,
                "the archive's address is no postgres:// address",
            )
        };
        if !url.starts_with("postgres://") && !url.starts_with("postgresql://") {
            return Err(bad());
        }
        let (place, query) = url.split_once('?').unwrap_or((url, ""));
        let mut kept = Vec::new();
        let mut roots = None;
        let mut mode = None;
        for pair in query.split('&').filter(|pair| !pair.is_empty()) {
            match pair.split_once('=') {
                Some(("sslmode", value)) => mode = Some(ssl_mode(value).ok_or_else(bad)?),
                Some(("sslrootcert", value)) => roots = Some(PathBuf::from(value)),
                _ => kept.push(pair),
            }
        }
        let query = kept.join("&");
        let rest = Zeroizing::new(format!("{place}?{query}"));
        let mut config = Config::from_str(&rest).map_err(|_| bad())?;
        if config.get_hosts().is_empty() {
            return Err(bad());
        }
        let is_here = config.get_hosts().iter().all(is_this_machine);
        let usual = if is_here {
            SslMode::Prefer
        } else {
            SslMode::Require
        };
        // A socket of this machine speaks no TLS.
        let is_socket = config
            .get_hosts()
            .iter()
            .all(|host| !matches!(host, Host::Tcp(_)));
        config.ssl_mode(match mode {
            _ if is_socket => SslMode::Disable,
            Some(mode) => mode,
            None => usual,
        });
        Ok(Self { config, roots })
    }
}

fn ssl_mode(word: &str) -> Option<SslMode> {
    match word {
        "disable" => Some(SslMode::Disable),
        "prefer" => Some(SslMode::Prefer),
        "require" | "verify-ca" | "verify-full" => Some(SslMode::Require),
        _ => None,
    }
}

fn is_this_machine(host: &Host) -> bool {
    match host {
        Host::Tcp(name) => {
            let name = name.trim_start_matches('[').trim_end_matches(']');
            name == "localhost"
                || name
                    .parse::<std::net::IpAddr>()
                    .is_ok_and(|address| address.is_loopback())
        }
        #[cfg(unix)]
        Host::Unix(_) => true,
    }
}

fn tls(roots: Option<&std::path::Path>) -> Result<ClientConfig, Error> {
    let failed = |what| Error::new(ErrorKind::Invalid, what);
    let mut store = RootCertStore::empty();
    if let Some(path) = roots {
        let bad = || failed("the file of sslrootcert holds no certificates");
        let pem = fs::read(path).map_err(|error| bad().caused_by(error))?;
        for certificate in CertificateDer::pem_slice_iter(&pem) {
            let certificate = certificate.map_err(|_| bad())?;
            store.add(certificate).map_err(|_| bad())?;
        }
        if store.is_empty() {
            return Err(bad());
        }
    } else {
        let found = rustls_native_certs::load_native_certs();
        store.add_parsable_certificates(found.certs);
    }
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| failed("TLS cannot be set up").caused_by(error))?
        .with_root_certificates(store)
        .with_no_client_auth();
    Ok(config)
}

#[cfg(test)]
mod tests {
    use crate::FileKeys;

    use super::*;

    fn mode(url: &str) -> Option<SslMode> {
        Address::parse(url)
            .ok()
            .map(|address| address.config.get_ssl_mode())
    }

    #[test]
    fn another_machine_is_reached_by_tls_unless_the_address_says_otherwise() {
        for (url, wanted) in [
            ("postgres://a@db.example/x", Some(SslMode::Require)),
            (
                "postgres://a@db.example/x?sslmode=verify-full",
                Some(SslMode::Require),
            ),
            (
                "postgres://a@db.example/x?sslmode=disable",
                Some(SslMode::Disable),
            ),
            ("postgres://a@127.0.0.1/x", Some(SslMode::Prefer)),
            ("postgres://a@[::1]/x", Some(SslMode::Prefer)),
            (
                "postgres://a@127.0.0.1/x?sslmode=require",
                Some(SslMode::Require),
            ),
            ("postgres://a@%2Ftmp/x", Some(SslMode::Disable)),
            ("postgres://a@db.example/x?sslmode=maybe", None),
            ("mysql://a@db.example/x", None),
            ("host=db.example", None),
        ] {
            assert_eq!(mode(url), wanted, "{url}");
        }
    }

    #[test]
    fn plain_text_to_another_machine_needs_a_word() {
        let options = |url: &str| {
            let keys = Arc::new(FileKeys::at("key"));
            PostgresOptions::new(url, keys, Timestamp::UNIX_EPOCH)
        };
        let kind = |options: &PostgresOptions| options.connector().map(drop).map_err(|e| e.kind());
        let plain = options("postgres://a@db.example/x?sslmode=disable");
        let preferred = options("postgres://a@db.example/x?sslmode=prefer");

        assert_eq!(kind(&plain), Err(ErrorKind::Invalid));
        assert_eq!(kind(&preferred), Err(ErrorKind::Invalid));
        assert_eq!(kind(&plain.plain_text(PlainText::Allowed)), Ok(()));
        assert_eq!(
            kind(&options("postgres://a@127.0.0.1/x?sslmode=disable")),
            Ok(())
        );
    }

    #[test]
    fn neither_the_options_nor_a_refusal_quote_the_password() {
        let url = "postgres://a:hush-hush@db.example:notaport/x";
        let keys = Arc::new(FileKeys::at("key"));
        let options = PostgresOptions::new(url, keys, Timestamp::UNIX_EPOCH);

        let refused = options.connector().map(drop).expect_err("no port");

        assert!(!format!("{options:?} {refused:?}").contains("hush"));
    }
}
