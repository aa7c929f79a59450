//! Requests against Gong's own document: operation, path, method, and every name that is sent.
use gong_client::{
    CallId, CallTranscript, ContentSelector, Element, ExposedField, ExtensiveCall, FindUsers,
    GetCall, GetUser, ListCalls, ListExtensive, ListTranscripts, ListUsers, ListWorkspaces,
    MetaData, Method, NotFound, Operation, Raw, Request, User, UserId, Workspace, WorkspaceId,
};
use jiff::Timestamp;
use serde_json::Value;

use crate::shared::folder;

struct Document(Value);

impl Document {
    fn read() -> Option<Self> {
        let path = folder("gong/openapi.json")?;
        Some(Self(
            serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap(),
        ))
    }

    fn resolve<'d>(&'d self, schema: &'d Value) -> &'d Value {
        match schema["$ref"].as_str() {
            Some(name) => self.0.pointer(name.trim_start_matches('#')).unwrap(),
            None => schema,
        }
    }

    /// Checks that every name in the value is one of the schema's.
    fn check_names(&self, value: &Value, schema: &Value, at: &str) {
        let schema = self.resolve(schema);
        match value {
            Value::Object(fields) => {
                for (name, value) in fields {
                    let property = &schema["properties"][name];
                    assert!(!property.is_null(), "{at}.{name} is not in Gong's document");
                    self.check_names(value, property, &format!("{at}.{name}"));
                }
            }
            Value::Array(elements) => {
                assert_eq!(schema["type"], "array", "{at}");
                for element in elements {
                    self.check_names(element, &schema["items"], at);
                }
            }
            word => {
                if let Some(words) = schema["enum"].as_array() {
                    assert!(words.contains(word), "{at} = {word}");
                }
                let is_type = match schema["type"].as_str().unwrap() {
                    "string" => word.is_string(),
                    "boolean" => word.is_boolean(),
                    other => panic!("{at}: {other}"),
                };
                assert!(is_type, "{at} = {word}");
            }
        }
    }

    fn check<R: Request>(&self, request: &R, path: &str) {
        let Operation {
            id,
            method,
            scope,
            not_found,
            ..
        } = R::OPERATION;
        let method = match method {
            Method::Get => "get",
            Method::Post => "post",
            other => panic!("{other:?}"),
        };
        let operation = &self.0["paths"][path][method];
        assert_eq!(operation["operationId"], id);
        let prose = operation["description"].as_str().unwrap();
        assert!(
            prose.contains(scope),
            "{id} needs another scope than {scope}"
        );
        let matches_path = path.split('/').skip(1).zip(request.path());
        assert!(
            matches_path
                .into_iter()
                .all(|(one, other)| one == other || one.starts_with('{'))
        );
        assert_eq!(path.split('/').skip(1).count(), request.path().len());
        for (name, _) in request.query() {
            let known = operation["parameters"].as_array().unwrap().iter();
            let known = known.filter(|parameter| parameter["in"] == "query");
            assert!(
                known.clone().any(|parameter| parameter["name"] == name),
                "{id}: {name}"
            );
        }
        if let Some(body) = request.body() {
            let schema = &operation["requestBody"]["content"]["application/json"]["schema"];
            self.check_names(&body, schema, id);
        }
        let found_nothing = operation["responses"]["404"]["description"].as_str();
        let means_empty = found_nothing.is_some_and(|text| text.starts_with("No "));
        assert_eq!(
            not_found == NotFound::MeansEmpty,
            means_empty,
            "{id}: {found_nothing:?}"
        );
    }
}

