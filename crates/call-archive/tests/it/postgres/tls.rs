//! TLS to a real server with an authority of its own.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use call_archive::{ErrorKind, Ledger, PostgresArchive};
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};

use super::cluster::{Cluster, ran};
use super::server::{Place, options};

/// A server whose certificate names `localhost`, and the file with its authority.
fn with_tls() -> Option<(Cluster, PathBuf)> {
    let mut cluster = Cluster::start(&[])?;
    let authority = file_of_a_new_authority(&cluster, "localhost");
    cluster.stop();
    cluster.set(&["ssl=on", "ssl_min_protocol_version=TLSv1.2"]);
    cluster.start_again();
    Some((cluster, authority))
}

/// Gives the server a key and a certificate by a new authority.
fn file_of_a_new_authority(cluster: &Cluster, name: &str) -> PathBuf {
    let mut authority = CertificateParams::default();
    authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let key = KeyPair::generate().expect("a key");
    let pem = authority.self_signed(&key).expect("signed").pem();
    let issuer = Issuer::new(authority, key);
    let key = KeyPair::generate().expect("a key");
    let leaf = CertificateParams::new([name.to_owned()]).expect("a name");
    let leaf = leaf.signed_by(&key, &issuer).expect("signed");
    let data = cluster.data();
    fs::write(data.join("server.crt"), leaf.pem()).expect("written");
    fs::write(data.join("server.key"), key.serialize_pem()).expect("written");
    own(&data, &["server.crt", "server.key"]);
    let file = cluster.folder().join("authority.pem");
    fs::write(&file, pem).expect("written");
    file
}

/// Whoever owns the cluster owns these files, and nobody else reads them.
fn own(data: &Path, files: &[&str]) {
    for file in files {
        let mut own = Command::new("chown");
        own.arg("--reference").arg(data).arg(data.join(file));
        assert!(ran(&mut own), "{file} is the server's");
        assert!(ran(Command::new("chmod").arg("600").arg(data.join(file))));
    }
}

/// Opens the archive of a place by this host's name and these words of the address.
async fn open(place: &Place, host: &str, words: &str) -> Result<PostgresArchive, ErrorKind> {
    let url = place.url.replace("127.0.0.1", host);
    let url = format!("{url}?{words}");
    let opened = PostgresArchive::open(options(&url, &place.schema, place.folder.path())).await;
    opened.map_err(|error| error.kind())
}

#[tokio::test]
async fn a_server_is_taken_with_its_authority_and_its_own_name_only() {
    let Some((cluster, authority)) = with_tls() else {
        return;
    };
    let place = cluster.place().await;
    let known = format!("sslmode=require&sslrootcert={}", authority.display());

    let archive = open(&place, "localhost", &known)
        .await
        .expect("it is taken");
    archive.hash_key().await.expect("a key");
    let sql = "SELECT count(*) FROM pg_stat_ssl s JOIN pg_stat_activity a USING (pid)
               WHERE s.ssl AND a.application_name LIKE 'gongkit/%'";
    let row = place
        .client()
        .await
        .query_one(sql, &[])
        .await
        .expect("counted");
    assert!(row.get::<_, i64>(0) >= 1, "it is really spoken");

    let refused = open(&place, "localhost", "sslmode=require").await;
    assert_eq!(
        refused.map(drop),
        Err(ErrorKind::Storage),
        "nobody vouches for it"
    );
    let refused = open(&place, "127.0.0.1", &known).await;
    assert_eq!(
        refused.map(drop),
        Err(ErrorKind::Storage),
        "it has another name"
    );
    let stranger = cluster.folder().join("stranger.pem");
    let mut other = CertificateParams::default();
    other.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let other = other
        .self_signed(&KeyPair::generate().expect("a key"))
        .expect("signed");
    fs::write(&stranger, other.pem()).expect("written");
    let unknown = format!("sslmode=verify-full&sslrootcert={}", stranger.display());
    let refused = open(&place, "localhost", &unknown).await;
    assert_eq!(
        refused.map(drop),
        Err(ErrorKind::Storage),
        "another vouches"
    );
}

#[tokio::test]
async fn a_server_without_tls_is_refused_where_it_is_required() {
    let Some(cluster) = Cluster::start(&[]) else {
        return;
    };
    let place = cluster.place().await;

    let refused = open(&place, "localhost", "sslmode=require").await;

    assert_eq!(refused.map(drop), Err(ErrorKind::Storage));
    open(&place, "localhost", "sslmode=disable")
        .await
        .expect("it is this machine");
}
