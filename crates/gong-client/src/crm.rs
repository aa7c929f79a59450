//! `/v2/crm/…`: uploading a CRM that Gong has no connection of its own to.
//!
//! One such CRM can be registered; companies with a native one (Salesforce, HubSpot) have none.
mod entities;
mod integrations;
mod schema;

pub use entities::{
    GetEntities, GetRequestStatus, LARGEST_UPLOAD, LineError, StoredEntities, UploadEntities,
    UploadState, UploadStatus,
};
pub use integrations::{
    Accepted, DeleteIntegration, Integration, ListIntegrations, RegisterIntegration, Registered,
};
pub use schema::{
    FieldType, ListSchemaFields, SchemaField, SelectedField, SelectedFields, UpdateSchema,
    WholeSecond,
};

use crate::wire::word;

word! {
    /// A kind of object of the CRM. Only uploads know business users and stages.
    EntityType {
        Account = "ACCOUNT"
        Contact = "CONTACT"
        Deal = "DEAL"
        Lead = "LEAD"
        BusinessUser = "BUSINESS_USER"
        Stage = "STAGE"
    }
}
