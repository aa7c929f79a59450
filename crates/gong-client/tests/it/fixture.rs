//! A server that gives the answers it was told to, faults included, and notes what it was asked.
use std::{
    collections::VecDeque,
    fmt::Write as _,
    sync::{Arc, Mutex},
    time::Duration,
};

use gong_auth::{BaseUrl, KeyPair};
use gong_client::{ClientBuilder, GongClient, Unpaced};
use serde_json::Value;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};

pub(crate) const KEY: &str = "CANARYKEY";
pub(crate) const SECRET: &str = "canary-secret";

/// One answer of the script.
pub(crate) enum Reply {
    /// A whole answer.
    Answer {
        status: u16,
        headers: Vec<(&'static str, String)>,
        body: String,
    },
    /// An answer that promises more bytes than come.
    CutOff(String),
    /// The head of an answer, and then nothing.
    Stall,
    /// The connection is closed without a word.
    HangUp,
}

/// What the server was asked.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    pub(crate) method: String,
    pub(crate) target: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Value,
    /// The body as it came, for bodies that are no JSON.
    pub(crate) bytes: Vec<u8>,
}

pub(crate) struct Server {
    pub(crate) base: BaseUrl,
    asked: Arc<Mutex<Vec<Asked>>>,
    task: JoinHandle<()>,
}

impl Server {
    /// Gives the replies in order, whatever is asked; after the last one it hangs up.
    pub(crate) async fn start(script: impl IntoIterator<Item = Reply>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let asked = Arc::new(Mutex::new(Vec::new()));
        let notes = Arc::clone(&asked);
        let mut script: VecDeque<Reply> = script.into_iter().collect();
        let task = tokio::spawn(async move {
            let mut stalled = Vec::new();
            loop {
                let (mut socket, _) = listener.accept().await.unwrap();
                let Some(request) = read(&mut socket).await else {
                    continue;
                };
                notes.lock().unwrap().push(request);
                match script.pop_front() {
                    None | Some(Reply::HangUp) => {}
                    Some(Reply::Answer {
                        status,
                        headers,
                        body,
                    }) => {
                        let mut head = head(status, body.len());
                        for (name, value) in headers {
                            write!(head, "{name}: {value}\r\n").unwrap();
                        }
                        write(&mut socket, &format!("{head}\r\n{body}")).await;
                    }
                    Some(Reply::CutOff(body)) => {
                        let head = head(200, body.len() + 10);
                        write(&mut socket, &format!("{head}\r\n{body}")).await;
                    }
                    Some(Reply::Stall) => {
                        write(&mut socket, &format!("{}\r\n", head(200, 10))).await;
                        stalled.push(socket);
                    }
                }
            }
        });
        Self {
            base: BaseUrl::parse(&base).unwrap(),
            asked,
            task,
        }
    }

    /// A client of this server that does not wait between requests or before retries.
    pub(crate) fn client(&self) -> GongClient {
        self.builder().build().unwrap()
    }

    pub(crate) fn builder(&self) -> ClientBuilder {
        let pair = KeyPair::new(KEY, SECRET.to_owned().into()).unwrap();
        GongClient::builder(self.base.clone(), Arc::new(pair))
            .pace(Arc::new(Unpaced))
            .jitter(|| 0.0)
            .request_deadline(Duration::from_secs(20))
    }

    pub(crate) fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap().clone()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Asked {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let header = self
            .headers
            .iter()
            .find(|(other, _)| other.eq_ignore_ascii_case(name));
        header.map(|(_, value)| value.as_str())
    }
}

pub(crate) fn ok(body: impl Into<String>) -> Reply {
    Reply::Answer {
        status: 200,
        headers: Vec::new(),
        body: body.into(),
    }
}

pub(crate) fn status(status: u16, body: &str) -> Reply {
    Reply::Answer {
        status,
        headers: Vec::new(),
        body: body.into(),
    }
}

pub(crate) fn with_header(status: u16, name: &'static str, value: &str) -> Reply {
    Reply::Answer {
        status,
        headers: vec![(name, value.into())],
        body: String::new(),
    }
}

/// An error in Gong's own shape.
pub(crate) fn gong_error(code: u16, text: &str) -> Reply {
    status(
        code,
        &format!(r#"{{"requestId": "req-1", "errors": ["{text}"]}}"#),
    )
}

/// A page of calls with these ids.
pub(crate) fn calls(ids: &[&str], cursor: Option<&str>) -> Reply {
    let calls: Vec<_> = ids
        .iter()
        .map(|id| serde_json::json!({ "id": id }))
        .collect();
    let records = serde_json::json!({ "totalRecords": 9, "cursor": cursor });
    ok(serde_json::json!({ "requestId": "r", "records": records, "calls": calls }).to_string())
}

fn head(status: u16, length: usize) -> String {
    format!("HTTP/1.1 {status} X\r\ncontent-length: {length}\r\nconnection: close\r\n")
}

async fn write(socket: &mut TcpStream, text: &str) {
    // A client that does not want the rest of an answer may close the connection first.
    let _ = socket.write_all(text.as_bytes()).await;
    let _ = socket.flush().await;
}

async fn read(socket: &mut TcpStream) -> Option<Asked> {
    let mut bytes = Vec::new();
    let end = loop {
        if let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
            break end;
        }
        if socket.read_buf(&mut bytes).await.unwrap_or(0) == 0 {
            return None;
        }
    };
    let head = String::from_utf8(bytes[..end].to_vec()).unwrap();
    let mut lines = head.lines();
    let mut first = lines.next()?.split(' ');
    let headers: Vec<(String, String)> = lines
        .filter_map(|line| line.split_once(": "))
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect();
    let mut asked = Asked {
        method: first.next()?.to_owned(),
        target: first.next()?.to_owned(),
        headers,
        body: Value::Null,
        bytes: Vec::new(),
    };
    let length: usize = asked
        .header("content-length")
        .map_or(0, |length| length.parse().unwrap());
    while bytes.len() < end + 4 + length {
        if socket.read_buf(&mut bytes).await.unwrap_or(0) == 0 {
            return None;
        }
    }
    if length > 0 {
        asked.bytes = bytes[end + 4..].to_vec();
        let is_json = asked.header("content-type") == Some("application/json");
        if is_json {
            asked.body = serde_json::from_slice(&asked.bytes).unwrap();
        }
    }
    Some(asked)
}
