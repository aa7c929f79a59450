//! Every operation once, with everything set that can be: what the other tests walk through.
mod calls;
mod company;
mod engage;
mod other_systems;

use std::{any, fmt::Debug, str::FromStr};

use futures::{FutureExt as _, future::BoxFuture};
use gong_client::{
    Answer, CrmField, CrmObject, CrmReference, CrmSystem, Done, Element, Error, FileSource,
    GongClient, ListRequest, ObjectType, One, Operation, Page, Request, library::FolderContent,
    meetings::DeletedMeeting,
};
use jiff::{Timestamp, civil::Date};
use serde_json::Value;

/// The operations that Gong's document, as we have it, does not know yet.
pub(crate) const NEWER_THAN_THE_DOCUMENT: [&str; 2] =
    ["listTargetDefinitions", "uploadAssignments"];

/// What an answer says, as text to look for values in.
#[derive(Debug)]
pub(crate) struct Told {
    pub(crate) shown: String,
    pub(crate) dropped: Vec<String>,
    pub(crate) unreadable: usize,
}

pub(crate) trait Tell: Answer {
    fn tell(&self) -> Told;
}

impl<T: Element + Debug> Tell for Page<T> {
    fn tell(&self) -> Told {
        let values: Vec<_> = self.elements.iter().map(|element| &element.value).collect();
        let (id, records, others) = (&self.request_id, &self.records, &self.others);
        let dropped = self.elements.iter().flat_map(|element| &element.dropped);
        Told {
            shown: format!("{id:?} {records:?} {others:?} {values:?}"),
            dropped: dropped.cloned().collect(),
            unreadable: self.unreadable.len(),
        }
    }
}

impl<T: Element + Debug> Tell for One<T> {
    fn tell(&self) -> Told {
        Told {
            shown: format!("{:?} {:?}", self.request_id, self.element.value),
            dropped: self.element.dropped.clone(),
            unreadable: 0,
        }
    }
}

impl Tell for FolderContent {
    fn tell(&self) -> Told {
        let calls = self.calls.tell();
        let folder = self.folder.as_ref();
        let mut dropped = folder.map_or_else(Vec::new, |folder| folder.dropped.clone());
        dropped.extend(calls.dropped);
        Told {
            shown: format!("{} {:?}", calls.shown, folder.map(|folder| &folder.value)),
            dropped,
            unreadable: calls.unreadable,
        }
    }
}

fn plainly(answer: &impl Debug) -> Told {
    Told {
        shown: format!("{answer:?}"),
        dropped: Vec::new(),
        unreadable: 0,
    }
}

impl Tell for Done {
    fn tell(&self) -> Told {
        plainly(self)
    }
}

impl Tell for DeletedMeeting {
    fn tell(&self) -> Told {
        plainly(self)
    }
}

/// A request whose type is forgotten.
pub(crate) trait AnyRequest: Send + Sync {
    fn operation(&self) -> Operation;
    fn type_name(&self) -> &'static str;
    fn is_list(&self) -> bool;
    fn path(&self) -> Vec<&str>;
    fn query(&self) -> Vec<(&'static str, String)>;
    fn body(&self) -> Option<Value>;
    fn file_field(&self) -> Option<&'static str>;
    fn read(&self, body: &str) -> Told;
    fn send<'a>(&'a self, client: &'a GongClient) -> BoxFuture<'a, Result<Told, Error>>;
}

struct Typed<R> {
    request: R,
    is_list: bool,
}

impl<R: Request + 'static> AnyRequest for Typed<R>
where
    R::Answer: Tell,
{
    fn operation(&self) -> Operation {
        R::OPERATION
    }

    fn type_name(&self) -> &'static str {
        any::type_name::<R>()
    }

    fn is_list(&self) -> bool {
        self.is_list
    }

    fn path(&self) -> Vec<&str> {
        self.request.path()
    }

    fn query(&self) -> Vec<(&'static str, String)> {
        self.request.query()
    }

    fn body(&self) -> Option<Value> {
        self.request.body()
    }

    fn file_field(&self) -> Option<&'static str> {
        self.request.file().map(|part| part.field)
    }

    fn read(&self, body: &str) -> Told {
        R::Answer::read(body)
            .unwrap_or_else(|bad| panic!("{}: {bad} in {body}", R::OPERATION.id))
            .tell()
    }

    fn send<'a>(&'a self, client: &'a GongClient) -> BoxFuture<'a, Result<Told, Error>> {
        async move { client.send(&self.request).await.map(|answer| answer.tell()) }.boxed()
    }
}

fn one<R: Request + 'static>(request: R) -> Box<dyn AnyRequest>
where
    R::Answer: Tell,
{
    let is_list = false;
    Box::new(Typed { request, is_list })
}

fn list<R: ListRequest + 'static>(request: R) -> Box<dyn AnyRequest>
where
    R::Answer: Tell,
{
    let is_list = true;
    Box::new(Typed { request, is_list })
}

fn id<T: FromStr<Err: Debug>>() -> T {
    "12345".parse().unwrap()
}

fn text() -> String {
    "some text".into()
}

fn email() -> String {
    "someone@example.com".into()
}

fn at() -> Timestamp {
    "2026-10-14T09:00:00Z".parse().unwrap()
}

fn day() -> Date {
    jiff::civil::date(2026, 10, 14)
}

fn file() -> FileSource {
    FileSource::bytes("file.bin", "some bytes")
}

fn reference() -> CrmReference {
    let field = CrmField::new().name(text()).value(serde_json::json!({}));
    let object = CrmObject::new(ObjectType::Account, id::<gong_client::CrmId>()).fields([field]);
    CrmReference::new(CrmSystem::Salesforce).objects([object])
}

/// Every operation, in the order of Gong's document; where one request cannot say everything,
/// several.
pub(crate) fn every() -> Vec<Box<dyn AnyRequest>> {
    [
        calls::calls(),
        calls::access(),
        calls::users(),
        company::stats(),
        company::settings(),
        company::lists_of_the_company(),
        engage::tasks_and_flows(),
        other_systems::crm(),
        engage::meetings(),
        other_systems::events(),
        company::privacy_and_permissions(),
        company::entities_and_targets(),
    ]
    .into_iter()
    .flatten()
    .collect()
}
