//! A folder with an archive of invented calls, the pages over it, and somebody with a browser.

use std::fs;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use gong_app::{ApiKeyRequest, App, Config, Environment, Flags, Listener, Quiet};
use gong_dashboard::{DashboardOptions, Listening, Live};
use jiff::Timestamp;
use reqwest::{Client, Response, StatusCode, header, redirect};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::task::JoinHandle;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

/// Far longer than any answer takes.
const PATIENCE: Duration = Duration::from_mins(1);

/// A folder with an archive.
pub(crate) struct Office {
    folder: TempDir,
    variables: Vec<(&'static str, String)>,
    now: fn() -> Timestamp,
}

impl Office {
    /// An archive that is not there.
    pub(crate) fn empty() -> Self {
        Self {
            folder: tempfile::tempdir().expect("a folder"),
            variables: Vec::new(),
            now: Timestamp::now,
        }
    }

    /// Two calls of two reps.
    pub(crate) async fn new() -> Self {
        let office = Self::empty();
        let price = "The price is 400 euros a month.";
        let no = "That is too expensive, we have no budget for it this year.";
        for (id, user, name) in [("1001", "7", "Ada Example"), ("1002", "8", "Adam Sample")] {
            let turns = json!([turn("s1", 0, &[price]), turn("s2", 10_000, &[no])]);
            office.import(&[(id, call(id, user, name, &turns))]).await;
        }
        office
    }

    pub(crate) fn with(mut self, name: &'static str, value: &str) -> Self {
        self.variables.push((name, value.to_owned()));
        self
    }

    pub(crate) fn at(mut self, now: fn() -> Timestamp) -> Self {
        self.now = now;
        self
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    fn config(&self) -> (Config, Environment) {
        let home = self.folder.path().display().to_string();
        let variables = [("HOME", home.as_str()), ("GONGKIT__MODEL__NAME", "hash")];
        let own = self.variables.iter();
        let own = own.map(|(name, value)| (*name, value.as_str()));
        let variables = variables.into_iter().chain(own);
        let variables = variables.map(|(name, value)| (name.to_owned(), value.to_owned()));
        let environment = Environment::new(variables, self.now)
            .system_config(self.folder.path().join("none.toml"));
        let config = Config::load(&environment, &Flags::default()).expect("a configuration");
        (config, environment)
    }

    /// The app of the person at this machine.
    pub(crate) fn app(&self) -> App {
        let (config, environment) = self.config();
        App::new(
            config,
            &environment,
            Arc::new(Quiet),
            CancellationToken::new(),
        )
    }

    pub(crate) async fn import(&self, calls: &[(&str, Value)]) {
        let folder = self.path().join("calls");
        fs::create_dir_all(&folder).expect("made");
        for (id, call) in calls {
            fs::write(folder.join(format!("{id}.json")), call.to_string()).expect("written");
        }
        let done = self.app().import(&folder).await.expect("imported");
        assert!(done.problem.is_none(), "{:?}", done.problem);
    }

    /// A key of a role.
    pub(crate) async fn key(&self, role: &str, user: Option<&str>) -> (String, String) {
        let mut request = ApiKeyRequest::new(role, role);
        request.user = user.map(str::to_owned);
        let made = self.app().create_api_key(&request).await.expect("a key");
        (made.key.id, made.secret)
    }

    /// The pages, with the link that lets the person at this machine in.
    pub(crate) async fn pages(&self) -> Pages {
        self.pages_of(None).await
    }

    /// The same under an address that browsers know them by.
    pub(crate) async fn pages_of(&self, public: Option<&'static str>) -> Pages {
        let stop = CancellationToken::new();
        let (config, environment) = self.config();
        let live = Live::new();
        let listener = Arc::clone(&live) as Arc<dyn Listener>;
        let app = App::serving(config, &environment, listener, stop.clone());
        let links = Arc::new(Mutex::new(Vec::new()));
        let mut options = DashboardOptions::new("127.0.0.1:0".parse().expect("an address"));
        options.now = self.now;
        options.public_url = public.map(|url| gong_dashboard::public_url(url).expect("one"));
        let told = Arc::clone(&links);
        options.tell = Some(Arc::new(move |link: &str| {
            let mut links = told.lock().unwrap_or_else(PoisonError::into_inner);
            links.push(link.to_owned());
        }));
        let listening = Listening::open(options).await.expect("open");
        let url = listening.url();
        let place = format!("http://{}", listening.local_addr());
        let served = tokio::spawn(listening.serve(app, Arc::clone(&live), stop.clone()));
        Pages {
            url,
            place,
            public,
            live,
            links,
            stop,
            served,
        }
    }
}

/// The pages, served.
pub(crate) struct Pages {
    pub(crate) url: String,
    /// Where they listen.
    pub(crate) place: String,
    public: Option<&'static str>,
    pub(crate) live: Arc<Live>,
    links: Arc<Mutex<Vec<String>>>,
    stop: CancellationToken,
    served: JoinHandle<Result<(), gong_app::Error>>,
}

impl Pages {
    /// The link that was told last.
    pub(crate) async fn link(&self) -> String {
        let last = || {
            let links = self.links.lock().unwrap_or_else(PoisonError::into_inner);
            links.last().cloned()
        };
        let told = async {
            loop {
                if let Some(link) = last() {
                    return link;
                }
                tokio::task::yield_now().await;
            }
        };
        timeout(PATIENCE, told).await.expect("it is told")
    }

