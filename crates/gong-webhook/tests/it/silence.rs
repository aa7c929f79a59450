//! No address and no word of a delivery reaches a log.

use std::io;
use std::sync::{Arc, Mutex, PoisonError};

use tracing_subscriber::fmt::MakeWriter;

use crate::office::{Office, about};

#[derive(Clone, Default)]
struct Heard(Arc<Mutex<Vec<u8>>>);

impl io::Write for Heard {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut heard = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        heard.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Heard {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

#[tokio::test]
async fn neither_the_address_nor_the_body_is_logged() {
    let heard = Heard::default();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing_subscriber::filter::LevelFilter::TRACE)
        .with_writer(heard.clone())
        .finish();
    let _guard = tracing::subscriber::set_default(subscriber);
    let folder = tempfile::tempdir().expect("a folder");
    let token = "canarytoken-canarytoken";
    let office = Office::at(folder.path())
        .without("GONG_WEBHOOK_PUBLIC_KEYS")
        .with("GONG_WEBHOOK_URL_TOKEN", token);
    let served = office.serve().await;

    // Sent by hand: a client of ours would log the address itself.
    for (rest, body) in [
        (token, about("canarycall")),
        ("canarywrong-canarywrong", about(1)),
        (token, "canarybody".to_owned()),
    ] {
        let address = served.address;
        let sent = tokio::task::spawn_blocking(move || {
            use std::io::{Read as _, Write as _};
            let mut stream = std::net::TcpStream::connect(address).expect("connected");
            let length = body.len();
            write!(
                stream,
                "POST /webhooks/gong/{rest} HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\
                 Authorization: canaryauth\r\nContent-Length: {length}\r\n\r\n{body}"
            )
            .expect("sent");
            let mut answer = String::new();
            stream.read_to_string(&mut answer).expect("answered");
            answer
        });
        assert!(sent.await.expect("sent").starts_with("HTTP/1.1 "));
    }
    served.stop().await;

    let heard = heard.0.lock().unwrap_or_else(PoisonError::into_inner);
    let text = String::from_utf8_lossy(&heard);
    assert!(
        text.contains("a delivery is not taken in"),
        "it does listen"
    );
    let told: Vec<_> = text
        .lines()
        .filter(|line| line.contains("canary"))
        .collect();
    assert_eq!(told, [""; 0]);
}
