//! Writing: as few requests as HubSpot takes, and one outcome for each write.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::VERSION;
use super::names::{kind_name, property};
use super::transport::{Ask, Failure, Transport};
use super::wire::WireRecord;
use crate::{Field, NotSent, RecordKind, Values, Write, Written};

/// The most records of one request.
const MOST: usize = 100;
/// The most links of one request.
const MOST_LINKS: usize = 2000;

/// The way a write goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Route {
    Upsert(RecordKind),
    Create(RecordKind),
    Update(RecordKind),
    Link(RecordKind, RecordKind),
    Archive(RecordKind),
}

impl Route {
    fn of(write: &Write, unique: &[RecordKind]) -> Self {
        match write {
            Write::Put { kind, .. } if unique.contains(kind) => Self::Upsert(*kind),
            Write::Put { kind, id: None, .. } => Self::Create(*kind),
            Write::Put { kind, .. } | Write::Change { kind, .. } => Self::Update(*kind),
            Write::Link { from, to } => Self::Link(from.0, to.0),
            Write::Remove { kind, .. } => Self::Archive(*kind),
        }
    }

    fn most(self) -> usize {
        if matches!(self, Self::Link(..)) {
            MOST_LINKS
        } else {
            MOST
        }
    }

    fn ask(self, inputs: &[Value]) -> Ask {
        let body = json!({ "inputs": inputs });
        let objects = |kind, operation| {
            let path = [
                "crm",
                "objects",
                VERSION,
                kind_name(kind),
                "batch",
                operation,
            ];
            Ask::write(&path, body.clone())
        };
        match self {
            Self::Upsert(kind) => objects(kind, "upsert"),
            Self::Create(kind) => objects(kind, "create"),
            Self::Update(kind) => objects(kind, "update"),
            Self::Archive(kind) => objects(kind, "archive"),
            Self::Link(from, to) => {
                let (from, to) = (kind_name(from), kind_name(to));
                let path = [
                    "crm",
                    "associations",
                    VERSION,
                    from,
                    to,
                    "batch",
                    "associate",
                    "default",
                ];
                Ask::write(&path, body)
            }
        }
    }
}

pub(super) async fn write(
    transport: &Transport,
    unique: &[RecordKind],
    writes: &[Write],
) -> Vec<Written> {
    let mut routes: BTreeMap<Route, Vec<usize>> = BTreeMap::new();
    for (at, write) in writes.iter().enumerate() {
        routes.entry(Route::of(write, unique)).or_default().push(at);
    }
    let mut outcomes: Vec<Written> = vec![Written::NotSent(NotSent::Busy); writes.len()];
    for (route, places) in routes {
        let mut parts = batches(writes, &places, route.most());
        parts.reverse();
        while let Some(part) = parts.pop() {
            let inputs = part.iter().filter_map(|at| input(route, writes.get(*at)?));
            let inputs: Vec<Value> = inputs.collect();
            let answer = transport.ask(&route.ask(&inputs)).await;
            let settled = settle(route, writes, &part, answer);
            for (at, outcome) in settled.known {
                if let Some(place) = outcomes.get_mut(at) {
                    *place = outcome;
                }
            }
            parts.extend(settled.again);
        }
    }
    outcomes
}

/// Batches in which no record comes twice: HubSpot refuses those that do.
fn batches(writes: &[Write], places: &[usize], most: usize) -> Vec<Vec<usize>> {
    let mut full = Vec::new();
    let mut open: Vec<usize> = Vec::new();
    let mut seen = BTreeSet::new();
    for at in places {
        let name = writes.get(*at).map(name).unwrap_or_default();
        if open.len() == most || !seen.insert(name.clone()) {
            full.push(std::mem::take(&mut open));
            seen = BTreeSet::from([name]);
        }
        open.push(*at);
    }
    if !open.is_empty() {
        full.push(open);
    }
    full
}

/// What tells two writes of one route apart.
fn name(write: &Write) -> String {
    match write {
        Write::Put { key, .. } => key.clone(),
        Write::Change { id, .. } | Write::Remove { id, .. } => id.to_string(),
        Write::Link { from, to } => format!("{} {}", from.1, to.1),
    }
}

fn input(route: Route, write: &Write) -> Option<Value> {
    Some(match write {
        Write::Put {
            kind,
            key,
            id,
            values,
        } => {
            let by = property(*kind, Field::Key)?;
            let mut properties = properties(values);
            properties[by] = json!(key);
            match (route, id) {
                (Route::Upsert(_), _) => {
                    json!({ "id": key, "idProperty": by, "properties": properties })
                }
                (_, Some(id)) => json!({ "id": id.as_str(), "properties": properties }),
                (_, None) => json!({ "properties": properties }),
            }
        }
        Write::Change { id, values, .. } => {
            json!({ "id": id.as_str(), "properties": properties(values) })
        }
        Write::Remove { id, .. } => json!({ "id": id.as_str() }),
        Write::Link { from, to } => {
            json!({ "from": { "id": from.1.as_str() }, "to": { "id": to.1.as_str() } })
        }
    })
}