    /// A browser that nobody let in.
    pub(crate) fn stranger(&self) -> Browser {
        let client = Client::builder()
            .redirect(redirect::Policy::none())
            .timeout(PATIENCE)
            .build()
            .expect("a client");
        Browser {
            client,
            url: self.url.clone(),
            place: self.place.clone(),
            host: self.public.and_then(|url| url.split("://").nth(1)),
            cookies: Vec::new(),
        }
    }

    /// The browser of the person at this machine.
    pub(crate) async fn admin(&self) -> Browser {
        let mut browser = self.stranger();
        let link = self.link().await;
        let path = link.strip_prefix(&self.url).expect("it is here").to_owned();
        let answer = browser.get(&path).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text);
        browser
    }

    /// A browser that was let in by a key.
    pub(crate) async fn holder(&self, key: &str) -> Browser {
        let mut browser = self.stranger();
        let answer = browser.sign_in(key).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text);
        browser
    }

    /// Why they were not served.
    pub(crate) async fn refused(self) -> gong_app::Error {
        let served = timeout(PATIENCE, self.served).await.expect("it ends");
        served.expect("no panic").expect_err("it is refused")
    }

    pub(crate) async fn end(self) {
        self.stop.cancel();
        let served = timeout(PATIENCE, self.served).await.expect("it ends");
        served.expect("no panic").expect("recorded");
    }
}

/// Somebody with a browser: keeps cookies, follows nothing.
pub(crate) struct Browser {
    client: Client,
    pub(crate) url: String,
    place: String,
    /// The host that it asks for, where that is not where they listen.
    host: Option<&'static str>,
    pub(crate) cookies: Vec<(String, String)>,
}

/// An answer, read whole.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: header::HeaderMap,
    pub(crate) text: String,
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> &str {
        let value = self.headers.get(name);
        value.map_or("", |value| value.to_str().expect("text"))
    }

    /// The value of a hidden field of the first form that has it.
    pub(crate) fn field(&self, name: &str) -> String {
        let begins = format!("name=\"{name}\" value=\"");
        let (_, rest) = self.text.split_once(&begins).expect("the field is there");
        rest.split('"').next().unwrap_or_default().to_owned()
    }
}

impl Browser {
    fn cookie(&self) -> String {
        let pairs = self
            .cookies
            .iter()
            .map(|(name, value)| format!("{name}={value}"));
        pairs.collect::<Vec<_>>().join("; ")
    }

