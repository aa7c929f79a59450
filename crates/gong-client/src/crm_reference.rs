//! Links from what is sent to Gong to objects of the company's CRM.
use serde_json::Value;

use crate::{CrmId, CrmSystem, ObjectType, wire::payload};

payload! {
    /// Objects of a CRM.
    CrmReference {
        /// the CRM.
        system: CrmSystem,
    } with {
        /// The objects.
        objects: [CrmObject],
    }

    /// An object of a CRM.
    CrmObject {
        /// what it is;
        object_type: ObjectType,
        /// its id in the CRM.
        object_id: CrmId,
    } with {
        /// Fields of the object, for which Gong has no use yet.
        fields: [CrmField],
    }

    /// A field of an object of a CRM.
    CrmField with {
        /// Its name.
        name: String,
        /// Its value.
        value: Value,
    }
}
