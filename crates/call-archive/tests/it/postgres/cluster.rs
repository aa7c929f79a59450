//! A server of a test's own, which the test may kill: Debian's, on loopback, in a folder of its own.

use std::fs;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

use super::server::{Place, server};

const PATIENCE: Duration = Duration::from_mins(1);

/// A server that ends with its test.
pub(crate) struct Cluster {
    folder: TempDir,
    programs: PathBuf,
    port: u16,
    /// What its configuration says beyond the usual.
    settings: Vec<&'static str>,
}

impl Cluster {
    /// A running server; `None` where the tests are to run without one.
    pub(crate) fn start(settings: &[&'static str]) -> Option<Self> {
        server()?;
        let cluster = Self {
            folder: tempfile::tempdir().expect("a folder"),
            programs: programs(),
            port: free_port(),
            settings: settings.to_vec(),
        };
        if is_root() {
            let mut owned = Command::new("chown");
            let owned = owned.arg("postgres").arg(cluster.folder());
            assert!(ran(owned), "the folder is the server's");
        }
        let data = cluster.data();
        let mut made = cluster.program("initdb");
        made.arg("-D")
            .arg(&data)
            .args(["-A", "trust", "-U", "postgres"]);
        made.args([
            "-E",
            "UTF8",
            "--locale=C.UTF-8",
            "--data-checksums",
            "--no-sync",
        ]);
        assert!(ran(&mut made), "a cluster is made");
        cluster.start_again();
        Some(cluster)
    }

    /// Says more in the configuration, from the next start on.
    pub(crate) fn set(&mut self, settings: &[&'static str]) {
        self.settings.extend(settings);
    }

    /// A place for one archive on this server.
    pub(crate) async fn place(&self) -> Place {
        Place::on(&self.url()).await
    }

    pub(crate) fn url(&self) -> String {
        format!("postgres://postgres@127.0.0.1:{}/postgres", self.port)
    }

    pub(crate) fn data(&self) -> PathBuf {
        self.folder().join("data")
    }

    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Starts the server that was stopped or killed, and waits until it answers.
    pub(crate) fn start_again(&self) {
        let mut options = format!(
            "-p {} -c listen_addresses=127.0.0.1 -c unix_socket_directories={} \
             -c max_connections=60",
            self.port,
            self.folder().display()
        );
        for setting in &self.settings {
            options.push_str(" -c ");
            options.push_str(setting);
        }
        let began = Instant::now();
        loop {
            let mut start = self.control(&["-s", "-w", "start"]);
            start.arg("-l").arg(self.folder().join("log"));
            if ran(start.args(["-o", &options])) {
                return;
            }
            // What the killed server left (a child, its memory) goes within moments.
            assert!(began.elapsed() < PATIENCE, "the server does not start");
            std::thread::sleep(Duration::from_millis(200));
        }
    }

    /// Kills the server with all its processes, as a machine that fails does.
    pub(crate) fn kill(&self) {
        let postmaster = self.postmaster();
        let listed = format!("/proc/{postmaster}/task/{postmaster}/children");
        let children = fs::read_to_string(listed).unwrap_or_default();
        let mut kill = Command::new("kill");
        kill.args(["-KILL", &postmaster]);
        kill.args(children.split_whitespace());
        // A child may have ended by itself.
        let _ = ran(&mut kill);
        let began = Instant::now();
        while is_running(&postmaster) {
            assert!(began.elapsed() < PATIENCE, "the server outlives its kill");
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    /// Stops at once without writing anything down.
    pub(crate) fn stop_immediately(&self) {
        let stopped = ran(&mut self.control(&["-s", "-m", "immediate", "stop"]));
        assert!(stopped, "the server stops");
    }

    /// Stops in good order.
    pub(crate) fn stop(&self) {
        let stopped = ran(&mut self.control(&["-s", "-w", "-m", "fast", "stop"]));
        assert!(stopped, "the server stops");
    }

    /// A program of the server, run by its user.
    pub(crate) fn program(&self, name: &str) -> Command {
        let path = self.programs.join(name);
        let mut command = if is_root() {
            let mut command = Command::new("setpriv");
            command.args(["--reuid=postgres", "--regid=postgres", "--init-groups"]);
            command.arg(path);
            command
        } else {
            Command::new(path)
        };
        command.current_dir("/");
        command
    }

    fn control(&self, words: &[&str]) -> Command {
        let mut command = self.program("pg_ctl");
        command.arg("-D").arg(self.data()).args(words);
        command
    }

    fn postmaster(&self) -> String {
        let noted = fs::read_to_string(self.data().join("postmaster.pid")).expect("it runs");
        noted.lines().next().expect("a number").to_owned()
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        let _ = ran(&mut self.control(&["-s", "-m", "immediate", "stop"]));
    }
}

/// Runs a command to its end and says whether it went well.
pub(crate) fn ran(command: &mut Command) -> bool {
    let command = command.stdin(Stdio::null()).stdout(Stdio::null());
    command
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|ended| ended.success())
}

fn is_running(process: &str) -> bool {
    let state = fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
    let state = state.rsplit(')').next().unwrap_or_default().trim_start();
    !state.is_empty() && !state.starts_with('Z')
}

fn is_root() -> bool {
    let about = fs::read_to_string("/proc/self/status").unwrap_or_default();
    about.lines().any(|line| line.starts_with("Uid:\t0\t"))
}

/// Where the server's programs are: the newest version that is installed.
fn programs() -> PathBuf {
    let versions = fs::read_dir("/usr/lib/postgresql").expect("PostgreSQL is installed");
    let mut versions: Vec<_> = versions
        .filter_map(|entry| Some(entry.ok()?.path()))
        .collect();
    versions.sort();
    versions.pop().expect("a version").join("bin")
}

fn free_port() -> u16 {
    let bound = TcpListener::bind(("127.0.0.1", 0)).expect("a port");
    bound.local_addr().expect("an address").port()
}
