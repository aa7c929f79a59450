//! What HubSpot calls our kinds and fields.

use crate::{Field, RecordKind};

/// HubSpot's name of a kind.
pub(super) fn kind_name(kind: RecordKind) -> &'static str {
    match kind {
        RecordKind::Call => "calls",
        RecordKind::Deal => "deals",
        RecordKind::Company => "companies",
        RecordKind::Contact => "contacts",
        RecordKind::Task => "tasks",
        RecordKind::Note => "notes",
        RecordKind::Email => "emails",
        RecordKind::Meeting => "meetings",
    }
}

/// The fields of a kind with HubSpot's names of them.
pub(super) fn properties(kind: RecordKind) -> &'static [(Field, &'static str)] {
    match kind {
        RecordKind::Call => &[
            (Field::Title, "hs_call_title"),
            (Field::Body, "hs_call_body"),
            (Field::Started, "hs_timestamp"),
            (Field::Duration, "hs_call_duration"),
            (Field::Direction, "hs_call_direction"),
            (Field::Recording, "hs_call_recording_url"),
            (Field::Owner, "hubspot_owner_id"),
            (Field::Key, "gong_call_id"),
            (Field::Fingerprint, "ci_hash"),
            (Field::Version, "ci_version"),
            (Field::NextSteps, "ci_next_steps"),
            (Field::Competitors, "ci_competitors"),
            (Field::Objections, "ci_objections"),
            (Field::TalkRatio, "ci_talk_ratio"),
            (Field::Evidence, "ci_evidence_url"),
        ],
        RecordKind::Deal => &[
            (Field::Title, "dealname"),
            (Field::Stage, "dealstage"),
            (Field::Pipeline, "pipeline"),
            (Field::Amount, "amount"),
            (Field::Currency, "deal_currency_code"),
            (Field::CloseDate, "closedate"),
            (Field::Created, "createdate"),
            (Field::Owner, "hubspot_owner_id"),
            (Field::Warnings, "ci_warnings"),
            (Field::Score, "ci_score"),
            (Field::Reasons, "ci_top_reasons"),
            (Field::LastCall, "ci_last_call_at"),
            (Field::Competitors, "ci_competitors"),
        ],
        RecordKind::Company => &[
            (Field::Title, "name"),
            (Field::Domain, "domain"),
            (Field::Owner, "hubspot_owner_id"),
        ],
        RecordKind::Contact => &[(Field::Email, "email"), (Field::Owner, "hubspot_owner_id")],
        RecordKind::Task => &[
            (Field::Title, "hs_task_subject"),
            (Field::Body, "hs_task_body"),
            (Field::Started, "hs_timestamp"),
            (Field::Owner, "hubspot_owner_id"),
            (Field::Key, "ci_key"),
        ],
        RecordKind::Note => &[
            (Field::Body, "hs_note_body"),
            (Field::Started, "hs_timestamp"),
            (Field::Owner, "hubspot_owner_id"),
            (Field::Key, "ci_key"),
        ],
        RecordKind::Email => &[
            (Field::Started, "hs_timestamp"),
            (Field::Direction, "hs_email_direction"),
            (Field::Owner, "hubspot_owner_id"),
        ],
        RecordKind::Meeting => &[
            (Field::Started, "hs_meeting_start_time"),
            (Field::Ended, "hs_meeting_end_time"),
            (Field::Outcome, "hs_meeting_outcome"),
            (Field::Owner, "hubspot_owner_id"),
        ],
    }
}

/// HubSpot's name of a field.
pub(super) fn property(kind: RecordKind, field: Field) -> Option<&'static str> {
    let all = properties(kind).iter();
    let mut found = all.filter(|(of, _)| *of == field).map(|(_, name)| *name);
    found.next()
}

/// The names of all fields of a kind.
pub(super) fn property_names(kind: RecordKind) -> Vec<&'static str> {
    properties(kind).iter().map(|(_, name)| *name).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_writable_field_has_a_name_or_no_place() {
        for kind in RecordKind::ALL {
            for (field, name) in properties(kind) {
                let is_ours = field.is_ours(kind);
                let has_our_name = name.starts_with("ci_") || *name == "gong_call_id";
                assert_eq!(is_ours, has_our_name, "{kind:?} {name}");
            }
        }
    }
}
