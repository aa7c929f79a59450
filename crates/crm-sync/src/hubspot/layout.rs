//! Our properties in HubSpot, and what else it is set up like.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::VERSION;
use super::names::{kind_name, property};
use super::transport::{Ask, Failure, Transport};
use crate::{CrmError, CrmOwner, CrmStage, Field, Prepare, RecordKind, Setup};

/// The group that our properties stand in.
const GROUP: &str = "conversation_intelligence";
const GROUP_LABEL: &str = "Conversation intelligence";

/// A property of ours.
struct Ours {
    kind: RecordKind,
    field: Field,
    label: &'static str,
    form: Form,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    Key,
    Text,
    Lines,
    Number,
    Instant,
}

impl Form {
    fn types(self) -> (&'static str, &'static str) {
        match self {
            Self::Key | Self::Text => ("string", "text"),
            Self::Lines => ("string", "textarea"),
            Self::Number => ("number", "number"),
            Self::Instant => ("datetime", "date"),
        }
    }
}

const fn ours(kind: RecordKind, field: Field, label: &'static str, form: Form) -> Ours {
    Ours {
        kind,
        field,
        label,
        form,
    }
}

const LAYOUT: [Ours; 15] = [
    ours(RecordKind::Call, Field::Key, "Gong call id", Form::Key),
    ours(
        RecordKind::Call,
        Field::Fingerprint,
        "Fingerprint",
        Form::Text,
    ),
    ours(RecordKind::Call, Field::Version, "Version", Form::Text),
    ours(
        RecordKind::Call,
        Field::NextSteps,
        "Next steps",
        Form::Lines,
    ),
    ours(
        RecordKind::Call,
        Field::Competitors,
        "Competitors",
        Form::Text,
    ),
    ours(
        RecordKind::Call,
        Field::Objections,
        "Objections",
        Form::Lines,
    ),
    ours(
        RecordKind::Call,
        Field::TalkRatio,
        "Talk ratio",
        Form::Number,
    ),
    ours(RecordKind::Call, Field::Evidence, "Evidence", Form::Text),
    ours(
        RecordKind::Deal,
        Field::Warnings,
        "Deal warnings",
        Form::Lines,
    ),
    ours(
        RecordKind::Deal,
        Field::Score,
        "Number of warnings",
        Form::Number,
    ),
    ours(RecordKind::Deal, Field::Reasons, "Top reasons", Form::Lines),
    ours(
        RecordKind::Deal,
        Field::LastCall,
        "Last call",
        Form::Instant,
    ),
    ours(
        RecordKind::Deal,
        Field::Competitors,
        "Competitors",
        Form::Text,
    ),
    ours(RecordKind::Task, Field::Key, "Proposal key", Form::Key),
    ours(RecordKind::Note, Field::Key, "Proposal key", Form::Key),
];

/// Whether HubSpot keeps the values of a property unique, by the property's name.
type Known = BTreeMap<String, bool>;

pub(super) async fn prepare(transport: &Transport, how: Prepare) -> Result<Setup, CrmError> {
    let mut setup = Setup::default();
    for kind in RecordKind::ALL {
        let Some(mut known) = known(transport, kind).await? else {
            setup.closed.push(kind);
            continue;
        };
        for ours in LAYOUT.iter().filter(|ours| ours.kind == kind) {
            let Some(name) = property(kind, ours.field) else {
                continue;
            };
            if known.contains_key(name) {
                continue;
            }
            let shown = format!("{}.{name}", kind_name(kind));
            if how == Prepare::Look {
                setup.missing.push(shown);
                continue;
            }
            let is_unique = make(transport, ours, name).await?;
            known.insert(name.to_owned(), is_unique);
            setup.made.push(shown);
        }
        let key = property(kind, Field::Key);
        if key.and_then(|key| known.get(key)) == Some(&true) {
            setup.unique.push(kind);
        }
    }
    if !setup.closed.contains(&RecordKind::Deal) {
        setup.stages = stages(transport).await?;
    }
    setup.owners = owners(transport).await?;
    Ok(setup)
}

/// The properties of a kind; none where the token does not open it.
async fn known(transport: &Transport, kind: RecordKind) -> Result<Option<Known>, CrmError> {
    let ask = Ask::get(&["crm", "properties", VERSION, kind_name(kind)]);
    let answer = match transport.ask(&ask).await {
        Ok(answer) => answer,
        Err(Failure::MissingScope) => return Ok(None),
        Err(failure) => return Err(failure.into_error()),
    };
    let results = answer["results"].as_array();
    let results = results.ok_or(CrmError::BadAnswer("lists no properties"))?;
    let read = |of: &Value| {
        let is_unique = of["hasUniqueValue"].as_bool().unwrap_or(false);
        Some((of["name"].as_str()?.to_owned(), is_unique))
    };
    Ok(Some(results.iter().filter_map(read).collect()))
}

