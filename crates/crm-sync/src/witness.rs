//! Who hears of each request to a CRM, before it is sent and after.

use std::fmt;

use async_trait::async_trait;

/// A request as it is about to be sent. `Debug` shows where it goes, not what it says.
#[derive(Clone, Copy)]
#[non_exhaustive]
pub struct CrmRequest<'r> {
    /// Its method.
    pub method: &'r str,
    /// Its path.
    pub path: &'r str,
    /// Its body, where it has one: words of calls may stand in it.
    pub body: Option<&'r str>,
}

impl fmt::Debug for CrmRequest<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.method, self.path)
    }
}

impl<'r> CrmRequest<'r> {
    pub(crate) const fn new(method: &'r str, path: &'r str, body: Option<&'r str>) -> Self {
        Self { method, path, body }
    }
}

/// Why a request is not sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "a sender must know each")]
pub enum Held {
    /// The requests of the day are spent, by whichever process.
    Day,
    /// It cannot be recorded.
    Unrecorded,
}

/// Hears of each attempt at a request, and may hold it back.
///
/// Laws: nothing is sent before `about_to_send` has agreed; `answered` hears of everything that was
/// sent, unless whoever sent it went away meanwhile.
#[async_trait]
pub trait Witness: Send + Sync + fmt::Debug {
    /// It is about to be sent.
    async fn about_to_send(&self, request: &CrmRequest<'_>) -> Result<(), Held>;

    /// It was answered with a status, or not at all.
    async fn answered(&self, request: &CrmRequest<'_>, status: Option<u16>);
}
