//! A folder with an archive, a key that stands for Gong's, and receivers over them.

use std::fs;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;

use front_door::{Door, DoorOptions, Drained, Guard, Protection};
use gong_app::{App, Config, Environment, Error, Flags, Intake, Quiet, Receiver};
use gong_auth::WebhookSigner;
use gong_sim::SimHandle;
use jiff::{SignedDuration, Timestamp};
use reqwest::{Client, Response};
use secrecy::ExposeSecret as _;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

/// The address in the rule. Nobody looks at where a delivery really arrives.
pub(crate) const URL: &str = "https://hooks.example.com/webhooks/gong";

/// What Gong sends about a call.
pub(crate) fn about(call: impl std::fmt::Display) -> String {
    format!(r#"{{"callData":{{"metaData":{{"id":"{call}"}}}},"isTest":false}}"#)
}

pub(crate) struct Office {
    folder: std::path::PathBuf,
    settings: Vec<(String, String)>,
    signer: WebhookSigner,
    clock: fn() -> Timestamp,
}

impl Office {
    /// One whose receivers believe its own key. The key stays the same in the same folder.
    pub(crate) fn at(folder: &Path) -> Self {
        let kept = folder.join("gong-key");
        let signer = if let Ok(text) = fs::read_to_string(&kept) {
            WebhookSigner::parse(&text).expect("a key")
        } else {
            let made = WebhookSigner::generate().expect("a key");
            let text = made.to_text().expect("written");
            fs::write(&kept, text.expose_secret()).expect("kept");
            made
        };
        let office = Self {
            folder: folder.to_owned(),
            settings: Vec::new(),
            signer,
            clock: Timestamp::now,
        };
        let key = office.public_key();
        office
            .with("GONG_WEBHOOK_PUBLIC_KEYS", &key)
            .with("GONG_WEBHOOK_PUBLIC_URL", URL)
    }

    pub(crate) fn with(mut self, name: &str, value: &str) -> Self {
        self.settings.push((name.to_owned(), value.to_owned()));
        self
    }

    pub(crate) fn without(mut self, name: &str) -> Self {
        self.settings.retain(|(known, _)| known != name);
        self
    }

    /// What Gong's rule shows.
    pub(crate) fn public_key(&self) -> String {
        self.signer.public_text().expect("written")
    }

    /// One whose Gong is this simulator.
    pub(crate) fn at_gong(self, sim: &SimHandle) -> Self {
        self.with("GONG_BASE_URL", sim.base_url())
            .with("GONG_ACCESS_KEY", sim.access_key())
            .with("GONG_ACCESS_KEY_SECRET", sim.access_secret())
    }

    /// One that goes by another clock.
    pub(crate) fn by(mut self, clock: fn() -> Timestamp) -> Self {
        self.clock = clock;
        self
    }

    pub(crate) fn app(&self) -> App {
        self.stopped_by(CancellationToken::new())
    }

    pub(crate) fn stopped_by(&self, stop: CancellationToken) -> App {
        let home = ("HOME".to_owned(), self.folder.display().to_string());
        let model = ("GONGKIT__MODEL__NAME".to_owned(), "hash".to_owned());
        let variables = self.settings.iter().cloned().chain([home, model]);
        let environment =
            Environment::new(variables, self.clock).system_config(self.folder.join("none.toml"));
        let config = Config::load(&environment, &Flags::default()).expect("a configuration");
        App::new(config, &environment, Arc::new(Quiet), stop)
    }

    pub(crate) async fn receiver(&self) -> Result<(Receiver, Intake), Error> {
        self.app().receiver().await
    }

    pub(crate) async fn serve(&self) -> Served {
        let (receiver, intake) = self.receiver().await.expect("a receiver");
        let here = "127.0.0.1:0".parse().expect("an address");
        let options = DoorOptions::new(here, Protection::PlainText, Guard::Authenticated);
        let door = Door::open(options).await.expect("it opens");
        let (address, stop) = (door.local_addr(), CancellationToken::new());
        let serving = gong_webhook::serve(door, receiver, intake, stop.clone());
        Served {
            address,
            stop,
            serving: tokio::spawn(serving),
            client: Client::new(),
        }
    }

    /// The value of `Authorization` that Gong would send with a body.
    pub(crate) fn sign(&self, body: &str) -> String {
        let until = Timestamp::now() + SignedDuration::from_mins(5);
        let signed = self.signer.sign(URL, body.as_bytes(), until);
        signed.expect("signed")
    }
}

pub(crate) struct Served {
    pub(crate) address: SocketAddr,
    stop: CancellationToken,
    serving: JoinHandle<Drained>,
    client: Client,
}

impl Served {
    pub(crate) fn url(&self, rest: &str) -> String {
        format!("http://{}/webhooks/gong{rest}", self.address)
    }

    pub(crate) fn post(&self, rest: &str, body: &str) -> reqwest::RequestBuilder {
        self.client.post(self.url(rest)).body(body.to_owned())
    }

    /// Delivers as Gong does; gives the status and the word.
    pub(crate) async fn deliver(&self, office: &Office, body: &str) -> (u16, String) {
        let request = self
            .post("", body)
            .header("authorization", office.sign(body));
        said(request.send().await.expect("answered")).await
    }

    pub(crate) async fn stop(self) -> Drained {
        self.stop.cancel();
        self.serving.await.expect("it does not panic")
    }
}

pub(crate) async fn said(answer: Response) -> (u16, String) {
    let status = answer.status().as_u16();
    (status, answer.text().await.expect("a text"))
}