    pub(crate) fn ask(&self, method: reqwest::Method, path: &str) -> reqwest::RequestBuilder {
        let mut asked = self.client.request(method, format!("{}{path}", self.place));
        if let Some(host) = self.host {
            asked = asked.header(header::HOST, host);
        }
        if self.cookies.is_empty() {
            return asked;
        }
        asked.header(header::COOKIE, self.cookie())
    }

    pub(crate) async fn open(&self, path: &str) -> Response {
        self.ask(reqwest::Method::GET, path)
            .send()
            .await
            .expect("an answer")
    }

    pub(crate) async fn get(&mut self, path: &str) -> Answer {
        let asked = self.ask(reqwest::Method::GET, path);
        self.send(asked).await
    }

    /// A page that must be there.
    pub(crate) async fn page(&mut self, path: &str) -> String {
        let answer = self.get(path).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.text);
        answer.text
    }

    /// A form, sent as a page of this server sends it.
    pub(crate) async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let asked = self
            .form(path, fields)
            .header(header::ORIGIN, self.url.clone());
        self.send(asked).await
    }

    /// A form that says nothing of where it comes from.
    pub(crate) fn form(&self, path: &str, fields: &[(&str, &str)]) -> reqwest::RequestBuilder {
        let mut body = url::form_urlencoded::Serializer::new(String::new());
        body.extend_pairs(fields);
        let kind = "application/x-www-form-urlencoded";
        self.ask(reqwest::Method::POST, path)
            .header(header::CONTENT_TYPE, kind)
            .body(body.finish())
    }

    pub(crate) async fn sign_in(&mut self, key: &str) -> Answer {
        let form = self.get("/login").await;
        let token = form.field("form_token");
        self.post(
            "/login",
            &[("form_token", &token), ("key", key), ("to", "/")],
        )
        .await
    }

    pub(crate) async fn send(&mut self, asked: reqwest::RequestBuilder) -> Answer {
        let answer = asked.send().await.expect("an answer");
        let (status, headers) = (answer.status(), answer.headers().clone());
        for set in headers.get_all(header::SET_COOKIE) {
            let set = set.to_str().expect("text");
            let pair = set.split(';').next().unwrap_or_default();
            let (name, value) = pair.split_once('=').expect("a cookie");
            self.cookies.retain(|(known, _)| known != name);
            if !value.is_empty() {
                self.cookies.push((name.to_owned(), value.to_owned()));
            }
        }
        Answer {
            status,
            headers,
            text: answer.text().await.expect("text"),
        }
    }
}

pub(crate) fn turn(speaker: &str, from: u64, texts: &[&str]) -> Value {
    let sentences = texts.iter().zip(0_u64..).map(|(text, at)| {
        json!({"start": from + at * 5_000, "end": from + at * 5_000 + 4_000, "text": text})
    });
    json!({"speakerId": speaker, "topic": null, "sentences": sentences.collect::<Vec<_>>()})
}

pub(crate) fn call(id: &str, user: &str, name: &str, turns: &Value) -> Value {
    json!({
        "call": {
            "metaData": {
                "id": id, "url": format!("https://app.gong.io/call?id={id}"),
                "title": format!("Narwhal rollout {id}"),
                "started": "2026-03-02T10:00:00Z", "duration": 600, "primaryUserId": user,
                "direction": "Conference", "scope": "External", "language": "eng", "isPrivate": false
            },
            "parties": [
                {"id": "p1", "speakerId": "s1", "userId": user, "name": name, "emailAddress": format!("{user}@us.example"), "affiliation": "Internal"},
                {"id": "p2", "speakerId": "s2", "name": "Bo Sample", "emailAddress": "bo@them.example", "affiliation": "External"}
            ]
        },
        "callTranscript": {"callId": id, "transcript": turns}
    })
}
