//! What a read of the CRM brought.

use serde::Serialize;

/// What a read of the CRM brought. A record that is read again, because searches are late, is
/// counted again.
#[derive(Clone, Debug, Default, Serialize)]
#[non_exhaustive]
pub struct CrmReadView {
    /// Deals of which something new was told.
    pub deals_added: u64,
    /// Deals that were known so.
    pub deals_unchanged: u64,
    /// Deals that were erased for good.
    pub deals_refused: u64,
    /// Companies that changed.
    pub companies: u64,
    /// Contacts that changed.
    pub contacts: u64,
    /// E-mails that changed; what stands in them is not read.
    pub emails: u64,
    /// Meetings that changed; what stands in them is not read.
    pub meetings: u64,
    /// Owners there whom no user here has the address of.
    pub unknown_owners: u64,
    /// Stages that the settings do not name; their deals count as open.
    pub unknown_stages: Vec<String>,
    /// How many requests it took.
    pub requests: u32,
    /// The kinds of records that the token does not open.
    pub closed: Vec<&'static str>,
}
