//! Our operations against Gong's own document: all of them, every name sent, every field answered.
mod document;
mod specimen;

use std::collections::{BTreeMap, BTreeSet};

use gong_client::{Method, NotFound};
use serde_json::Value;

use self::{
    document::{Described, Document, names_of, words},
    specimen::Specimen,
};
use crate::every::{AnyRequest, NEWER_THAN_THE_DOCUMENT, every};

/// Names of the document that we do not send, and why.
const NOT_SENT: [(&str, &str, &str); 1] = [(
    "listCallsExtensive",
    "contentSelector.exposedFields.content.pointsOfInterest",
    "Gong answers nothing to it since 2025-01-23",
)];

/// Query parameters that we send although only the prose of the document has them.
const ONLY_IN_PROSE: [(&str, &str, &str); 3] = [
    ("uploadCrmData", "integrationId", "mandatory"),
    ("uploadCrmData", "objectType", "mandatory"),
    ("uploadCrmData", "clientRequestId", "mandatory"),
];

/// The operations whose 404 means that there is nothing; everywhere else it is an error.
const EMPTY_WHEN_NOT_FOUND: [&str; 10] = [
    "listCalls",
    "listCallsExtensive",
    "getCallTranscripts",
    "listMultipleUsers",
    "listLogs",
    "listInteractionStats",
    "listAnsweredScorecards",
    "listScorecards",
    "getLibraryStructure",
    "getCallsInSpecificFolder",
];

/// The only operations that change something and may be sent twice: they carry an id for that.
const WRITES_THAT_TAKE_EFFECT_ONCE: [&str; 3] =
    ["addCall", "deleteGenericCrmIntegration", "uploadCrmData"];

/// Operations by `POST` that only read.
const READS_BY_POST: [&str; 13] = [
    "listCallsExtensive",
    "getCallTranscripts",
    "listMultipleUsers",
    "getUsersAccessToCalls",
    "listTasks",
    "listInteractionStats",
    "listAnsweredScorecards",
    "listMultipleUsersDayByDayActivity",
    "listMultipleUsersAggregateActivity",
    "listMultipleUsersAggregateByPeriod",
    "integrationStatus",
    "getFlowSteps",
    "getProspectsAssignedFlows",
];

/// Operations by `GET` that cost something each time.
const READS_THAT_COST: [&str; 2] = ["askEntity", "generateBrief"];

fn method_name(method: Method) -> &'static str {
    match method {
        Method::Get => "get",
        Method::Post => "post",
        Method::Put => "put",
        Method::Patch => "patch",
        Method::Delete => "delete",
        other => panic!("{other:?}"),
    }
}

fn is_listed(list: &[(&str, &str, &str)], id: &str, name: &str) -> bool {
    list.iter().any(|gap| gap.0 == id && gap.1 == name)
}

/// All requests of each operation that the document knows.
fn by_operation() -> BTreeMap<&'static str, Vec<Box<dyn AnyRequest>>> {
    let mut by_operation: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for request in every() {
        let id = request.operation().id;
        by_operation.entry(id).or_default().push(request);
    }
    for id in NEWER_THAN_THE_DOCUMENT {
        assert!(by_operation.remove(id).is_some(), "{id} is missing");
    }
    by_operation
}

