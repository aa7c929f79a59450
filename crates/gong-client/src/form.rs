//! A file on its way to Gong: a form of one part, read from the disk while it is sent.
use std::{
    io,
    path::{Path, PathBuf},
    time::Duration,
};

use bytes::Bytes;
use futures::{
    StreamExt as _, TryStreamExt as _,
    stream::{self, BoxStream},
};
use tokio::{fs::File, io::AsyncReadExt as _};

use crate::{Error, ErrorKind};

/// So much of a file is in memory at a time.
const CHUNK: usize = 64 * 1024;

/// The slowest sending, in bytes a second, that is waited for.
pub const SLOWEST_UPLOAD: u64 = 128 * 1024;

/// A file to send to Gong: one on the disk, which is never in memory as a whole, or bytes.
#[derive(Clone, Debug)]
pub struct FileSource {
    name: String,
    content: Content,
}

#[derive(Clone, Debug)]
enum Content {
    File(PathBuf),
    Bytes(Bytes),
}

/// A file as one part of a form.
#[derive(Clone, Copy, Debug)]
#[expect(
    clippy::exhaustive_structs,
    reason = "requests of other crates write it out"
)]
pub struct FilePart<'a> {
    /// The part's name in Gong's document.
    pub field: &'static str,
    /// What the bytes are.
    pub content_type: &'static str,
    /// The most bytes that Gong takes.
    pub limit: u64,
    /// Where the bytes are.
    pub source: &'a FileSource,
}

/// A form ready to be sent, as often as need be.
#[derive(Debug)]
pub(crate) struct Form {
    content: Content,
    content_length: u64,
    head: Bytes,
    tail: Bytes,
    boundary: String,
}

impl FileSource {
    /// A file on the disk; Gong is told its name, not where it is.
    pub fn path(path: impl AsRef<Path>) -> Self {
        let path = path.as_ref();
        let name = path.file_name().map_or_else(
            || "file".to_owned(),
            |name| name.to_string_lossy().into_owned(),
        );
        Self {
            name,
            content: Content::File(path.to_owned()),
        }
    }

    /// Bytes under a name.
    pub fn bytes(name: impl Into<String>, bytes: impl Into<Bytes>) -> Self {
        Self {
            name: name.into(),
            content: Content::Bytes(bytes.into()),
        }
    }
}

impl Form {
    /// Looks at the file. The randomness makes a boundary that no content holds.
    pub(crate) async fn prepare(part: FilePart<'_>, random: fn() -> f64) -> Result<Self, Error> {
        let content_length = match &part.source.content {
            Content::Bytes(bytes) => bytes.len() as u64,
            Content::File(path) => {
                let facts = tokio::fs::metadata(path).await.map_err(unreadable)?;
                if !facts.is_file() {
                    return Err(unreadable(io::Error::other("it is no file")));
                }
                facts.len()
            }
        };
        if content_length > part.limit {
            let limit = part.limit;
            return Err(Error::new(ErrorKind::FileTooLarge { limit }));
        }
        let [one, two] = [random().to_bits(), random().to_bits()];
        let boundary = format!("gongkit-{one:016x}{two:016x}");
        let head = format!(
            "--{boundary}\r\nContent-Disposition: form-data; name=\"{}\"; filename=\"{}\"\r\n\
             Content-Type: {}\r\n\r\n",
            part.field,
            quoted(&part.source.name),
            part.content_type,
        );
        Ok(Self {
            content: part.source.content.clone(),
            content_length,
            head: head.into(),
            tail: format!("\r\n--{boundary}--\r\n").into(),
            boundary,
        })
    }

    pub(crate) fn content_type(&self) -> String {
        format!("multipart/form-data; boundary={}", self.boundary)
    }

    pub(crate) fn length(&self) -> u64 {
        self.content_length + (self.head.len() + self.tail.len()) as u64
    }

    /// How long sending may take, beyond what any request may.
    pub(crate) fn time(&self) -> Duration {
        Duration::from_secs(self.content_length / SLOWEST_UPLOAD)
    }

    pub(crate) async fn body(&self) -> Result<reqwest::Body, Error> {
        let content: BoxStream<'static, io::Result<Bytes>> = match &self.content {
            Content::Bytes(bytes) => stream::iter([Ok(bytes.clone())]).boxed(),
            Content::File(path) => {
                let file = File::open(path).await.map_err(unreadable)?;
                stream::try_unfold(file.take(self.content_length), |mut file| async move {
                    let mut chunk = vec![0; CHUNK];
                    let length = file.read(&mut chunk).await?;
                    chunk.truncate(length);
                    Ok((length > 0).then(|| (Bytes::from(chunk), file)))
                })
                .boxed()
            }
        };
        let head = stream::iter([Ok(self.head.clone())]);
        let tail = stream::iter([Ok(self.tail.clone())]);
        let whole = head.chain(content).chain(tail).into_stream();
        Ok(reqwest::Body::wrap_stream(whole))
    }
}

fn unreadable(error: io::Error) -> Error {
    Error::new(ErrorKind::File).caused_by(error)
}

/// A file's name as browsers write it into a form: what would end it early is escaped.
fn quoted(name: &str) -> String {
    name.chars().fold(String::new(), |mut quoted, c| {
        match c {
            '"' => quoted.push_str("%22"),
            '\\' => quoted.push_str("%5C"),
            c if c.is_control() => quoted.push('_'),
            c => quoted.push(c),
        }
        quoted
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(source: &FileSource, limit: u64) -> FilePart<'_> {
        FilePart {
            field: "mediaFile",
            content_type: "application/octet-stream",
            limit,
            source,
        }
    }

    #[tokio::test]
    async fn a_name_cannot_end_its_header() {
        let source = FileSource::bytes("a\"\r\nX: y\\.wav", "abc");

        let form = Form::prepare(part(&source, 3), || 0.5).await.unwrap();

        let head = String::from_utf8(form.head.to_vec()).unwrap();
        assert!(
            head.contains("filename=\"a%22__X: y%5C.wav\"\r\n"),
            "{head}"
        );
        assert_eq!(head.lines().count(), 4);
    }

    #[tokio::test]
    async fn a_file_that_gong_would_refuse_is_not_sent() {
        let source = FileSource::bytes("a.wav", "abcd");
        let absent = FileSource::path("/no/such/file.wav");
        let folder = FileSource::path(env!("CARGO_MANIFEST_DIR"));

        let kind = |error: Error| error.kind().clone();
        let too_large = Form::prepare(part(&source, 3), || 0.5).await.map_err(kind);
        let missing = Form::prepare(part(&absent, 3), || 0.5).await.map_err(kind);
        let no_file = Form::prepare(part(&folder, u64::MAX), || 0.5)
            .await
            .map_err(kind);

        assert_eq!(too_large.unwrap_err(), ErrorKind::FileTooLarge { limit: 3 });
        assert_eq!(missing.unwrap_err(), ErrorKind::File);
        assert_eq!(no_file.unwrap_err(), ErrorKind::File);
    }
}
