//! What the webhook receiver bears: throughput of 64 clients beside one, syncs of the disk, memory.
//!
//! `cargo run --release -p gongkit-benches --bin webhook_load`. The server is a process of its own,
//! so that its memory and its syncs are counted by nobody else; clients are threads with one
//! connection each. Deliveries are signed beforehand. With `--strace` the server runs beneath
//! strace, which counts its syncs and slows them: take speeds from a run without.
//! `--sync-delay-ms 4` lets each sync take so much longer, as on a slower disk than this one.
#![expect(clippy::print_stdout, reason = "what is measured is the output")]

use std::fmt::Write as _;
use std::fs;
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use clap::Parser;
use front_door::{Door, DoorOptions, Guard, Protection};
use gong_app::{App, Config, Environment, Flags, Quiet};
use gong_auth::{ShownByWebhook, WebhookSigner, WebhookVerifier};
use jiff::{SignedDuration, Timestamp};
use tokio_util::sync::CancellationToken;

const URL: &str = "https://hooks.example.com/webhooks/gong";
/// About what Gong tells of a call.
const BODY: usize = 10 * 1024;
const PATIENCE: Duration = Duration::from_mins(1);

#[derive(Parser)]
struct Arguments {
    /// Deliveries of one client
    #[arg(long, default_value_t = 200)]
    alone: usize,
    /// Deliveries of 64 clients together
    #[arg(long, default_value_t = 6_400)]
    together: usize,
    /// Connections that only wait
    #[arg(long, default_value_t = 10_000)]
    idle: usize,
    /// Count the server's syncs
    #[arg(long)]
    strace: bool,
    /// Let each sync take longer, by strace
    #[arg(long, default_value_t = 0)]
    sync_delay_ms: u32,
    /// Be the server over this folder
    #[arg(long, hide = true)]
    serve: Option<PathBuf>,
    /// The key that the server believes
    #[arg(long, hide = true, default_value = "")]
    key: String,
}

fn main() -> Result<()> {
    let arguments = Arguments::parse();
    if let Some(folder) = &arguments.serve {
        return tokio::runtime::Runtime::new()?.block_on(serve(folder, &arguments.key));
    }
    let folder = tempfile::tempdir()?;
    let signer = WebhookSigner::generate()?;
    println!(
        "one fdatasync of 4 KiB: {:.2?} (median of 100)",
        sync_time(folder.path())?
    );
    let alone = verify_time(&signer)?;
    println!("verifying alone: {alone:.1} µs of one processor each");
    let delay = arguments.sync_delay_ms;
    let traced = arguments.strace || delay > 0;
    let trace = traced.then(|| folder.path().join("syncs"));
    let server = Server::start(folder.path(), &signer, trace.as_deref(), delay)?;
    if delay > 0 {
        println!("each sync of the server takes {delay} ms more");
    }

    println!("memory before: {}", server.memory()?);
    let unread = &requests(&signer, 10_000, |n| {
        body_of("x", n).replace("callData", "other")
    })?;
    let before = server.processor_time()?;
    let load = run(server.address, unread, 64, 400)?;
    let used = server.processor_time()?.saturating_sub(before);
    let each = used.as_secs_f64() * 1e6 / unread.len() as f64;
    println!("64 clients, verified and not kept: {load}");
    println!(
        "the server took {each:.1} µs of one processor each: verifying is {:.0} % of it",
        100.0 * alone / each
    );
    let one = run(
        server.address,
        &requests(&signer, arguments.alone, |n| body_of("one", n))?,
        1,
        200,
    )?;
    println!("1 client: {one}");
    let before = server.syncs(trace.as_deref());
    let many = run(
        server.address,
        &requests(&signer, arguments.together, |n| body_of("many", n))?,
        64,
        200,
    )?;
    println!("64 clients: {many}");
    println!("ratio: {:.1}", many.rate / one.rate);
    if let (Some(before), Some(after)) = (before, server.syncs(trace.as_deref())) {
        println!(
            "syncs for {} deliveries of 64 clients: {}",
            arguments.together,
            after - before
        );
    }
    println!("memory after: {}", server.memory()?);

    let crowd = (0..arguments.idle).map(|_| TcpStream::connect(server.address));
    let crowd: Vec<TcpStream> = crowd.collect::<Result<_, _>>()?;
    let beside = run(
        server.address,
        &requests(&signer, 100, |n| body_of("beside", n))?,
        1,
        200,
    )?;
    println!(
        "{} idle connections: {}; 1 client: {beside}",
        crowd.len(),
        server.memory()?
    );
    drop(crowd);
    large_bodies(server.address)?;
    println!("16 bodies of 100 MB: {}", server.memory()?);
    server.stop()
}