/// Makes a property, and its group before it. What is there already is fine. Says whether its
/// values are kept unique: where HubSpot does not want that, it is made without.
async fn make(transport: &Transport, ours: &Ours, name: &str) -> Result<bool, CrmError> {
    let kind = kind_name(ours.kind);
    let group = json!({ "name": GROUP, "label": GROUP_LABEL });
    created(
        transport,
        &["crm", "properties", VERSION, kind, "groups"],
        group,
    )
    .await?;
    let (of, field) = ours.form.types();
    let mut body = json!({
        "name": name, "label": ours.label, "groupName": GROUP, "type": of, "fieldType": field,
    });
    let path = ["crm", "properties", VERSION, kind];
    if ours.form == Form::Key {
        body["hasUniqueValue"] = json!(true);
        match created(transport, &path, body.clone()).await {
            Err(CrmError::Refused { status: 400 }) => body["hasUniqueValue"] = json!(false),
            other => return other.map(|()| true),
        }
    }
    created(transport, &path, body).await.map(|()| false)
}

/// Making the same thing twice ends like making it once, so it is asked until it is answered.
async fn created(transport: &Transport, path: &[&str], body: Value) -> Result<(), CrmError> {
    match transport.ask(&Ask::read(path, body)).await {
        Ok(_) | Err(Failure::Refused { status: 409, .. }) => Ok(()),
        Err(failure) => Err(failure.into_error()),
    }
}

async fn stages(transport: &Transport) -> Result<Vec<CrmStage>, CrmError> {
    let ask = Ask::get(&["crm", "pipelines", VERSION, "deals"]);
    let answer = transport.ask(&ask).await.map_err(Failure::into_error)?;
    let mut stages = Vec::new();
    for pipeline in answer["results"].as_array().into_iter().flatten() {
        let id = pipeline["id"].as_str().unwrap_or_default();
        let mut of_pipeline: Vec<(i64, CrmStage)> = Vec::new();
        for stage in pipeline["stages"].as_array().into_iter().flatten() {
            let Some(name) = stage["id"].as_str() else {
                continue;
            };
            let probability = stage["metadata"]["probability"].as_str();
            let read = CrmStage {
                id: name.to_owned(),
                label: stage["label"].as_str().unwrap_or(name).to_owned(),
                pipeline: id.to_owned(),
                percent: probability.and_then(percent),
            };
            of_pipeline.push((stage["displayOrder"].as_i64().unwrap_or(0), read));
        }
        of_pipeline.sort_by_key(|(order, _)| *order);
        stages.extend(of_pipeline.into_iter().map(|(_, stage)| stage));
    }
    Ok(stages)
}

/// Reads `0.25` as 25 without counting in floats.
fn percent(text: &str) -> Option<u8> {
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    let part: String = part.chars().chain("00".chars()).take(2).collect();
    let percent = whole.parse::<u8>().ok()?.checked_mul(100)? + part.parse::<u8>().ok()?;
    (percent <= 100).then_some(percent)
}

async fn owners(transport: &Transport) -> Result<Vec<CrmOwner>, CrmError> {
    let mut owners = Vec::new();
    let mut after: Option<String> = None;
    loop {
        let mut ask = Ask::get(&["crm", "owners", VERSION]).with("limit", "100");
        if let Some(after) = after.take() {
            ask = ask.with("after", after);
        }
        let answer = match transport.ask(&ask).await {
            Ok(answer) => answer,
            Err(Failure::MissingScope) => return Ok(owners),
            Err(failure) => return Err(failure.into_error()),
        };
        let results = answer["results"].as_array();
        for owner in results.into_iter().flatten() {
            let Some(id) = owner["id"].as_str() else {
                continue;
            };
            owners.push(CrmOwner {
                id: id.to_owned(),
                email: owner["email"].as_str().map(str::to_owned),
            });
        }
        after = answer["paging"]["next"]["after"]
            .as_str()
            .map(str::to_owned);
        if after.is_none() || results.is_none_or(Vec::is_empty) {
            return Ok(owners);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_probability_is_read_exactly() {
        for (text, expected) in [
            ("0.2", Some(20)),
            ("1.0", Some(100)),
            ("0", Some(0)),
            ("0.05", Some(5)),
            ("0.999", Some(99)),
            ("1.5", None),
            ("", None),
            ("x", None),
        ] {
            assert_eq!(percent(text), expected, "{text}");
        }
    }

    #[test]
    fn every_field_of_ours_is_laid_out_once() {
        for kind in RecordKind::ALL {
            for (field, _) in super::super::names::properties(kind) {
                let laid = LAYOUT
                    .iter()
                    .filter(|one| one.kind == kind && one.field == *field);
                assert_eq!(
                    laid.count(),
                    usize::from(field.is_ours(kind)),
                    "{kind:?} {field:?}"
                );
            }
        }
    }
}
