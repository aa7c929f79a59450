//! What HubSpot holds, and what people and rules there do to it.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use crate::property::{self, modified_by};
use crate::{Object, Property};

/// One end of a link: a kind of record and an id.
pub(crate) type End = (String, u64);

/// A HubSpot account.
#[derive(Clone, Debug)]
pub struct Portal {
    pub(crate) objects: BTreeMap<End, Object>,
    pub(crate) links: BTreeSet<(End, End)>,
    pub(crate) properties: BTreeMap<String, BTreeMap<String, Property>>,
    pub(crate) groups: BTreeSet<(String, String)>,
    pub(crate) owners: Vec<Value>,
    pub(crate) pipelines: Vec<Value>,
    pub(crate) now: Timestamp,
    pub(crate) request: u64,
    pub(crate) search_lag: u64,
    pub(crate) is_partial: bool,
    pub(crate) has_unique_calls: bool,
    pub(crate) scopes: Option<BTreeSet<String>>,
    refused: Vec<(String, String)>,
    next_id: u64,
}

impl Default for Portal {
    /// An empty one, on the first of November 2026, with one pipeline of four stages.
    fn default() -> Self {
        let stage = |id: &str, label: &str, probability: &str, order: u32| {
            json!({
                "id": id, "label": label, "displayOrder": order,
                "metadata": { "probability": probability },
            })
        };
        let stages = [
            stage("demo", "Demo", "0.2", 0),
            stage("offer", "Offer", "0.6", 1),
            stage("closedwon", "Closed Won", "1.0", 2),
            stage("closedlost", "Closed Lost", "0.0", 3),
        ];
        Self {
            objects: BTreeMap::new(),
            links: BTreeSet::new(),
            properties: property::own(),
            groups: BTreeSet::new(),
            owners: Vec::new(),
            pipelines: vec![json!({
                "id": "default", "label": "Sales", "displayOrder": 0, "stages": stages,
            })],
            now: "2026-11-01T08:00:00Z".parse().unwrap_or_default(),
            request: 0,
            search_lag: 0,
            is_partial: false,
            has_unique_calls: true,
            scopes: None,
            refused: Vec::new(),
            next_id: 1000,
        }
    }
}

/// How it behaves.
impl Portal {
    /// What was written is found by searches only after so many further requests.
    pub fn search_lags(&mut self, requests: u64) {
        self.search_lag = requests;
    }

    /// A batch with a bad input is carried out for the others (207); otherwise it is refused whole
    /// (400).
    pub fn answers_in_part(&mut self) {
        self.is_partial = true;
    }

    /// No property of calls can be unique.
    pub fn has_no_unique_calls(&mut self) {
        self.has_unique_calls = false;
    }

    /// Any other kind of record is answered by 403.
    pub fn opens_only(&mut self, kinds: &[&str]) {
        self.scopes = Some(kinds.iter().map(|kind| (*kind).to_owned()).collect());
    }

    /// A rule of the administrator's: no record may have this value in this property.
    pub fn refuses(&mut self, property: &str, value: &str) {
        self.refused.push((property.to_owned(), value.to_owned()));
    }

    pub(crate) fn is_refused(&self, property: &str, value: &str) -> bool {
        let is_rule = |(of, bad): &(String, String)| of == property && bad == value;
        self.refused.iter().any(is_rule)
    }
}

/// What people there do.
impl Portal {
    /// Adds a record and gives its id.
    pub fn add(&mut self, kind: &str, values: &[(&str, &str)]) -> String {
        let values = values
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        self.insert(kind, values.collect()).to_string()
    }

    /// Adds somebody who owns records.
    pub fn add_owner(&mut self, id: &str, email: &str) {
        self.owners
            .push(json!({ "id": id, "email": email, "archived": false }));
    }

    /// Changes one value.
    ///
    /// # Panics
    /// When there is no such record: the test is wrong.
    #[expect(clippy::panic, reason = "a test that edits nothing proves nothing")]
    pub fn edit(&mut self, kind: &str, id: &str, property: &str, value: &str) {
        let Some(at) = self.end(kind, id) else {
            panic!("no {kind} {id}");
        };
        let values = BTreeMap::from([(property.to_owned(), Some(value.to_owned()))]);
        self.change(&at, values);
    }

