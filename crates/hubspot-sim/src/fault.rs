//! What goes wrong on purpose, or waits.

use tokio_util::sync::{CancellationToken, DropGuard};

/// How a request fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "a test names each way to fail")]
pub enum Fault {
    /// 429: too many in ten seconds. Nothing was done.
    TenSeconds,
    /// 429: too many in a day. Nothing was done.
    Day,
    /// 500, and nothing was done.
    FailedBefore,
    /// 500, though everything was done.
    FailedAfter,
    /// Everything was done, and the answer breaks off.
    CutOff,
}

impl Fault {
    /// Whether the request is carried out before it fails.
    pub(crate) const fn is_after(self) -> bool {
        matches!(self, Self::FailedAfter | Self::CutOff)
    }
}

/// Keeps the next request whose path holds a text from being carried out, until it is dropped.
#[derive(Debug)]
#[must_use = "the request goes on when this is dropped"]
pub struct Hold {
    pub(crate) reached: CancellationToken,
    pub(crate) _until_dropped: DropGuard,
}

impl Hold {
    /// Waits until the request is there.
    pub async fn reached(&self) {
        self.reached.cancelled().await;
    }
}

/// The same, as the server sees it.
#[derive(Debug)]
pub(crate) struct Held {
    pub(crate) part: String,
    pub(crate) reached: CancellationToken,
    pub(crate) dropped: CancellationToken,
}

/// A request that was answered.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "what a server's log shows")]
pub struct Asked {
    /// Its method.
    pub method: String,
    /// Its path, without what comes after a question mark.
    pub path: String,
    /// The status of the answer.
    pub status: u16,
    /// How many inputs its body held.
    pub inputs: usize,
}

impl Asked {
    /// Whether it changes what HubSpot holds when it succeeds.
    pub fn is_write(&self) -> bool {
        let reads = ["/search", "/batch/read"];
        self.method != "GET" && !reads.iter().any(|end| self.path.ends_with(end))
    }
}
