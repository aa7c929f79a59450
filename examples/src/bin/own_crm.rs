//! A CRM of your own behind the flow that plans, writes once and keeps what people changed.
//!
//! This one is a table in memory that takes whole rows; yours sends requests, and answers
//! `Written::Unknown` for what was sent and not answered. `crm_sync::HubSpot` is the whole of one.
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::Result;
use async_trait::async_trait;
use crm_sync::{
    Action, By, CallNotes, Crm, CrmError, CrmSync, Field, Find, MemoryOutbox, Prepare, Record,
    RecordId, RecordKind, Setup, Write, Written,
};
use jiff::Timestamp;

#[derive(Default)]
struct Table(Mutex<BTreeMap<String, Record>>);

#[async_trait]
impl Crm for Table {
    async fn prepare(&self, _: Prepare) -> Result<Setup, CrmError> {
        let mut setup = Setup::default();
        setup.unique = vec![RecordKind::Call]; // our key names one row
        Ok(setup)
    }

    async fn find(&self, find: &Find) -> Result<Vec<Record>, CrmError> {
        let rows = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let is_by_key = find.by == By::Key; // yours is asked by ids, addresses and domains, too
        let keys = find.values.iter().filter(|_| is_by_key);
        Ok(keys.filter_map(|key| rows.get(key).cloned()).collect())
    }

    async fn write(&self, writes: &[Write]) -> Result<Vec<Written>, CrmError> {
        let refused = || Written::Refused("whole rows only".to_owned());
        let written = writes.iter().map(|write| self.put(write));
        Ok(written.map(|one| one.unwrap_or_else(refused)).collect())
    }
}

impl Table {
    fn put(&self, write: &Write) -> Option<Written> {
        let (kind, key, values) = match write {
            Write::Put {
                kind, key, values, ..
            } => (*kind, key, values),
            _ => return None, // yours changes, links and removes as well
        };
        let id = RecordId::new(format!("row-{key}")).ok()?;
        let mut row = Record::new(kind, id.clone(), Timestamp::now());
        row.values = values.to_held();
        row.values.insert(Field::Key, key.clone());
        let mut rows = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let is_new = rows.insert(key.clone(), row).is_none();
        Some(Written::done(id, is_new, values))
    }
}

#[tokio::main]
async fn main() -> Result<()> {
    let table = Arc::new(Table::default());
    let flow = CrmSync::new(Arc::clone(&table) as _, Arc::new(MemoryOutbox::default()));
    let mut notes = CallNotes::new("77".parse()?, "2026-03-02T10:00:00Z".parse()?);
    notes.competitors.insert("Initech".to_owned());

    for (run, expected) in [("first", Action::Create), ("second", Action::Nothing)] {
        let plan = flow.plan(vec![notes.wanted(Default::default())?]).await?;
        println!("{run}: {} is to {:?}", plan[0].subject, plan[0].action);
        assert_eq!(plan[0].action, expected, "written once");
        flow.apply(run, plan, Timestamp::now()).await?;
    }
    let found = table
        .find(&Find::new(RecordKind::Call, By::Key, ["77"]))
        .await?;
    println!("{:#?}", found[0].values);
    Ok(())
}
