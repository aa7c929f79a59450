//! What other systems upload and report.
use gong_client::{
    DeletesUpstream,
    crm::{
        DeleteIntegration, EntityType, FieldType, GetEntities, GetRequestStatus, ListIntegrations,
        ListSchemaFields, RegisterIntegration, SchemaField, UpdateSchema, UploadEntities,
    },
    digital_interactions::{
        Company, CompanyInCrm, CompanyObject, CustomField, CustomFieldType, Device,
        InteractionContent, Location, NumericDetails, NumericType, Person, PersonInCrm,
        PersonObject, ReportInteraction, SearchDetails, SearchedObject, StepDetails,
    },
    engagement::{
        Actor, AgentPlatform, Property, PropertyType, ReportAction, ReportShared, ReportViewed,
        Sharer,
    },
};

use super::{AnyRequest, at, email, file, id, one, reference, text};

pub(super) fn crm() -> Vec<Box<dyn AnyRequest>> {
    let field = SchemaField::new(text(), text())
        .r#type(FieldType::Picklist)
        .last_modified(at())
        .reference_to(EntityType::Account)
        .ordered_value_list([text()])
        .deleted(DeletesUpstream::confirmed());
    vec![
        one(ListIntegrations::new()),
        one(RegisterIntegration::new(email(), text())),
        one(DeleteIntegration::new(
            id(),
            id(),
            DeletesUpstream::confirmed(),
        )),
        one(ListSchemaFields::new(id(), EntityType::Deal)),
        one(UpdateSchema::new(id(), EntityType::Deal, [field])),
        one(GetEntities::of_ids(id(), EntityType::Lead, [id()]).unwrap()),
        one(UploadEntities::new(id(), EntityType::Stage, id(), file())),
        one(GetRequestStatus::new(id(), id())),
    ]
}

pub(super) fn events() -> Vec<Box<dyn AnyRequest>> {
    let actor = || {
        Actor::new()
            .email(email())
            .name(text())
            .title(text())
            .context([reference()])
    };
    let sharer = || {
        Sharer::new()
            .id(id::<gong_client::UserId>())
            .email(email())
            .name(text())
    };
    let property = || Property::new(text(), text(), PropertyType::String);
    let workspace = id::<gong_client::WorkspaceId>;
    let viewed = ReportViewed::new(text(), at(), text(), "https://example.com", text())
        .event_id(text())
        .view_action_title(text())
        .share_id(text())
        .view_info_url("https://example.com")
        .viewer(actor())
        .crm_context([reference()])
        .user_agent(text())
        .mobile_app_id(text())
        .workspace_id(workspace())
        .tracking_id(text())
        .non_company_participants([actor()])
        .more_info_url("https://example.com")
        .action_name(text())
        .sharer(sharer())
        .sharing_message_subject(text())
        .sharing_message_body(text());
    let shared = ReportShared::new(text(), at(), text(), "https://example.com", text())
        .event_id(text())
        .share_id(text())
        .share_info_url("https://example.com")
        .sharing_message_subject(text())
        .sharing_message_body(text())
        .sharer(sharer())
        .recipients([actor()])
        .crm_context([reference()])
        .workspace_id(workspace())
        .action_name(text())
        .non_company_participants([actor()])
        .more_info_url("https://example.com")
        .tracking_id(text())
        .mobile_app_id(text())
        .user_agent(text());
    let action = ReportAction::new(text(), at())
        .event_id(text())
        .content_id(text())
        .content_url("https://example.com")
        .content_title(text())
        .action_name(text())
        .event_info_url("https://example.com")
        .actor(actor())
        .crm_context([reference()])
        .user_agent(text())
        .mobile_app_id(text())
        .workspace_id(workspace())
        .non_company_participants([actor()])
        .more_info_url("https://example.com")
        .sharer(sharer())
        .sharing_message_subject(text())
        .share_id(text())
        .tracking_id(text())
        .sharing_message_body(text());
    // Three fields are apart: Gong's document has a flaw in them (see `prism`).
    let whole_viewed = viewed
        .clone()
        .content_properties([property()])
        .event_properties([property()])
        .agent_platform(AgentPlatform::Linux);
    let whole_shared = shared
        .clone()
        .content_properties([property()])
        .event_properties([property()])
        .agent_platform(AgentPlatform::Linux);
    let whole_action = action
        .clone()
        .content_properties([property()])
        .event_properties([property()])
        .agent_platform(AgentPlatform::Linux);
    vec![
        one(viewed),
        one(whole_viewed),
        one(shared),
        one(whole_shared),
        one(action),
        one(whole_action),
        one(interaction()),
    ]
}

fn interaction() -> ReportInteraction {
    let custom = || CustomField::new(text(), text()).data_type(CustomFieldType::String);
    let number = NumericDetails::new(0, 10)
        .value(5)
        .numeric_type(NumericType::Rating);
    let search = SearchDetails::new(text(), SearchedObject::Vendor, "example.com")
        .object_id(text())
        .url("https://example.com");
    let content = InteractionContent::new(text())
        .content_id(text())
        .content_label([text()])
        .content_url("https://example.com")
        .content_additional_info_url("https://example.com")
        .numeric_content_details(number)
        .step_content_details(StepDetails::new(text(), [text()]))
        .search_object_details(search)
        .content_custom_fields([custom()]);
    let location = Location::new()
        .country("US")
        .state("WA")
        .region("WA")
        .city(text());
    let account = CompanyInCrm::new(CompanyObject::Account, text()).system_name(text());
    let company = Company::new()
        .company_id(text())
        .name(text())
        .domain("example.com")
        .company_business_contexts([account]);
    let person = Person::new()
        .name(text())
        .email(email())
        .phone_number("+14255552671")
        .person_id(text())
        .person_business_context(PersonInCrm::new(PersonObject::Lead, text()).system_name(text()))
        .location(location)
        .company(company)
        .person_custom_fields([custom()]);
    ReportInteraction::new(text(), at(), text(), content)
        .source_system_name(text())
        .session_id(text())
        .device(Device::Pc)
        .person(person)
        .custom_fields([custom()])
        .tracking_id(text())
}