/// What the document says about an operation and our requests of it.
fn compare(check: impl Fn(&Document, &str, &Described<'_>, &[Box<dyn AnyRequest>])) {
    let Some(document) = Document::read() else {
        return;
    };
    let ours = by_operation();
    for (id, described) in document.operations() {
        check(&document, id, &described, &ours[id]);
    }
}

#[test]
fn every_operation_of_the_document_is_ours_and_none_is_made_up() {
    let Some(document) = Document::read() else {
        return;
    };

    let theirs: BTreeSet<_> = document.operations().into_keys().collect();
    let ours: BTreeSet<_> = by_operation().into_keys().collect();

    assert_eq!(theirs.len(), 67);
    let missing: Vec<_> = theirs.difference(&ours).collect();
    let made_up: Vec<_> = ours.difference(&theirs).collect();
    assert!(missing.is_empty(), "missing: {missing:?}");
    assert!(made_up.is_empty(), "made up: {made_up:?}");
}

#[test]
fn method_path_and_scope_are_those_of_the_document() {
    compare(|_, id, described, requests| {
        for request in requests {
            let operation = request.operation();
            assert_eq!(method_name(operation.method), described.method, "{id}");
            let (theirs, ours) = (described.path.split('/').skip(1), request.path());
            assert_eq!(theirs.clone().count(), ours.len(), "{id}: {ours:?}");
            for (theirs, ours) in theirs.zip(ours) {
                assert!(theirs == ours || theirs.starts_with('{'), "{id}: {ours}");
            }
            let prose = described.facts["description"].as_str().unwrap_or_default();
            match operation.scope {
                "" => assert!(!prose.contains("'api:"), "{id} needs a scope"),
                scope => assert!(prose.contains(&format!("'{scope}'")), "{id}: {scope}"),
            }
        }
    });
}

#[test]
fn every_query_parameter_is_sent_and_none_is_made_up() {
    compare(|document, id, described, requests| {
        let parameters = described.facts["parameters"]
            .as_array()
            .into_iter()
            .flatten();
        let parameters: BTreeMap<&str, &Value> = parameters
            .filter(|parameter| parameter["in"] == "query")
            .map(|parameter| (parameter["name"].as_str().unwrap(), parameter))
            .collect();
        let mut sent = BTreeSet::new();
        for request in requests {
            let query = request.query();
            for (name, value) in &query {
                let Some(parameter) = parameters.get(name) else {
                    assert!(is_listed(&ONLY_IN_PROSE, id, name), "{id}: {name}");
                    continue;
                };
                let schema = document.resolve(&parameter["schema"]);
                let words = words(schema);
                let is_word = words.is_empty() || words.contains(&value.as_str());
                assert!(is_word, "{id}: {name}={value}");
                sent.insert(*name);
            }
            for (name, parameter) in &parameters {
                let is_sent = query.iter().any(|(sent, _)| sent == name);
                let is_required = parameter["required"] == true;
                assert!(is_sent || !is_required, "{id}: {name} is required");
            }
            let goes_on = parameters.contains_key("cursor");
            if goes_on || request.operation().method == Method::Get {
                assert_eq!(request.is_list(), goes_on, "{id}: is it a list?");
            }
        }
        let missing: Vec<_> = parameters
            .keys()
            .filter(|name| **name != "cursor" && !sent.contains(*name))
            .collect();
        assert!(missing.is_empty(), "{id} does not send {missing:?}");
    });
}

#[test]
fn every_name_of_a_body_is_sent_and_none_is_made_up() {
    compare(|document, id, described, requests| {
        let content = &described.facts["requestBody"]["content"];
        let schema = &content["application/json"]["schema"];
        let mut theirs = BTreeSet::new();
        document.names(schema, "", &mut theirs);
        let goes_on = theirs.remove("cursor");
        let mut ours = BTreeSet::new();
        for request in requests {
            assert_eq!(
                request.body().is_some(),
                !schema.is_null(),
                "{id}: the body"
            );
            if let Some(body) = request.body() {
                document.check(&body, schema, id);
                names_of(&body, "", &mut ours);
                assert_eq!(request.is_list(), goes_on, "{id}: is it a list?");
            }
            let form = document.resolve(&content["multipart/form-data"]["schema"]);
            let mut parts = form["properties"].as_object().into_iter().flatten();
            let part = parts.next().map(|(name, _)| name.as_str());
            assert_eq!(request.file_field(), part, "{id}: the file");
        }
        let missing: Vec<_> = theirs
            .difference(&ours)
            .filter(|name| !is_listed(&NOT_SENT, id, name))
            .collect();
        assert!(missing.is_empty(), "{id} does not send {missing:?}");
    });
}

#[test]
fn a_404_means_nothing_only_where_gong_means_it_so() {
    compare(|_, id, described, requests| {
        let is_empty = requests[0].operation().not_found == NotFound::MeansEmpty;
        let has_404 = !described.facts["responses"]["404"].is_null();
        assert_eq!(is_empty, EMPTY_WHEN_NOT_FOUND.contains(&id), "{id}");
        assert!(has_404 || !is_empty, "{id} has no 404");
    });
}

#[test]
fn only_what_takes_effect_once_may_be_sent_twice() {
    for request in every() {
        let operation = request.operation();
        let id = operation.id;
        let reads = match operation.method {
            Method::Get => !READS_THAT_COST.contains(&id),
            Method::Post => READS_BY_POST.contains(&id),
            _ => false,
        };
        let takes_effect_once = WRITES_THAT_TAKE_EFFECT_ONCE.contains(&id);
        assert_eq!(operation.is_idempotent, reads || takes_effect_once, "{id}");
        if takes_effect_once {
            let in_body = request
                .body()
                .is_some_and(|body| body["clientUniqueId"].is_string());
            let mut query = request.query().into_iter();
            let in_query = query.any(|(name, _)| name == "clientRequestId");
            assert!(in_body || in_query, "{id} carries no id of the caller's");
        }
    }
}

fn answers<'d>(document: &'d Document, described: &'d Described<'_>) -> Vec<&'d Value> {
    let responses = described.facts["responses"].as_object().unwrap();
    responses
        .iter()
        .filter(|(status, _)| status.starts_with('2'))
        .map(|(_, response)| {
            let content = response["content"].as_object().unwrap();
            document.resolve(&content.values().next().unwrap()["schema"])
        })
        .collect()
}