    /// Deletes a record.
    pub fn delete(&mut self, kind: &str, id: &str) {
        let now = self.now;
        if let Some(at) = self.end(kind, id)
            && let Some(object) = self.objects.get_mut(&at)
        {
            object.is_archived = true;
            object.updated = now;
        }
    }

    /// Links two records, both ways.
    pub fn link(&mut self, one: (&str, &str), other: (&str, &str)) {
        if let (Some(one), Some(other)) = (self.end(one.0, one.1), self.end(other.0, other.1)) {
            self.tie(one, other);
        }
    }

    /// Time passes.
    pub fn wait(&mut self, seconds: i64) {
        self.now += SignedDuration::from_secs(seconds);
    }
}

/// What it holds.
impl Portal {
    /// Its clock.
    pub fn now(&self) -> Timestamp {
        self.now
    }

    /// A record, deleted or not.
    pub fn object(&self, kind: &str, id: &str) -> Option<&Object> {
        self.objects.get(&self.end(kind, id)?)
    }

    /// The records of a kind that are not deleted.
    pub fn objects(&self, kind: &str) -> Vec<&Object> {
        let of_kind = self.objects.iter().filter(|((of, _), _)| of == kind);
        let kept = of_kind.map(|(_, object)| object);
        kept.filter(|object| !object.is_archived).collect()
    }

    /// The ids of the records of a kind that one is linked to.
    pub fn linked(&self, kind: &str, id: &str, to: &str) -> Vec<String> {
        let Some(from) = self.end(kind, id) else {
            return Vec::new();
        };
        self.tied(&from, to)
            .iter()
            .map(ToString::to_string)
            .collect()
    }

    /// A property of a kind.
    pub fn property(&self, kind: &str, name: &str) -> Option<&Property> {
        self.properties.get(kind)?.get(name)
    }

    pub(crate) fn end(&self, kind: &str, id: &str) -> Option<End> {
        let end = (kind.to_owned(), id.parse().ok()?);
        self.objects.contains_key(&end).then_some(end)
    }

    /// The same, unless it is deleted.
    pub(crate) fn living(&self, kind: &str, id: &str) -> Option<End> {
        let end = self.end(kind, id)?;
        let is_archived = self
            .objects
            .get(&end)
            .is_some_and(|object| object.is_archived);
        (!is_archived).then_some(end)
    }

    pub(crate) fn tied(&self, from: &End, to: &str) -> Vec<u64> {
        let ties = self.links.iter();
        ties.filter(|(one, (kind, _))| one == from && kind == to)
            .filter(|(_, other)| self.objects.get(other).is_some_and(|o| !o.is_archived))
            .map(|(_, (_, id))| *id)
            .collect()
    }
}

/// What requests do.
impl Portal {
    pub(crate) fn insert(&mut self, kind: &str, mut values: BTreeMap<String, String>) -> u64 {
        self.next_id += 1;
        let id = self.next_id;
        values.insert(modified_by(kind).to_owned(), self.now.to_string());
        let object = Object {
            id,
            values,
            created: self.now,
            updated: self.now,
            is_archived: false,
            found_from: self.request + self.search_lag,
        };
        self.objects.insert((kind.to_owned(), id), object);
        id
    }

    pub(crate) fn change(&mut self, at: &End, values: BTreeMap<String, Option<String>>) {
        let (now, found_from) = (self.now, self.request + self.search_lag);
        let Some(object) = self.objects.get_mut(at) else {
            return;
        };
        for (name, value) in values {
            match value.filter(|value| !value.is_empty()) {
                Some(value) => object.values.insert(name, value),
                None => object.values.remove(&name),
            };
        }
        let modified = modified_by(&at.0).to_owned();
        object.values.insert(modified, now.to_string());
        object.updated = now;
        object.found_from = found_from;
    }

    pub(crate) fn tie(&mut self, one: End, other: End) {
        self.links.insert((one.clone(), other.clone()));
        self.links.insert((other, one));
    }

    /// The record with this value in a property, if any is kept.
    pub(crate) fn by_value(&self, kind: &str, property: &str, value: &str) -> Option<End> {
        let is_it = |(end, object): &(&End, &Object)| {
            end.0 == kind && !object.is_archived && object.get(property) == value
        };
        let found = self.objects.iter().find(is_it);
        found.map(|(end, _)| end.clone())
    }
}
