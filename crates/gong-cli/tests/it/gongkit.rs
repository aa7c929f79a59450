//! Runs the binary in a home of its own.

use std::ffi::OsStr;
use std::path::PathBuf;
use std::process::{Child, Command, Output, Stdio};

use gong_sim::SimHandle;
use serde_json::Value;
use tempfile::TempDir;

/// A home folder with nothing in it, and the variables that the binary is given.
pub(crate) struct Home {
    folder: TempDir,
    variables: Vec<(String, String)>,
}

/// What a run of the binary left.
pub(crate) struct Ran {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Home {
    /// A home in which the words-only model is set: no test but one needs meaning.
    pub(crate) fn new() -> Self {
        Self::with_model("hash")
    }

    pub(crate) fn with_model(name: &str) -> Self {
        Self {
            folder: tempfile::tempdir().expect("a folder"),
            variables: Vec::new(),
        }
        .set("GONGKIT__MODEL__NAME", name)
    }

    pub(crate) fn set(mut self, name: &str, value: &str) -> Self {
        self.variables.retain(|(known, _)| known != name);
        self.variables.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Points at a simulator.
    pub(crate) fn at(self, sim: &SimHandle) -> Self {
        self.set("GONG_BASE_URL", sim.base_url())
            .set("GONG_ACCESS_KEY", sim.access_key())
            .set("GONG_ACCESS_KEY_SECRET", sim.access_secret())
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn data(&self) -> PathBuf {
        self.path(".local/share/gongkit")
    }

    pub(crate) fn command<A: AsRef<OsStr>>(&self, arguments: &[A]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_gongkit"));
        command
            .args(arguments)
            .env_clear()
            .env("HOME", self.folder.path())
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .envs(self.variables.iter().map(|(name, value)| (name, value)))
            .current_dir(self.folder.path())
            .stdin(Stdio::null());
        command
    }

    /// Runs to the end, off the test's executor: the simulator must be able to answer.
    pub(crate) async fn run<A: AsRef<OsStr>>(&self, arguments: &[A]) -> Ran {
        let mut command = self.command(arguments);
        let run = tokio::task::spawn_blocking(move || command.output());
        Ran::of(run.await.expect("joined").expect("the binary starts"))
    }

    /// Runs to the end and must succeed.
    pub(crate) async fn ok<A: AsRef<OsStr>>(&self, arguments: &[A]) -> Ran {
        let ran = self.run(arguments).await;
        assert_eq!(
            ran.code, 0,
            "stdout: {}\nstderr: {}",
            ran.stdout, ran.stderr
        );
        ran
    }

    /// Runs with `--json`, must succeed, and gives the answer.
    pub(crate) async fn json<A: AsRef<OsStr>>(&self, arguments: &[A]) -> Value {
        let mut all: Vec<&OsStr> = arguments.iter().map(AsRef::as_ref).collect();
        all.push(OsStr::new("--json"));
        self.ok(&all).await.json()
    }

    pub(crate) fn spawn<A: AsRef<OsStr>>(&self, arguments: &[A]) -> Child {
        self.command(arguments)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("the binary starts")
    }
}

impl Ran {
    pub(crate) fn of(output: Output) -> Self {
        Self {
            code: output.status.code().unwrap_or(-1),
            stdout: String::from_utf8(output.stdout).expect("text"),
            stderr: String::from_utf8(output.stderr).expect("text"),
        }
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.stdout).expect("the answer is JSON")
    }
}