async fn serve(folder: &Path, key: &str) -> Result<()> {
    let home = folder.display().to_string();
    let variables = [
        ("HOME", home.as_str()),
        ("GONGKIT__MODEL__NAME", "hash"),
        ("GONG_WEBHOOK_PUBLIC_KEYS", key),
        ("GONG_WEBHOOK_PUBLIC_URL", URL),
    ];
    let variables = variables.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let environment =
        Environment::new(variables, Timestamp::now).system_config(folder.join("none.toml"));
    let config = Config::load(&environment, &Flags::default())?;
    let app = App::new(
        config,
        &environment,
        Arc::new(Quiet),
        CancellationToken::new(),
    );
    let (receiver, intake) = app.receiver().await?;
    let here = "127.0.0.1:0".parse()?;
    let options = DoorOptions::new(here, Protection::PlainText, Guard::Authenticated);
    let door = Door::open(options).await?;
    let draft = folder.join("address.part");
    fs::write(&draft, door.local_addr().to_string())?;
    fs::rename(draft, folder.join("address"))?;
    gong_webhook::serve(door, receiver, intake, CancellationToken::new()).await;
    Ok(())
}

struct Server {
    child: Child,
    process: u32,
    address: SocketAddr,
}

impl Server {
    fn start(
        folder: &Path,
        signer: &WebhookSigner,
        trace: Option<&Path>,
        delay_ms: u32,
    ) -> Result<Self> {
        let this = std::env::current_exe()?;
        let mut command = match trace {
            None => Command::new(&this),
            Some(trace) => {
                let mut strace = Command::new("strace");
                strace.args([
                    "-f",
                    "-qq",
                    "--seccomp-bpf",
                    "-e",
                    "trace=fdatasync,fsync",
                    "-o",
                ]);
                strace.arg(trace);
                if delay_ms > 0 {
                    let microseconds = u64::from(delay_ms) * 1000;
                    let delay = format!("inject=fdatasync,fsync:delay_enter={microseconds}");
                    strace.args(["-e", &delay]);
                }
                strace.arg(&this);
                strace
            }
        };
        let mut child = command
            .arg("--serve")
            .arg(folder)
            .args(["--key", &signer.public_text()?])
            .stdout(Stdio::null())
            .spawn()?;
        let begun = Instant::now();
        let address = loop {
            if let Ok(text) = fs::read_to_string(folder.join("address")) {
                break text.parse()?;
            }
            ensure!(child.try_wait()?.is_none(), "the server ended by itself");
            ensure!(begun.elapsed() < PATIENCE, "the server does not start");
            thread::sleep(Duration::from_millis(10));
        };
        let below = format!("/proc/{0}/task/{0}/children", child.id());
        let process = match trace {
            None => child.id(),
            Some(_) => fs::read_to_string(below)?.trim().parse()?,
        };
        Ok(Self {
            child,
            process,
            address,
        })
    }

    /// Now, and at its most so far.
    fn memory(&self) -> Result<String> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.process))?;
        let of = |name: &str| {
            let line = status.lines().find(|line| line.starts_with(name));
            let number = line.and_then(|line| line.split_whitespace().nth(1));
            number
                .and_then(|number| number.parse::<u64>().ok())
                .unwrap_or(0)
                / 1024
        };
        Ok(format!("{} MB (most {} MB)", of("VmRSS:"), of("VmHWM:")))
    }

    /// What it has used of all processors so far, to a hundredth of a second.
    fn processor_time(&self) -> Result<Duration> {
        let line = fs::read_to_string(format!("/proc/{}/stat", self.process))?;
        let (_, after_name) = line.rsplit_once(')').context("no name")?;
        let ticks: Vec<u64> = after_name
            .split_whitespace()
            .skip(11)
            .take(2)
            .map(str::parse)
            .collect::<Result<_, _>>()?;
        Ok(Duration::from_millis(10 * ticks.iter().sum::<u64>()))
    }

    #[expect(clippy::unused_self, reason = "the syncs are those of this server")]
    fn syncs(&self, trace: Option<&Path>) -> Option<usize> {
        let lines = fs::read_to_string(trace?).ok()?;
        Some(lines.lines().filter(|line| line.contains("sync(")).count())
    }

    fn stop(mut self) -> Result<()> {
        let killed = Command::new("kill")
            .arg(self.process.to_string())
            .status()?;
        ensure!(killed.success(), "the server does not end");
        self.child.wait()?;
        Ok(())
    }
}

/// Deliveries as they are sent, signed beforehand.
fn requests(
    signer: &WebhookSigner,
    many: usize,
    body: impl Fn(usize) -> String,
) -> Result<Vec<Vec<u8>>> {
    let until = Timestamp::now() + SignedDuration::from_hours(1);
    let one = |n: usize| {
        let body = body(n);
        let token = signer.sign(URL, body.as_bytes(), until)?;
        let length = body.len();
        let head = format!(
            "POST /webhooks/gong HTTP/1.1\r\nHost: h\r\nAuthorization: {token}\r\n\
             Content-Length: {length}\r\n\r\n"
        );
        Ok([head.into_bytes(), body.into_bytes()].concat())
    };
    (0..many).map(one).collect()
}

