//! What a CRM is set up like.

use crate::RecordKind;

/// Whether our fields are made where they are missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "look, or look and make")]
pub enum Prepare {
    /// Nothing is written.
    Look,
    /// What is missing is made; what is there stays.
    Create,
}

/// What a CRM is set up like, and what its token opens.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Setup {
    /// Our fields that are not there, as `kind.property`; empty after [`Prepare::Create`].
    pub missing: Vec<String>,
    /// Our fields that this call made.
    pub made: Vec<String>,
    /// The kinds of records that the token does not open.
    pub closed: Vec<RecordKind>,
    /// The kinds whose records the CRM keeps unique by our key. Where it does not, a write of
    /// unknown outcome must be looked for by its links.
    pub unique: Vec<RecordKind>,
    /// The stages of deals, in order.
    pub stages: Vec<CrmStage>,
    /// Who can own a record.
    pub owners: Vec<CrmOwner>,
}

/// A stage of a pipeline.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "where, and what it is worth")]
pub struct CrmStage {
    /// Its id, as deals carry it.
    pub id: String,
    /// What people call it.
    pub label: String,
    /// The pipeline.
    pub pipeline: String,
    /// How likely a deal in it is won, from 0 (lost) to 1 (won) as people set it; in hundredths.
    pub percent: Option<u8>,
}

/// Somebody who can own records.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "who")]
pub struct CrmOwner {
    /// The id, as records carry it.
    pub id: String,
    /// The address.
    pub email: Option<String>,
}
