//! Credentials and address into a client that counts the company's day.

use std::path::Path;
use std::sync::Arc;

use call_archive::Archive;
use gong_auth::{BaseUrl, FoundKeyPair, KeySettings, KeySources, read_secret_file};
use gong_client::GongClient;
use jiff::Timestamp;

use crate::budget::CountedPace;
use crate::{Config, Error, ErrorKind};

/// The key pair that the configuration gives.
///
/// The environment is already merged into the settings, so only these are looked at.
pub(crate) fn key_pair(config: &Config) -> Result<FoundKeyPair, gong_auth::Error> {
    let gong = &config.settings.gong;
    let settings = KeySettings {
        access_key: gong.access_key.clone(),
        access_key_file: gong.access_key_file.clone(),
        access_key_secret: gong.access_key_secret.clone(),
        access_key_secret_file: gong.access_key_secret_file.clone(),
    };
    let nothing = |_: &str| None;
    let read = |path: &Path| read_secret_file(path);
    KeySources::new(&nothing, &read).settings(&settings).find()
}

/// The address that the configuration gives, if credentials may be sent to it.
pub(crate) fn base_url(config: &Config) -> Result<BaseUrl, gong_auth::Error> {
    let text = &config.settings.gong.base_url;
    if config.allow_foreign_base_url {
        BaseUrl::allow_foreign(text)
    } else {
        BaseUrl::parse(text)
    }
}

/// A client, and the id of its key.
pub(crate) struct Connection {
    pub(crate) client: GongClient,
    pub(crate) key_id: String,
}

/// Makes the client; nothing is asked yet.
pub(crate) fn connect(
    config: &Config,
    archive: Option<Arc<dyn Archive>>,
    now: fn() -> Timestamp,
) -> Result<Connection, Error> {
    let base = base_url(config)?;
    let found = key_pair(config)?;
    let key_id = found.pair.access_key().to_owned();
    let pace = Arc::new(CountedPace::new(archive, now));
    let mut builder = GongClient::builder(base, Arc::new(found.pair)).pace(pace);
    if let Some(file) = &config.settings.gong.ca_file {
        builder = builder.root_certificate(certificate(file)?);
    }
    Ok(Connection {
        client: builder.build()?,
        key_id,
    })
}

/// The certificate that is trusted beside the machine's own.
fn certificate(file: &Path) -> Result<Vec<u8>, Error> {
    let refused = |what: &str| {
        let what = format!("{} {what}", file.display());
        Error::new(ErrorKind::NotConfigured, what)
            .hint("gong.ca_file must name a certificate in PEM that may be read")
    };
    let pem = std::fs::read(file).map_err(|error| refused("cannot be read").caused_by(error))?;
    let marker = b"-----BEGIN CERTIFICATE-----";
    if pem.windows(marker.len()).any(|window| window == marker) {
        Ok(pem)
    } else {
        Err(refused("holds no certificate"))
    }
}