fn body_of(name: &str, n: usize) -> String {
    // Words of some variety, so that compressing them is no gift.
    let mut words = String::new();
    for place in 0.. {
        if words.len() >= BODY {
            break;
        }
        let hash = (n as u64 + 1)
            .wrapping_mul(0x9e37_79b9_7f4a_7c15)
            .rotate_left(place);
        // Writing into a string cannot fail.
        let _ = write!(words, "{:x} ", hash.wrapping_add(u64::from(place)));
    }
    format!(
        r#"{{"callData":{{"metaData":{{"id":"{name}-{n}","title":"{words}"}}}},"isTest":false}}"#
    )
}

struct Load {
    rate: f64,
    p50: Duration,
    p99: Duration,
}

impl std::fmt::Display for Load {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { rate, p50, p99 } = self;
        write!(f, "{rate:.0} a second, p50 {p50:.1?}, p99 {p99:.1?}")
    }
}

fn run(address: SocketAddr, all: &[Vec<u8>], clients: usize, wanted: u16) -> Result<Load> {
    let next = AtomicUsize::new(0);
    let begun = Instant::now();
    let mut times = thread::scope(|scope| {
        let next = &next;
        let hands: Vec<_> = (0..clients)
            .map(|_| scope.spawn(move || one_client(address, all, next, wanted)))
            .collect();
        let done = hands.into_iter().map(|hand| hand.join().expect("no panic"));
        done.collect::<Result<Vec<_>>>().map(|times| times.concat())
    })?;
    let took = begun.elapsed();
    times.sort_unstable();
    let at = |share: usize| times.get((times.len() * share / 100).min(times.len() - 1));
    Ok(Load {
        rate: times.len() as f64 / took.as_secs_f64(),
        p50: *at(50).context("no answers")?,
        p99: *at(99).context("no answers")?,
    })
}

fn one_client(
    address: SocketAddr,
    all: &[Vec<u8>],
    next: &AtomicUsize,
    wanted: u16,
) -> Result<Vec<Duration>> {
    let mut stream = TcpStream::connect(address)?;
    stream.set_nodelay(true)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    let mut times = Vec::new();
    let mut answer = [0; 2048];
    while let Some(request) = all.get(next.fetch_add(1, Ordering::SeqCst)) {
        let begun = Instant::now();
        stream.write_all(request)?;
        let read = stream.read(&mut answer)?;
        times.push(begun.elapsed());
        let status = answer.get(9..12).context("no answer")?;
        ensure!(
            read > 0 && status == wanted.to_string().as_bytes(),
            "another status"
        );
    }
    Ok(times)
}

/// Sixteen senders of a hundred megabytes in chunks, whose length nobody knows beforehand.
fn large_bodies(address: SocketAddr) -> Result<()> {
    let piece = [b"10000\r\n".to_vec(), vec![b'x'; 0x10000], b"\r\n".to_vec()].concat();
    let send = || -> Result<()> {
        let mut stream = TcpStream::connect(address)?;
        stream.write_all(
            b"POST /webhooks/gong HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n",
        )?;
        for _ in 0..1_600 {
            // It is refused long before its end.
            if stream.write_all(&piece).is_err() {
                return Ok(());
            }
        }
        anyhow::bail!("a hundred megabytes were read")
    };
    thread::scope(|scope| {
        let hands: Vec<_> = (0..16).map(|_| scope.spawn(send)).collect();
        hands
            .into_iter()
            .try_for_each(|hand| hand.join().expect("no panic"))
    })
}

fn sync_time(folder: &Path) -> Result<Duration> {
    let mut file = fs::File::create(folder.join("probe"))?;
    let mut times = Vec::new();
    for _ in 0..100 {
        let begun = Instant::now();
        file.write_all(&[7; 4096])?;
        file.sync_data()?;
        times.push(begun.elapsed());
    }
    times.sort_unstable();
    times.get(50).copied().context("no syncs")
}

/// Microseconds that one processor takes to verify a delivery.
fn verify_time(signer: &WebhookSigner) -> Result<f64> {
    let verifier = WebhookVerifier::new()
        .keys(vec![signer.public_key()?])
        .public_url(URL)?;
    let (now, body) = (Timestamp::now(), body_of("verify", 1));
    let token = signer.sign(URL, body.as_bytes(), now + SignedDuration::from_hours(1))?;
    let shown = ShownByWebhook {
        authorization: Some(&token),
        url_token: None,
        body: body.as_bytes(),
    };
    let many = 2_000;
    let begun = Instant::now();
    for _ in 0..many {
        verifier.verify(shown, now)?;
    }
    Ok(begun.elapsed().as_secs_f64() * 1e6 / f64::from(many))
}