#[test]
fn every_request_is_one_of_gongs_document() {
    let Some(document) = Document::read() else {
        return;
    };
    let (from, to) = (Timestamp::UNIX_EPOCH, Timestamp::MAX);
    let workspace = || WorkspaceId::new("1").unwrap();
    let calls = || [CallId::new("1").unwrap()];
    let users = || [UserId::new("1").unwrap()];
    let everything = ContentSelector::all_but_media().with(ExposedField::Media);

    document.check(
        &ListCalls::between(from, to).workspace(workspace()),
        "/v2/calls",
    );
    document.check(&GetCall::new(CallId::new("1").unwrap()), "/v2/calls/{id}");
    let extensive = ListExtensive::between(from, to);
    let extensive = extensive
        .workspace(workspace())
        .hosted_by(users())
        .select(everything);
    document.check(&extensive, "/v2/calls/extensive");
    document.check(
        &ListExtensive::of_calls(calls()).unwrap(),
        "/v2/calls/extensive",
    );
    document.check(&ListExtensive::all(), "/v2/calls/extensive");
    let transcripts = ListTranscripts::between(from, to).workspace(workspace());
    document.check(&transcripts, "/v2/calls/transcript");
    document.check(
        &ListTranscripts::of_calls(calls()).unwrap(),
        "/v2/calls/transcript",
    );
    document.check(&ListUsers::new().with_avatars(), "/v2/users");
    document.check(&GetUser::new(UserId::new("1").unwrap()), "/v2/users/{id}");
    let found = FindUsers::created_between(from, to).with_avatars();
    document.check(&found, "/v2/users/extensive");
    document.check(&FindUsers::of_ids(users()).unwrap(), "/v2/users/extensive");
    document.check(&ListWorkspaces::new(), "/v2/workspaces");
}

/// Makes a value of everything that a schema names, each leaf like no other.
struct Specimen<'d> {
    document: &'d Document,
    leaves: Vec<String>,
    flags: usize,
}

impl Specimen<'_> {
    fn make(&mut self, schema: &Value, name: &str) -> Value {
        let schema = self.document.resolve(schema);
        if let Some(properties) = schema["properties"].as_object() {
            return properties
                .iter()
                .map(|(name, schema)| (name.clone(), self.make(schema, name)))
                .collect();
        }
        let number = 100_000 + self.leaves.len();
        let leaf = match (schema["type"].as_str().unwrap(), schema["format"].as_str()) {
            ("array", _) => return Value::Array(vec![self.make(&schema["items"], name)]),
            ("boolean", _) => {
                self.flags += 1;
                return true.into();
            }
            ("integer" | "number", _) => {
                self.leaves.push(number.to_string());
                return number.into();
            }
            ("string", Some("date-time")) => format!("2026-01-01T00:00:00.{number}Z"),
            ("string", _) if name == "created" => format!("2026-01-01T00:00:00.{number}Z"),
            ("string" | "object", _) => format!("leaf{number}"),
            (other, _) => panic!("{name}: {other}"),
        };
        self.leaves.push(leaf.clone());
        leaf.into()
    }
}

fn check_answer<T: Element + std::fmt::Debug>(document: &Document, path: &str, method: &str) {
    let schema = &document.0["paths"][path][method]["responses"]["200"]["content"];
    let schema = document.resolve(&schema["application/json"]["schema"]);
    let is_one = schema["properties"][T::LIST].is_null();
    let element = document.resolve(&schema["properties"][if is_one { T::ONE } else { T::LIST }]);
    let element = if is_one { element } else { &element["items"] };
    let mut specimen = Specimen {
        document,
        leaves: Vec::new(),
        flags: 0,
    };
    let json = specimen.make(element, "").to_string();

    let read = Raw::<T>::read(&json).unwrap();

    assert_eq!(read.dropped, [""; 0], "{path}");
    let shown = format!("{:?}", read.value);
    for leaf in &specimen.leaves {
        assert!(
            shown.contains(leaf),
            "{path}: nothing takes {leaf} of {json}"
        );
    }
    assert_eq!(
        shown.matches("Some(true)").count(),
        specimen.flags,
        "{path}"
    );
}

#[test]
fn every_field_of_an_answer_in_gongs_document_is_taken() {
    let Some(document) = Document::read() else {
        return;
    };

    check_answer::<MetaData>(&document, "/v2/calls", "get");
    check_answer::<MetaData>(&document, "/v2/calls/{id}", "get");
    check_answer::<ExtensiveCall>(&document, "/v2/calls/extensive", "post");
    check_answer::<CallTranscript>(&document, "/v2/calls/transcript", "post");
    check_answer::<User>(&document, "/v2/users", "get");
    check_answer::<User>(&document, "/v2/users/{id}", "get");
    check_answer::<User>(&document, "/v2/users/extensive", "post");
    check_answer::<Workspace>(&document, "/v2/workspaces", "get");
}

#[test]
fn a_list_of_no_ids_is_no_request() {
    assert!(ListExtensive::of_calls([]).is_none());
    assert!(ListTranscripts::of_calls([]).is_none());
    assert!(FindUsers::of_ids([]).is_none());
}