fn properties(values: &Values) -> Value {
    let kind = values.kind();
    let named = values
        .iter()
        .filter_map(|(field, value)| Some((property(kind, field)?.to_owned(), json!(value))));
    Value::Object(named.collect())
}

/// What an answer settles, and what is to be sent again in smaller parts.
#[derive(Debug, Default)]
struct Settled {
    known: Vec<(usize, Written)>,
    again: Vec<Vec<usize>>,
}

fn settle(
    route: Route,
    writes: &[Write],
    part: &[usize],
    answer: Result<Value, Failure>,
) -> Settled {
    let all = |outcome: &Written| Settled {
        known: part.iter().map(|at| (*at, outcome.clone())).collect(),
        again: Vec::new(),
    };
    match answer {
        Ok(answer) if matches!(route, Route::Link(..) | Route::Archive(_)) => {
            let errors = answer["errors"].as_array().filter(|all| !all.is_empty());
            match errors.and_then(|errors| errors.first()) {
                None => all(&done_without_record()),
                Some(error) if part.len() == 1 => all(&refused(error)),
                // Which of them failed is not said; linking twice is linking once.
                Some(_) => halves(part),
            }
        }
        Ok(answer) => of_records(route, writes, part, answer),
        Err(Failure::Refused {
            message,
            is_missing,
            ..
        }) if part.len() <= 1 => all(&if is_missing {
            Written::Missing
        } else {
            Written::Refused(message)
        }),
        Err(Failure::Refused { .. }) => halves(part),
        Err(Failure::Unknown) => all(&Written::Unknown),
        Err(Failure::NotSent) => all(&Written::NotSent(NotSent::Unreachable)),
        Err(Failure::Held) => all(&Written::NotSent(NotSent::HeldBack)),
        Err(Failure::Day) => all(&Written::NotSent(NotSent::Day)),
        Err(Failure::Busy(_)) => all(&Written::NotSent(NotSent::Busy)),
        Err(Failure::Unauthorised | Failure::MissingScope) => {
            all(&Written::NotSent(NotSent::Unauthorised))
        }
    }
}

fn halves(part: &[usize]) -> Settled {
    let (one, other) = part.split_at(part.len() / 2);
    Settled {
        known: Vec::new(),
        again: vec![other.to_vec(), one.to_vec()],
    }
}

fn done_without_record() -> Written {
    Written::Done {
        id: None,
        is_new: false,
        held: BTreeMap::new(),
    }
}

/// Matches the records of an answer with what was written: by our key, or by the id.
fn of_records(route: Route, writes: &[Write], part: &[usize], mut answer: Value) -> Settled {
    let (Route::Upsert(kind) | Route::Create(kind) | Route::Update(kind)) = route else {
        return Settled::default();
    };
    let results: Vec<WireRecord> =
        serde_json::from_value(answer["results"].take()).unwrap_or_default();
    let mut by_name = BTreeMap::new();
    for result in results {
        let is_new = result.new || matches!(route, Route::Create(_));
        let Some(record) = result.read(kind) else {
            continue;
        };
        let key = record.get(Field::Key).map(str::to_owned);
        let name = match route {
            Route::Update(_) => Some(record.id.to_string()),
            _ => key,
        };
        if let Some(name) = name {
            by_name.insert(name, (record, is_new));
        }
    }
    let errors = answer["errors"].as_array().cloned().unwrap_or_default();
    let mut settled = Settled::default();
    let mut lost = Vec::new();
    for at in part {
        let Some(write) = writes.get(*at) else {
            continue;
        };
        let known_by = match (route, write) {
            (Route::Update(_), Write::Put { id: Some(id), .. }) => id.to_string(),
            _ => name(write),
        };
        match by_name.remove(&known_by) {
            Some((record, is_new)) => {
                let mut held = record.values;
                held.retain(|field, _| wrote(write, *field));
                let done = Written::Done {
                    id: Some(record.id),
                    is_new,
                    held,
                };
                settled.known.push((*at, done));
            }
            None => lost.push(*at),
        }
    }
    match (lost.as_slice(), errors.first()) {
        ([], _) => {}
        // HubSpot says that it did it all, and does not show it.
        (_, None) => settled
            .known
            .extend(lost.iter().map(|at| (*at, Written::Unknown))),
        ([only], Some(error)) => settled.known.push((*only, refused(error))),
        // Sent alone, each brings its own message.
        _ => settled.again.extend(lost.iter().map(|at| vec![*at])),
    }
    settled
}

fn wrote(write: &Write, field: Field) -> bool {
    match write {
        Write::Put { values, .. } | Write::Change { values, .. } => values.get(field).is_some(),
        _ => false,
    }
}

fn refused(error: &Value) -> Written {
    if error["category"].as_str() == Some("OBJECT_NOT_FOUND") {
        return Written::Missing;
    }
    let message = error["message"].as_str().unwrap_or("no message");
    Written::Refused(message.chars().take(500).collect())
}
