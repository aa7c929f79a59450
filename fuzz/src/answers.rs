//! Every answer of Gong's: any body is read or refused, and what is read is really in it.

use gong_client::{
    Answer, CallTranscript, Done, Element, ExtensiveCall, MetaData, One, Page, Raw, SettingChange,
    User, Workspace, calls_access, coaching, crm, data_privacy, entities, flows, library, logs,
    meetings, new_call, outcomes, permissions, settings, stats, targets, tasks,
};

/// Reads one body as every answer there is.
pub fn answers(bytes: &[u8]) {
    let Ok(body) = std::str::from_utf8(bytes) else {
        return;
    };
    page::<MetaData>(body);
    page::<ExtensiveCall>(body);
    page::<CallTranscript>(body);
    page::<User>(body);
    page::<SettingChange>(body);
    page::<Workspace>(body);
    page::<calls_access::CallAccess>(body);
    page::<coaching::ManagerCoaching>(body);
    page::<crm::Integration>(body);
    page::<flows::AssignedFlow>(body);
    page::<flows::Flow>(body);
    page::<flows::FlowWithSteps>(body);
    page::<library::Folder>(body);
    page::<logs::LogEntry>(body);
    page::<meetings::IntegrationStatus>(body);
    page::<outcomes::OutcomeChoice>(body);
    page::<permissions::PermissionProfile>(body);
    page::<permissions::ProfileUser>(body);
    page::<settings::Brief>(body);
    page::<settings::KeywordTracker>(body);
    page::<settings::Scorecard>(body);
    page::<stats::AnsweredScorecard>(body);
    page::<stats::UserActivity>(body);
    page::<stats::UserDays>(body);
    page::<stats::UserInteraction>(body);
    page::<stats::UserPeriods>(body);
    page::<targets::Target>(body);
    page::<tasks::Task>(body);

    one::<MetaData>(body);
    one::<User>(body);
    one::<crm::Accepted>(body);
    one::<crm::Registered>(body);
    one::<crm::SelectedFields>(body);
    one::<crm::StoredEntities>(body);
    one::<crm::UploadStatus>(body);
    one::<data_privacy::EmailAddressReferences>(body);
    one::<data_privacy::PhoneNumberReferences>(body);
    one::<entities::EntityAnswer>(body);
    one::<entities::GeneratedBrief>(body);
    one::<flows::Assignments>(body);
    one::<flows::BulkAssignment>(body);
    one::<flows::Unassigned>(body);
    one::<meetings::AddedMeeting>(body);
    one::<meetings::UpdatedMeeting>(body);
    one::<new_call::AddedCall>(body);
    one::<new_call::AddedRecording>(body);
    one::<permissions::PermissionProfile>(body);

    drop(library::FolderContent::read(body));
    drop(meetings::DeletedMeeting::read(body));
    drop(Done::read(body));
}

fn page<T: Element>(body: &str) {
    let Ok(page) = Page::<T>::read(body) else {
        return;
    };
    for element in &page.elements {
        is_kept(element, body);
    }
    for unreadable in &page.unreadable {
        assert!(
            body.contains(unreadable.json()),
            "an element is not the body's"
        );
    }
}

fn one<T: Element>(body: &str) {
    if let Ok(one) = One::<T>::read(body) {
        is_kept(&one.element, body);
    }
}

/// An element keeps its JSON byte for byte, and reads the same from it again.
fn is_kept<T: Element>(element: &Raw<T>, body: &str) {
    assert!(
        body.contains(element.json()),
        "an element is not the body's"
    );
    if T::HAS_ID {
        assert!(element.value.identity().is_some(), "an element has no id");
    }
    let again = Raw::<T>::read(element.json()).expect("what was read once reads again");
    assert_eq!(again.value.identity(), element.value.identity());
    assert_eq!(again.dropped, element.dropped);
}
