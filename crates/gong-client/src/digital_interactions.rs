//! `POST /v2/digital-interaction`: what people did on pages and in apps.
use jiff::Timestamp;
use serde_json::Value;

use crate::{
    Done, Method, NotFound, Operation, Request,
    wire::{ToJson as _, payload, word},
};

payload! {
    /// Reports what somebody did on a page or in an app; a conflict says that it was reported
    /// before. Scope `api:digital-interactions:write`.
    ReportInteraction {
        /// the event's id in the reporting system;
        event_id: String,
        /// when it happened;
        timestamp: Timestamp,
        /// what happened, in one of Gong's words for it;
        event_type: String,
        /// what it happened to.
        content: InteractionContent,
    } with {
        /// The reporting system, when another reports in its name.
        source_system_name: String,
        /// The visit in which it happened.
        session_id: String,
        /// What it happened on.
        device: Device,
        /// Who did it.
        person: Person,
        /// More about the event.
        custom_fields: [CustomField],
        /// The mark by which the reporting system follows the person.
        tracking_id: String,
    }

    /// What something happened to.
    InteractionContent {
        /// its title.
        content_title: String,
    } with {
        /// Its id in the reporting system.
        content_id: String,
        /// Marks that it bears.
        content_label: [String],
        /// Its address.
        content_url: String,
        /// A page with more.
        content_additional_info_url: String,
        /// What number the person gave or reached.
        numeric_content_details: NumericDetails,
        /// How far in a series of steps the person is.
        step_content_details: StepDetails,
        /// What the person looked for.
        search_object_details: SearchDetails,
        /// More about it.
        content_custom_fields: [CustomField],
    }

    /// A number in a range.
    NumericDetails {
        /// the lowest number;
        range_from: i32,
        /// the highest number.
        range_to: i32,
    } with {
        /// The number.
        value: i32,
        /// What it means.
        numeric_type: NumericType,
    }

    /// A step among others.
    StepDetails {
        /// the step;
        value: String,
        /// all steps.
        available_steps: [String],
    } with {
    }

    /// Something that can be looked for.
    SearchDetails {
        /// its name;
        name: String,
        /// what it is;
        object_type: SearchedObject,
        /// its domain.
        domain: String,
    } with {
        /// Its id in the reporting system.
        object_id: String,
        /// Its address there.
        url: String,
    }

    /// Who did something.
    Person with {
        /// The name.
        name: String,
        /// The e-mail address, by which Gong finds the person.
        email: String,
        /// The telephone number, by which Gong finds the person.
        phone_number: String,
        /// The person's id in the reporting system.
        person_id: String,
        /// What the person is to the CRM.
        person_business_context: PersonInCrm,
        /// Where the person is.
        location: Location,
        /// The person's company.
        company: Company,
        /// More about the person.
        person_custom_fields: [CustomField],
    }

    /// What a person is to the CRM.
    PersonInCrm {
        /// whether it is a contact or a lead;
        object_type: PersonObject,
        /// the id.
        object_id: String,
    } with {
        /// The CRM.
        system_name: String,
    }

    /// Where a person is.
    Location with {
        /// The country, as ISO 3166.
        country: String,
        /// The state, as ISO 3166-2.
        state: String,
        /// The region, as ISO 3166-2.
        region: String,
        /// The city.
        city: String,
    }

    /// A person's company.
    Company with {
        /// Its id in the reporting system.
        company_id: String,
        /// Its name.
        name: String,
        /// Its domain, by which Gong finds the account.
        domain: String,
        /// What it is to the CRM.
        company_business_contexts: [CompanyInCrm],
    }

    /// What a company is to the CRM.
    CompanyInCrm {
        /// whether it is an account or a deal;
        object_type: CompanyObject,
        /// the id.
        object_id: String,
    } with {
        /// The CRM.
        system_name: String,
    }

    /// Something else that is known.
    CustomField {
        /// its name;
        name: String,
        /// its value, as text.
        value: String,
    } with {
        /// The type of the value.
        data_type: CustomFieldType,
    }
}

word! {
    /// What something happened on.
    Device { Mobile = "MOBILE" Pc = "PC" }
    /// What a number means.
    NumericType { Percentage = "PERCENTAGE" Nps = "NPS" Rating = "RATING" AnyOther = "OTHER" }
    /// What a person looked for.
    SearchedObject { Vendor = "VENDOR" Product = "PRODUCT" Category = "CATEGORY" }
    /// What a person is to the CRM.
    PersonObject { Contact = "CONTACT" Lead = "LEAD" }
    /// What a company is to the CRM.
    CompanyObject { Account = "ACCOUNT" Opportunity = "OPPORTUNITY" }
    /// The type of a field's value.
    CustomFieldType {
        String = "STRING"
        Number = "NUMBER"
        Date = "DATE"
        Url = "URL"
        Boolean = "BOOLEAN"
        Duration = "DURATION"
    }
}

impl Request for ReportInteraction {
    type Answer = Done;
    const OPERATION: Operation = Operation {
        id: "addDigitalInteraction",
        method: Method::Post,
        scope: "api:digital-interactions:write",
        is_idempotent: false,
        not_found: NotFound::IsError,
    };

    fn path(&self) -> Vec<&str> {
        vec!["v2", "digital-interaction"]
    }

    fn body(&self) -> Option<Value> {
        Some(self.to_json())
    }
}
