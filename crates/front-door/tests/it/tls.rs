//! TLS of the listener's own: what is shown, and when it changes.

use std::fs;
use std::sync::Arc;
use std::time::Duration;

use front_door::{Door, DoorOptions, Error, Guard, Limits, Protection, TlsFiles};
use rcgen::{CertificateParams, KeyPair};
use rustls::crypto::aws_lc_rs;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use tempfile::TempDir;
use tokio::time::{sleep, timeout};
use tokio_rustls::TlsConnector;

use crate::client::{PATIENCE, Served, ask, hello, rest};

/// A certificate that signs itself, with its key in PEM form.
struct Pair {
    certificate: rcgen::Certificate,
    key: KeyPair,
}

impl Pair {
    fn make() -> Self {
        let key = KeyPair::generate().expect("a key");
        let params = CertificateParams::new(["localhost".to_owned()]).expect("a name");
        let certificate = params.self_signed(&key).expect("a certificate");
        Self { certificate, key }
    }

    fn write(&self, files: &TlsFiles) {
        fs::write(&files.key, self.key.serialize_pem()).expect("it is written");
        fs::write(&files.certificate, self.certificate.pem()).expect("it is written");
    }

    fn der(&self) -> CertificateDer<'static> {
        self.certificate.der().clone()
    }
}

fn files(folder: &TempDir) -> TlsFiles {
    TlsFiles::new(folder.path().join("tls.crt"), folder.path().join("tls.key"))
}

/// Asks over TLS, trusting one certificate only; `None` where another one is shown.
async fn ask_trusting(served: &Served, trusted: &Pair) -> Option<String> {
    let mut roots = RootCertStore::empty();
    roots.add(trusted.der()).expect("it is one");
    let config = ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .expect("versions")
        .with_root_certificates(roots)
        .with_no_client_auth();
    let name = ServerName::try_from("localhost").expect("a name");
    let connecting = TlsConnector::from(Arc::new(config)).connect(name, served.connect().await);
    let mut stream = connecting.await.ok()?;
    Some(ask(&mut stream).await)
}

async fn serve(files: &TlsFiles) -> Served {
    let mut limits = Limits::default();
    limits.certificate_every = Duration::from_millis(20);
    limits.handshake = Duration::from_millis(200);
    Served::start(Protection::Tls(files.clone()), limits, hello()).await
}

#[tokio::test]
async fn a_new_certificate_is_shown_without_a_restart() {
    let folder = TempDir::new().expect("a folder");
    let (files, first, second) = (files(&folder), Pair::make(), Pair::make());
    first.write(&files);
    let served = serve(&files).await;
    let answer = ask_trusting(&served, &first).await.expect("it is trusted");
    assert!(answer.ends_with("hello"));
    assert_eq!(ask_trusting(&served, &second).await, None);

    second.write(&files);

    let shown = async {
        while ask_trusting(&served, &second).await.is_none() {
            sleep(Duration::from_millis(20)).await;
        }
    };
    timeout(PATIENCE, shown).await.expect("it is shown in time");
    assert_eq!(ask_trusting(&served, &first).await, None);
}

#[tokio::test]
async fn a_pair_that_does_not_fit_is_not_shown() {
    let folder = TempDir::new().expect("a folder");
    let (files, first, second) = (files(&folder), Pair::make(), Pair::make());
    first.write(&files);
    let served = serve(&files).await;

    // Only half of the new pair has come yet; it is looked at several times.
    fs::write(&files.certificate, second.certificate.pem()).expect("it is written");
    sleep(Duration::from_millis(200)).await;

    assert!(ask_trusting(&served, &first).await.is_some());
    fs::write(&files.key, "nothing").expect("it is written");
    sleep(Duration::from_millis(200)).await;
    assert!(ask_trusting(&served, &first).await.is_some());
}

#[tokio::test]
async fn who_does_not_shake_hands_is_closed() {
    let folder = TempDir::new().expect("a folder");
    let (files, pair) = (files(&folder), Pair::make());
    pair.write(&files);
    let served = serve(&files).await;

    let mut silent = served.connect().await;
    let mut plain = served.connect().await;

    assert_eq!(rest(&mut silent).await, "");
    assert!(!ask(&mut plain).await.contains("hello"));
}

#[tokio::test]
async fn a_door_does_not_open_with_files_that_cannot_be_used() {
    let folder = TempDir::new().expect("a folder");
    let (files, first, second) = (files(&folder), Pair::make(), Pair::make());
    let open = || async {
        let address = "127.0.0.1:0".parse().expect("an address");
        let protection = Protection::Tls(files.clone());
        Door::open(DoorOptions::new(address, protection, Guard::Open))
            .await
            .expect_err("it does not open")
    };

    assert!(matches!(open().await, Error::Unreadable { .. }));
    first.write(&files);
    fs::write(&files.key, "no key").expect("it is written");
    assert!(matches!(
        open().await,
        Error::NotPem {
            what: "private key",
            ..
        }
    ));
    fs::write(&files.key, second.key.serialize_pem()).expect("it is written");
    assert!(matches!(open().await, Error::Unusable { .. }));
    fs::write(&files.certificate, "").expect("it is written");
    let error = open().await;
    assert!(matches!(
        error,
        Error::NotPem {
            what: "certificate",
            ..
        }
    ));
    assert!(error.hint().is_some());
}
