//! Reading the body of a request within bounds.

use std::time::Duration;

use axum::body::{Body, Bytes, HttpBody as _};
use axum::http::{HeaderMap, StatusCode, header};
use hyper::body::Frame;
use tokio::time::timeout;

/// The bounds of a body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "the two bounds are the meaning")]
pub struct BodyRules {
    /// The most bytes.
    pub most: usize,
    /// How long all of it may take to come.
    pub within: Duration,
}

/// Why a body was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum BodyRefusal {
    /// It is compressed, and a small one could become a large one.
    #[error("the body has a content encoding")]
    Encoded,
    /// It is larger than the bound.
    #[error("the body is too large")]
    TooLarge,
    /// It did not come in time.
    #[error("the body came too slowly")]
    TooSlow,
    /// It ended before its end.
    #[error("the body is incomplete")]
    Broken,
}

impl BodyRefusal {
    /// The status that tells the sender.
    pub const fn status(self) -> StatusCode {
        match self {
            Self::Encoded => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::TooSlow => StatusCode::REQUEST_TIMEOUT,
            Self::Broken => StatusCode::BAD_REQUEST,
        }
    }
}

/// Reads a body whole. What says beforehand that it is too large is refused before a byte of it is
/// read, and never more than the bound is kept.
pub async fn read_body(
    headers: &HeaderMap,
    body: Body,
    rules: BodyRules,
) -> Result<Bytes, BodyRefusal> {
    let is_plain = |value: &header::HeaderValue| value.as_bytes().eq_ignore_ascii_case(b"identity");
    let mut encodings = headers.get_all(header::CONTENT_ENCODING).iter();
    if !encodings.all(is_plain) {
        return Err(BodyRefusal::Encoded);
    }
    let most = u64::try_from(rules.most).unwrap_or(u64::MAX);
    if body.size_hint().lower() > most {
        return Err(BodyRefusal::TooLarge);
    }
    timeout(rules.within, collect(body, rules.most))
        .await
        .unwrap_or(Err(BodyRefusal::TooSlow))
}

async fn collect(mut body: Body, most: usize) -> Result<Bytes, BodyRefusal> {
    let mut first = Bytes::new();
    let mut all = Vec::new();
    while let Some(frame) = next(&mut body).await {
        let Ok(data) = frame.map_err(|_| BodyRefusal::Broken)?.into_data() else {
            continue;
        };
        if first.len() + all.len() + data.len() > most {
            return Err(BodyRefusal::TooLarge);
        }
        // Most bodies come in one piece, which need not be copied.
        if first.is_empty() && all.is_empty() {
            first = data;
        } else {
            all.extend_from_slice(&first);
            first = Bytes::new();
            all.extend_from_slice(&data);
        }
    }
    Ok(if all.is_empty() { first } else { all.into() })
}

async fn next(body: &mut Body) -> Option<Result<Frame<Bytes>, axum::Error>> {
    std::future::poll_fn(|ctx| std::pin::Pin::new(&mut *body).poll_frame(ctx)).await
}

#[cfg(test)]
mod tests {
    use std::io;
    use std::pin::Pin;
    use std::task::{Context, Poll};

    use hyper::body::SizeHint;

    use super::*;

    const RULES: BodyRules = BodyRules {
        most: 6,
        within: Duration::from_secs(10),
    };

    /// A body in pieces, which may stay open behind the last or break.
    struct Pieces(Vec<&'static str>, Ending);

    enum Ending {
        Complete,
        Open,
        Broken,
    }

    impl hyper::body::Body for Pieces {
        type Data = Bytes;
        type Error = io::Error;

        fn poll_frame(
            mut self: Pin<&mut Self>,
            _: &mut Context<'_>,
        ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
            if self.0.is_empty() {
                return match self.1 {
                    Ending::Complete => Poll::Ready(None),
                    Ending::Open => Poll::Pending,
                    Ending::Broken => Poll::Ready(Some(Err(io::ErrorKind::BrokenPipe.into()))),
                };
            }
            let piece = Bytes::from_static(self.0.remove(0).as_bytes());
            Poll::Ready(Some(Ok(Frame::data(piece))))
        }

        fn size_hint(&self) -> SizeHint {
            SizeHint::default()
        }
    }

    async fn read(pieces: &[&'static str], ending: Ending) -> Result<String, BodyRefusal> {
        let body = Body::new(Pieces(pieces.to_vec(), ending));
        let read = read_body(&HeaderMap::new(), body, RULES).await?;
        Ok(String::from_utf8(read.to_vec()).expect("text"))
    }

    #[tokio::test(start_paused = true)]
    async fn a_body_is_read_whole_or_refused() {
        let ok = |text: &str| Ok(text.to_owned());
        assert_eq!(read(&[], Ending::Complete).await, ok(""));
        assert_eq!(read(&["abcdef"], Ending::Complete).await, ok("abcdef"));
        assert_eq!(
            read(&["ab", "", "cd", "ef"], Ending::Complete).await,
            ok("abcdef")
        );

        let refused = |refusal| Err::<String, _>(refusal);
        assert_eq!(
            read(&["abcdefg"], Ending::Complete).await,
            refused(BodyRefusal::TooLarge)
        );
        assert_eq!(
            read(&["abc", "defg"], Ending::Open).await,
            refused(BodyRefusal::TooLarge)
        );
        assert_eq!(
            read(&["abc"], Ending::Open).await,
            refused(BodyRefusal::TooSlow)
        );
        assert_eq!(
            read(&["abc"], Ending::Broken).await,
            refused(BodyRefusal::Broken)
        );
    }

    #[tokio::test]
    async fn what_is_encoded_or_announced_too_large_is_refused_unread() {
        let mut headers = HeaderMap::new();
        let body = || Body::new(Pieces(vec![], Ending::Open));
        headers.insert(header::CONTENT_ENCODING, "gzip".parse().expect("a value"));
        assert_eq!(
            read_body(&headers, body(), RULES).await,
            Err(BodyRefusal::Encoded)
        );

        headers.insert(
            header::CONTENT_ENCODING,
            "identity".parse().expect("a value"),
        );
        headers.append(header::CONTENT_ENCODING, "br".parse().expect("a value"));
        assert_eq!(
            read_body(&headers, body(), RULES).await,
            Err(BodyRefusal::Encoded)
        );

        let large = Body::from("1234567");
        let refused = read_body(&HeaderMap::new(), large, RULES).await;
        assert_eq!(refused, Err(BodyRefusal::TooLarge));
    }
}
