//! `/v2/crm/entity-schema`: the fields of a CRM's objects.
use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::Value;

use super::EntityType;
use crate::{
    DeletesUpstream, Done, Element, IntegrationId, Method, NotFound, One, Operation, Request, When,
    wire::{ToJson, list, map_of_lists, payload, word},
};

/// Tells the fields of one kind of object. Scope `api:crm:schema`.
#[derive(Clone, Debug)]
pub struct ListSchemaFields {
    integration: IntegrationId,
    kind: EntityType,
}

impl ListSchemaFields {
    /// The fields of these objects of a CRM.
    pub fn new(integration: IntegrationId, kind: EntityType) -> Self {
        Self { integration, kind }
    }
}

impl Request for ListSchemaFields {
    type Answer = One<SelectedFields>;
    const OPERATION: Operation = Operation {
        id: "listCrmSchemaFields",
        method: Method::Get,
        scope: "api:crm:schema",
        is_idempotent: true,
        not_found: NotFound::IsError,
    };

    fn path(&self) -> Vec<&str> {
        vec!["v2", "crm", "entity-schema"]
    }

    fn query(&self) -> Vec<(&'static str, String)> {
        vec![
            ("integrationId", self.integration.to_string()),
            ("objectType", self.kind.to_string()),
        ]
    }
}

/// The fields of a CRM's objects.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct SelectedFields {
    /// The fields, by kind of object.
    #[serde(deserialize_with = "map_of_lists")]
    pub object_type_to_selected_fields: BTreeMap<String, Vec<SelectedField>>,
}

impl Element for SelectedFields {
    const LIST: &'static str = "";
    const ONE: &'static str = "";
    const HAS_ID: bool = false;

    fn identity(&self) -> Option<&str> {
        None
    }
}

/// A field of a CRM's objects.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
#[non_exhaustive]
pub struct SelectedField {
    /// Its name in the CRM.
    pub unique_name: Option<String>,
    /// Its name in Gong.
    pub label: Option<String>,
    /// Its type.
    #[serde(rename = "type")]
    pub kind: Option<FieldType>,
    /// When it was changed last.
    pub last_modified: Option<When>,
    /// Whether it is deleted.
    pub is_deleted: Option<bool>,
    /// The kind of object that it refers to.
    pub reference_to: Option<String>,
    /// The values it can have.
    #[serde(deserialize_with = "list")]
    pub ordered_value_list: Vec<String>,
}

/// Sets the fields of one kind of object. All fields have to be sent: a missing one is an error,
/// and one that changes its type loses its values. Scope `api:crm:schema`.
#[derive(Clone, Debug)]
pub struct UpdateSchema {
    integration: IntegrationId,
    kind: EntityType,
    schema: Vec<SchemaField>,
}

impl UpdateSchema {
    /// The fields of these objects of a CRM.
    pub fn new(
        integration: IntegrationId,
        kind: EntityType,
        schema: impl Into<Vec<SchemaField>>,
    ) -> Self {
        Self {
            integration,
            kind,
            schema: schema.into(),
        }
    }
}

impl Request for UpdateSchema {
    type Answer = Done;
    const OPERATION: Operation = Operation {
        id: "uploadCrmSchemaField",
        method: Method::Post,
        scope: "api:crm:schema",
        is_idempotent: false,
        not_found: NotFound::IsError,
    };

    fn path(&self) -> Vec<&str> {
        vec!["v2", "crm", "entity-schema"]
    }

    fn query(&self) -> Vec<(&'static str, String)> {
        vec![
            ("integrationId", self.integration.to_string()),
            ("objectType", self.kind.to_string()),
        ]
    }

    fn body(&self) -> Option<Value> {
        Some(self.schema.to_json())
    }
}

payload! {
    /// A field as it is to be.
    SchemaField {
        /// its name in the CRM;
        unique_name: String,
        /// its name in Gong.
        label: String,
    } with {
        /// Its type, without which Gong refuses it.
        r#type: FieldType,
        /// When it was changed last.
        last_modified: WholeSecond,
        /// The kind of object that it refers to; for references.
        reference_to: EntityType,
        /// The values it can have, in order; for lists to pick from.
        ordered_value_list: [String],
    }
}

impl SchemaField {
    /// Deletes the field, with its values.
    #[must_use = "the field is returned, not changed in place"]
    pub fn deleted(mut self, _confirmed: DeletesUpstream) -> Self {
        self.0.insert("isDeleted".into(), true.into());
        self
    }
}

word! {
    /// The type of a field.
    FieldType {
        Date = "DATE"
        DateTime = "DATETIME"
        Number = "NUMBER"
        Percent = "PERCENT"
        Currency = "CURRENCY"
        Id = "ID"
        Url = "URL"
        String = "STRING"
        Boolean = "BOOLEAN"
        PhoneNumber = "PHONENUMBER"
        EmailAddress = "EMAILADDRESS"
        Picklist = "PICKLIST"
        Reference = "REFERENCE"
        StringArray = "STRINGARRAY"
    }
}

/// An instant without a second's fraction, which Gong refuses here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WholeSecond(Timestamp);

impl From<Timestamp> for WholeSecond {
    fn from(at: Timestamp) -> Self {
        Self(at)
    }
}

impl ToJson for WholeSecond {
    fn to_json(&self) -> Value {
        format!("{:.0}", self.0).into()
    }
}
