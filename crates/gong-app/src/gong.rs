//! Credentials and address into a client that keeps to the company's budget.

use std::path::Path;
use std::sync::Arc;

use call_archive::Priority;
use gong_auth::{
    Authorize, BaseUrl, CLIENT_ACCESS_KEY, CLIENT_SECRET, FoundKeyPair, KeySettings, KeySources,
    OAuth, OAuthApp, TokenEndpoint, TokenStore as _, Tokens, read_secret_file,
};
use gong_client::GongClient;
use secrecy::ExposeSecret as _;

use crate::app::{App, Opened};
use crate::budget::{CompanyPace, rules};
use crate::tokens::ArchiveTokens;
use crate::watch::Watch;
use crate::{Config, Error, ErrorKind};

/// The ledger's entry that is new with each login: a login may lead to another company.
pub(crate) const LOGIN: &str = "gong.login";

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

/// Whether any half of a key pair is named: then it is meant, and a login does not stand in.
pub(crate) fn names_key_pair(config: &Config) -> bool {
    let gong = &config.settings.gong;
    gong.access_key.is_some()
        || gong.access_key_file.is_some()
        || gong.access_key_secret.is_some()
        || gong.access_key_secret_file.is_some()
}

/// The address that the configuration gives, if credentials may be sent to it.
pub(crate) fn base_url(config: &Config) -> Result<BaseUrl, gong_auth::Error> {
    allowed(config, &config.settings.gong.base_url)
}

/// The OAuth app that the configuration gives, and where it asks for tokens.
pub(crate) fn oauth_app(config: &Config) -> Result<OAuthApp, gong_auth::Error> {
    let gong = &config.settings.gong;
    let path = |path: &Option<std::path::PathBuf>| {
        let path = path.as_deref();
        path.map(|path| path.display().to_string())
    };
    let files = [CLIENT_ACCESS_KEY, CLIENT_SECRET].map(|name| format!("{name}_FILE"));
    let merged = |name: &str| match name {
        CLIENT_ACCESS_KEY => gong.client_access_key.clone(),
        CLIENT_SECRET => {
            let secret = gong.client_secret.as_ref();
            secret.map(|secret| secret.expose_secret().to_owned())
        }
        _ if name == files[0] => path(&gong.client_access_key_file),
        _ if name == files[1] => path(&gong.client_secret_file),
        _ => None,
    };
    let read = |path: &Path| read_secret_file(path);
    let found = KeySources::new(&merged, &read).find_app()?;
    Ok(found.app.at(allowed(config, &gong.oauth_url)?))
}

fn allowed(config: &Config, text: &str) -> Result<BaseUrl, gong_auth::Error> {
    if config.allow_foreign_base_url {
        BaseUrl::allow_foreign(text)
    } else {
        BaseUrl::parse(text)
    }
}

/// What requests are authorised with.
pub(crate) enum Credentials {
    /// A key pair, which is named in the configuration.
    KeyPair(Box<FoundKeyPair>),
    /// The tokens of a login, which are in the archive.
    Login(Box<HeldLogin>),
}

/// A login that is held.
pub(crate) struct HeldLogin {
    pub(crate) oauth: OAuth,
    /// As they were when they were looked at.
    pub(crate) tokens: Tokens,
}

/// A client, what names its credentials, and the login behind it.
pub(crate) struct Connection {
    pub(crate) client: GongClient,
    pub(crate) key_id: String,
    login: Option<OAuth>,
}

impl Connection {
    /// To be called when nothing more is asked: a renewal under way is waited for, and tokens that
    /// could not be stored are stored.
    pub(crate) async fn settle(&self) -> Result<(), Error> {
        match &self.login {
            Some(login) => Ok(login.settle().await?),
            None => Ok(()),
        }
    }
}

impl App {
    /// What requests will be authorised with: a key pair that is named wins over a login. Makes
    /// nothing and asks nobody.
    pub(crate) async fn credentials(&self) -> Result<Credentials, Error> {
        let found = key_pair(self.config());
        if !names_key_pair(self.config())
            && let Some(login) = self.held_login().await?
        {
            return Ok(Credentials::Login(Box::new(login)));
        }
        Ok(Credentials::KeyPair(Box::new(found?)))
    }

    /// The login that the archive holds, whether or not it will be used.
    pub(crate) async fn held_tokens(&self) -> Result<Option<Tokens>, Error> {
        if !self.has_archive().await? {
            return Ok(None);
        }
        self.tokens().await?.load().await.map_err(from_oauth)
    }

    async fn held_login(&self) -> Result<Option<HeldLogin>, Error> {
        let Some(tokens) = self.held_tokens().await? else {
            return Ok(None);
        };
        let oauth = self.oauth().await?;
        Ok(Some(HeldLogin { oauth, tokens }))
    }

    /// OAuth over the archive's tokens; the archive is made if it is not there.
    pub(crate) async fn oauth(&self) -> Result<OAuth, Error> {
        let app = oauth_app(self.config())?;
        let endpoint = match &self.config().settings.gong.ca_file {
            Some(file) => TokenEndpoint::trusting(app, &certificate(file)?)?,
            None => TokenEndpoint::new(app)?,
        };
        let store = Arc::new(self.tokens().await?);
        Ok(OAuth::new(endpoint, store, self.shared.now))
    }

    /// Where the tokens of a login are.
    pub(crate) async fn tokens(&self) -> Result<ArchiveTokens, Error> {
        let secrets = Arc::clone(&self.opened().await?.secrets);
        Ok(ArchiveTokens::new(secrets, self.shared.now))
    }

    /// Makes the client; nothing is asked yet. With an archive, requests are recorded there.
    pub(crate) async fn connect(
        &self,
        priority: Priority,
        opened: Option<&Opened>,
    ) -> Result<Connection, Error> {
        let (base, authorize, key_id, login): (_, Arc<dyn Authorize>, _, _) =
            match self.credentials().await? {
                Credentials::KeyPair(found) => {
                    let key_id = found.pair.access_key().to_owned();
                    let base = base_url(self.config())?;
                    (base, Arc::new(found.pair), key_id, None)
                }
                Credentials::Login(held) => {
                    let HeldLogin { oauth, tokens } = *held;
                    let number = self.archive().await?.load(LOGIN).await?;
                    let key_id = format!("login {}", number.unwrap_or_default());
                    let base = tokens.base_url().clone();
                    (base, Arc::new(oauth.clone()), key_id, Some(oauth))
                }
            };
        let pace = CompanyPace::new(
            opened.map(|opened| Arc::clone(&opened.budget)),
            priority,
            rules(self.config()),
            self.shared.now,
            Arc::clone(self.listener()),
        );
        let mut builder = GongClient::builder(base, authorize).pace(Arc::new(pace));
        if let Some(opened) = opened {
            builder = builder.observe(Arc::new(Watch {
                archive: Arc::clone(&opened.archive),
                recorder: Arc::clone(&self.shared.recorder),
                caller: Arc::clone(&self.caller),
                now: self.shared.now,
            }));
        }
        if let Some(file) = &self.config().settings.gong.ca_file {
            builder = builder.root_certificate(certificate(file)?);
        }
        Ok(Connection {
            client: builder.build()?,
            key_id,
            login,
        })
    }
}

fn from_oauth(error: gong_auth::OAuthError) -> Error {
    gong_auth::Error::from(error).into()
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
