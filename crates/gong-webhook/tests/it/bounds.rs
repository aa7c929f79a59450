//! Large, compressed, slow and many.

use std::time::Duration;

use gong_webhook::{AT_ONCE, LARGEST_BODY};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::office::{Office, Served, about};

/// Nothing here takes as long, unless it is broken.
const PATIENCE: Duration = Duration::from_mins(1);

/// Sends bytes as they are and gives the first line of the answer.
async fn first_line(served: &Served, bytes: &[u8]) -> String {
    let mut stream = TcpStream::connect(served.address).await.expect("connected");
    // The answer may come before all is sent.
    let _ = stream.write_all(bytes).await;
    let mut answer = vec![0; 4096];
    let read = timeout(PATIENCE, stream.read(&mut answer))
        .await
        .expect("in time");
    let text = String::from_utf8_lossy(&answer[..read.unwrap_or(0)]).into_owned();
    text.lines().next().unwrap_or_default().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_beyond_the_bounds_is_refused_and_others_are_served() {
    let folder = tempfile::tempdir().expect("a folder");
    let office = Office::at(folder.path());
    let served = office.serve().await;

    // A hundred megabytes are announced; none of them has to come.
    let head = "POST /webhooks/gong HTTP/1.1\r\nHost: h\r\nContent-Length: 104857600\r\n\r\n";
    assert_eq!(
        first_line(&served, head.as_bytes()).await,
        "HTTP/1.1 413 Payload Too Large"
    );
    let mut chunked = b"POST /webhooks/gong HTTP/1.1\r\nHost: h\r\n\
        Transfer-Encoding: chunked\r\n\r\n"
        .to_vec();
    let piece = vec![b'x'; 64 * 1024];
    for _ in 0..=LARGEST_BODY / piece.len() {
        chunked.extend_from_slice(format!("{:x}\r\n", piece.len()).as_bytes());
        chunked.extend_from_slice(&piece);
        chunked.extend_from_slice(b"\r\n");
    }
    assert_eq!(
        first_line(&served, &chunked).await,
        "HTTP/1.1 413 Payload Too Large"
    );
    let body = about(7);
    let packed = served
        .post("", &body)
        .header("authorization", office.sign(&body));
    let packed = packed.header("content-encoding", "gzip").send().await;
    assert_eq!(packed.expect("answered").status().as_u16(), 415);

    assert_eq!(
        served.deliver(&office, &body).await,
        (200, "new".to_owned())
    );
    served.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn more_than_can_be_in_hand_are_told_to_come_again() {
    let folder = tempfile::tempdir().expect("a folder");
    let office = Office::at(folder.path());
    let served = office.serve().await;
    let head = b"POST /webhooks/gong HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\nx";
    let mut crowd = Vec::new();
    // A few more than there are places: one that comes while a request of ours is in hand is sent
    // away itself.
    for _ in 0..AT_ONCE + 8 {
        let mut one = TcpStream::connect(served.address).await.expect("connected");
        one.write_all(head).await.expect("sent");
        crowd.push(one);
    }

    let body = about(7);
    let sent_away = async {
        let ask = || {
            let request = served
                .post("", &body)
                .header("authorization", office.sign(&body));
            request.send()
        };
        loop {
            let (one, other) = tokio::join!(ask(), ask());
            for answer in [one.expect("answered"), other.expect("answered")] {
                if answer.status().as_u16() == 503 {
                    return answer.headers().contains_key("retry-after");
                }
            }
        }
    };
    assert!(
        timeout(PATIENCE, sent_away)
            .await
            .expect("they are all in hand soon")
    );

    drop(crowd);
    let served_again = async { while served.deliver(&office, &body).await.0 != 200 {} };
    timeout(PATIENCE, served_again)
        .await
        .expect("there is room again");
    served.stop().await;
}