#[test]
fn every_field_of_an_answer_is_taken() {
    compare(|document, id, described, requests| {
        for schema in answers(document, described) {
            let mut specimen = Specimen::new(document, None);
            let json = specimen.make(schema, "").to_string();

            let told = requests[0].read(&json);

            assert_eq!(told.dropped, [""; 0], "{id}: {json}");
            assert_eq!(told.unreadable, 0, "{id}: {json}");
            for (at, leaf) in &specimen.leaves {
                assert!(
                    told.shown.contains(leaf),
                    "{id}: nothing takes {at} of {json}"
                );
            }
            let flags = told.shown.matches("Some(true)").count();
            let flags = flags + told.shown.matches("value: true").count();
            assert_eq!(flags, specimen.flags, "{id}: a flag is lost of {json}");
        }
    });
}

#[test]
fn every_word_of_an_answer_is_known() {
    compare(|document, id, described, requests| {
        for schema in answers(document, described) {
            for word in 0..20 {
                let mut specimen = Specimen::new(document, Some(word));
                let json = specimen.make(schema, "").to_string();

                let told = requests[0].read(&json);

                for word in &specimen.words {
                    let unknown = format!("Other(\"{word}\")");
                    assert!(!told.shown.contains(&unknown), "{id}: {word} is unknown");
                }
            }
        }
    });
}

#[test]
fn every_field_that_is_null_or_absent_leaves_an_answer_readable() {
    compare(|document, id, described, requests| {
        for schema in answers(document, described) {
            let mut json = Specimen::new(document, None).make(schema, "");
            blank(&mut json);

            let told = requests[0].read(&json.to_string());

            assert_eq!(told.dropped, [""; 0], "{id}: {json}");
        }
    });
}

/// Makes every leaf but ids null.
fn blank(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            for (name, value) in fields {
                if !name.ends_with("Id") && name != "id" {
                    blank(value);
                }
            }
        }
        Value::Array(elements) => {
            for element in elements {
                blank(element);
            }
        }
        leaf => *leaf = Value::Null,
    }
}

#[test]
fn the_lists_of_exceptions_name_what_there_is() {
    let Some(document) = Document::read() else {
        return;
    };
    let operations = document.operations();
    for (id, name, _) in NOT_SENT {
        let schema = &operations[id].facts["requestBody"]["content"]["application/json"]["schema"];
        let mut names = BTreeSet::new();
        document.names(schema, "", &mut names);
        assert!(names.contains(name), "{id}: {name}");
    }
    for (id, name, _) in ONLY_IN_PROSE {
        let prose = operations[id].facts["description"].as_str().unwrap();
        assert!(prose.contains(name), "{id}: {name}");
        let parameters = operations[id].facts["parameters"].as_array();
        let mut parameters = parameters.into_iter().flatten();
        assert!(
            parameters.all(|parameter| parameter["name"] != name),
            "{id}: {name}"
        );
    }
}
