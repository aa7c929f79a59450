//! What a request to Gong is made of: everything that the one `send` needs to know.
use serde_json::Value;

use crate::{Answer, Element, FilePart, Page};

/// How many elements Gong puts on a page; it cannot be set. Also a sensible number of ids to ask
/// for at once.
pub const PAGE_SIZE: usize = 100;

/// One operation of Gong's API, with what is the same for each of its requests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(
    clippy::exhaustive_structs,
    reason = "requests of other crates write it out"
)]
pub struct Operation {
    /// Gong's `operationId`.
    pub id: &'static str,
    /// The method.
    pub method: Method,
    /// The scope that an OAuth token needs, or the right that a key's role needs.
    pub scope: &'static str,
    /// Whether sending it twice is the same as once. Reads are, those by POST included.
    pub is_idempotent: bool,
    /// What a 404 of Gong's means.
    pub not_found: NotFound,
}

/// An HTTP method.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Method {
    /// `GET`.
    Get,
    /// `POST`.
    Post,
    /// `PUT`.
    Put,
    /// `PATCH`.
    Patch,
    /// `DELETE`.
    Delete,
}

/// What a 404 in Gong's own error shape means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "there is no third meaning")]
pub enum NotFound {
    /// Nothing matches: an empty list.
    MeansEmpty,
    /// What was named is not there: an error.
    IsError,
}

/// A typed request.
///
/// Laws: a request has a body or a file or neither, and the body of a list is a JSON object when
/// there is one (the cursor goes into it); nothing of a request depends on the clock, since all pages of a list must be asked for
/// with the same words.
pub trait Request: Send + Sync {
    /// What Gong answers.
    type Answer: Answer;

    /// The operation.
    const OPERATION: Operation;

    /// The segments of the path, not encoded.
    fn path(&self) -> Vec<&str>;

    /// The query, not encoded.
    fn query(&self) -> Vec<(&'static str, String)> {
        Vec::new()
    }

    /// The body.
    fn body(&self) -> Option<Value> {
        None
    }

    /// The file, which is sent as the only part of a form.
    fn file(&self) -> Option<FilePart<'_>> {
        None
    }
}

/// A request whose answer is a list that goes on by cursor: in the query of a GET, at the top
/// level of the body of a POST.
pub trait ListRequest: Request<Answer = Page<Self::Element>> {
    /// What is listed.
    type Element: Element;
}
