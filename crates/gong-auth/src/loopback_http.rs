//! The few words of HTTP that a listener on this machine needs: read a request, answer, close.
use std::{io, time::Duration};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    time::timeout,
};

/// The longest head of a request that is read.
const LONGEST_HEAD: u64 = 16 * 1024;
/// The longest body of a request that is read.
const LONGEST_BODY: usize = 64 * 1024;
/// How long one connection may take to say what it wants.
pub(crate) const REQUEST_DEADLINE: Duration = Duration::from_secs(5);
/// How long an answer may take to be written.
const ANSWER_DEADLINE: Duration = Duration::from_secs(2);

/// A request as far as it matters here.
pub(crate) struct Asked {
    pub(crate) method: String,
    pub(crate) target: String,
    headers: Vec<(String, String)>,
    pub(crate) body: String,
}

impl Asked {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let is_it = |(found, _): &&(String, String)| found.eq_ignore_ascii_case(name);
        self.headers.iter().find(is_it).map(|(_, value)| &**value)
    }
}

/// Reads one request; a connection that says nothing, too much or nonsense gives `None`.
pub(crate) async fn read_request(stream: &mut TcpStream) -> Option<Asked> {
    timeout(REQUEST_DEADLINE, read(stream)).await.ok()?.ok()?
}

async fn read(stream: &mut TcpStream) -> io::Result<Option<Asked>> {
    let mut bytes = Vec::new();
    let mut allowed = stream.take(LONGEST_HEAD);
    let end = loop {
        if let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
            break end;
        }
        if allowed.read_buf(&mut bytes).await? == 0 {
            return Ok(None);
        }
    };
    let mut body = bytes.split_off(end + 4);
    let Some(mut asked) = head(&bytes) else {
        return Ok(None);
    };
    let length = match asked.header("content-length").map(str::parse::<usize>) {
        None => 0,
        Some(Ok(length)) if length <= LONGEST_BODY => length,
        Some(_) => return Ok(None),
    };
    let missing = length.saturating_sub(body.len());
    allowed.set_limit(missing as u64);
    allowed.read_to_end(&mut body).await?;
    if body.len() != length {
        return Ok(None);
    }
    let Ok(body) = String::from_utf8(body) else {
        return Ok(None);
    };
    asked.body = body;
    Ok(Some(asked))
}

fn head(bytes: &[u8]) -> Option<Asked> {
    let text = str::from_utf8(bytes).ok()?;
    let mut lines = text.split("\r\n");
    let mut words = lines.next()?.split(' ');
    let (method, target, version) = (words.next()?, words.next()?, words.next()?);
    if !version.starts_with("HTTP/1.") || words.next().is_some() {
        return None;
    }
    let headers = lines
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.to_owned(), value.trim().to_owned()))
        .collect();
    Some(Asked {
        method: method.to_owned(),
        target: target.to_owned(),
        headers,
        body: String::new(),
    })
}

/// Answers and closes. That the other side is gone is not our trouble.
pub(crate) async fn answer(
    stream: &mut TcpStream,
    status: &str,
    content_type: &str,
    more_headers: &str,
    body: &str,
) {
    let text = format!(
        "HTTP/1.1 {status}\r\nContent-Type: {content_type}\r\nContent-Length: {}\r\n\
         Cache-Control: no-store\r\nReferrer-Policy: no-referrer\r\n\
         X-Content-Type-Options: nosniff\r\n\
         Content-Security-Policy: default-src 'none'; frame-ancestors 'none'\r\n\
         {more_headers}Connection: close\r\n\r\n{body}",
        body.len()
    );
    let write = async {
        stream.write_all(text.as_bytes()).await?;
        stream.shutdown().await
    };
    // Whoever left before the answer does not need it.
    drop(timeout(ANSWER_DEADLINE, write).await);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_head_is_read_or_refused() {
        let asked = head(b"GET /a?b HTTP/1.1\r\nHost: x\r\ncontent-LENGTH: 3").unwrap();

        assert_eq!((&*asked.method, &*asked.target), ("GET", "/a?b"));
        assert_eq!(asked.header("Content-Length"), Some("3"));
        for nonsense in [
            "",
            "GET",
            "GET /a",
            "GET /a b HTTP/1.1",
            "GET /a HTTP/2",
            "\u{16}\u{3}\u{1}",
        ] {
            assert!(head(nonsense.as_bytes()).is_none(), "{nonsense:?}");
        }
        assert!(head(&[0xff, 0xfe]).is_none());
    }
}
