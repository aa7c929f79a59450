//! A process that goes on until it is told to stop.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::gongkit::{Home, Ran};

/// Far longer than anything here takes.
pub(crate) const PATIENCE: Duration = Duration::from_mins(2);

/// A process that answers probes; killed if it is still there at the end.
pub(crate) struct Process {
    child: Child,
    admin: String,
    remarks: Option<JoinHandle<String>>,
}

impl Process {
    pub(crate) fn start(home: &Home, arguments: &[&str]) -> Self {
        let mut all = arguments.to_vec();
        all.extend(["--admin", "127.0.0.1:0", "--json"]);
        let mut child = home
            .command(&all)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the binary starts");
        let stderr = child.stderr.take().expect("piped");
        let mut lines = BufReader::new(stderr).lines();
        let mut heard = String::new();
        let admin = loop {
            let line = lines.next().expect("it says where").expect("text");
            heard.push_str(&line);
            heard.push('\n');
            let address = line
                .split_once("health and metrics on http://")
                .and_then(|(_, rest)| rest.split_once(": "));
            if let Some((address, _)) = address {
                break address.to_owned();
            }
        };
        // What it says later must not fill the pipe.
        let remarks = thread::spawn(move || {
            for line in lines.map_while(Result::ok) {
                heard.push_str(&line);
                heard.push('\n');
            }
            heard
        });
        Self {
            child,
            admin,
            remarks: Some(remarks),
        }
    }

    pub(crate) fn signal(&self, name: &str) {
        let id = self.child.id().to_string();
        let sent = Command::new("kill").args(["-s", name, &id]).status();
        assert!(sent.expect("kill runs").success());
    }

    /// Status and body of a page.
    pub(crate) fn page(&self, path: &str) -> (u16, String) {
        let mut stream = TcpStream::connect(&self.admin).expect("it listens");
        stream.set_read_timeout(Some(PATIENCE)).expect("set");
        let ask = format!("GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
        stream.write_all(ask.as_bytes()).expect("sent");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("answered");
        let status = answer.split(' ').nth(1).expect("a status");
        let body = answer.split_once("\r\n\r\n").expect("a body").1;
        (status.parse().expect("a number"), body.to_owned())
    }

    /// The number of a metric; 0 before there is one.
    pub(crate) fn number(&self, row: &str) -> f64 {
        let (_, text) = self.page("/metrics");
        let mut values = text.lines().filter_map(|line| line.strip_prefix(row));
        let value = values.next().and_then(|value| value.trim().parse().ok());
        value.unwrap_or(0.0)
    }

    pub(crate) async fn until(&self, what: &str, is_so: impl Fn(&Self) -> bool) {
        let begun = Instant::now();
        while !is_so(self) {
            assert!(begun.elapsed() < PATIENCE, "not in time: {what}");
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    }

    /// Tells it to stop; it must end well, and tell what it did.
    pub(crate) fn told_to_stop(self) -> Value {
        let ran = self.ended();
        serde_json::from_str(&ran.stdout).unwrap_or_default()
    }

    /// The same, with all that it said.
    pub(crate) fn ended(mut self) -> Ran {
        self.signal("TERM");
        let mut said = String::new();
        let stdout = self.child.stdout.as_mut().expect("piped");
        stdout.read_to_string(&mut said).expect("text");
        let ended = self.child.wait().expect("it ends");
        assert!(ended.success(), "{ended}");
        let remarks = self.remarks.take().expect("kept until here");
        Ran {
            code: 0,
            stdout: said,
            stderr: remarks.join().expect("text"),
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
