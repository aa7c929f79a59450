//! The pretended company: decides, under one lock and without waiting, what each request is answered.

use std::collections::VecDeque;

use jiff::Timestamp;
use serde_json::{Value, json};
use tokio::time::Instant;

use crate::asked::Asked;
use crate::book::{Book, Place, Wanted};
use crate::cursor::{self, Refused};
use crate::faults::Dice;
use crate::keys::Keys;
use crate::limits::Gate;
use crate::logins::{Bearer, Logins};
use crate::pages::Page;
use crate::people::People;
use crate::reply::{Body, Reply};
use crate::selection::Selection;
use crate::stats::{Ledger, Recorded};
use crate::{Failure, Faults, Limits, Operation, Outage, World, WorldCall, oddities};

/// Everything that changes while the simulator runs.
#[derive(Debug)]
pub(crate) struct Company {
    pub(crate) book: Book,
    pub(crate) people: People,
    pub(crate) keys: Keys,
    pub(crate) logins: Logins,
    pub(crate) gate: Gate,
    pub(crate) ledger: Ledger,
    /// Failures that a test ordered, first come first served.
    pub(crate) ordered: VecDeque<(Option<Operation>, Failure)>,
    pub(crate) cursor_epoch: u64,
    faults: Faults,
    dice: Dice,
    answers: u64,
}

impl Company {
    pub(crate) fn new(world: World, keys: Keys, limits: Limits, faults: Faults) -> Self {
        let (book, people) = settle(world);
        Self {
            book,
            people,
            keys,
            logins: Logins::new(),
            gate: Gate::new(limits),
            ledger: Ledger::default(),
            ordered: VecDeque::new(),
            cursor_epoch: 0,
            dice: Dice::new(faults.seed),
            faults,
            answers: 0,
        }
    }

    pub(crate) fn replace_world(&mut self, world: World) {
        (self.book, self.people) = settle(world);
    }

    /// From now on these faults. The failures by share start again from the seed.
    pub(crate) fn set_faults(&mut self, faults: Faults) {
        self.dice = Dice::new(faults.seed);
        self.faults = faults;
    }

    /// The answer to a request that arrived at `arrived`, when the simulator's clock says `now`.
    pub(crate) fn answer(&mut self, asked: &Asked, arrived: Instant, now: Timestamp) -> Reply {
        self.ledger.arrived(asked.name(), arrived);
        let mut reply = self.decide(asked, arrived, now);
        if let Some(failure) = &reply.failure {
            self.ledger.gave_fault(failure.name());
        }
        self.ledger.decided(Recorded {
            operation: asked.name().to_owned(),
            target: asked.target.clone(),
            body: asked.body.clone(),
            status: reply.status,
        });
        self.answers += 1;
        if let Body::Json(body) = &mut reply.body {
            oddities::apply(body, &self.faults);
            body["requestId"] = json!(format!("sim{:016x}", self.answers));
        }
        reply
    }

    /// In the order in which Gong's front would refuse: wrong host, wrong key, too many, broken, not allowed.
    fn decide(&mut self, asked: &Asked, arrived: Instant, now: Timestamp) -> Reply {
        if let Some(host) = &self.faults.redirect_to {
            return Reply::redirect(format!("{}{}", host.trim_end_matches('/'), asked.target));
        }
        let Some(operation) = asked.operation else {
            return Reply::page(404);
        };
        let authorization = asked.authorization.as_deref();
        let bearer = self.logins.bearer(authorization, operation, now);
        if bearer == Some(Bearer::Unknown) || (bearer.is_none() && !self.keys.admit(authorization))
        {
            return Reply::error(401, "Access denied");
        }
        if let Err(seconds) = self.gate.admit(arrived, now) {
            return Reply::too_many_requests(seconds);
        }
        let failure = self.next_failure(operation);
        let reply = match &failure {
            Some(Failure::Status(status)) => Reply::error(
                *status,
                "Failed to complete the operation due to an unexpected error",
            ),
            Some(Failure::Page(status)) => Reply::page(*status),
            Some(Failure::TooManyRequests(seconds)) => Reply::too_many_requests(*seconds),
            _ if self.faults.forbidden.contains(&operation) || bearer == Some(Bearer::Lacks) => {
                Reply::error(403, "Access denied")
            }
            _ => self
                .serve(operation, asked, now)
                .unwrap_or_else(|refusal| refusal),
        };
        Reply { failure, ..reply }
    }

    fn next_failure(&mut self, operation: Operation) -> Option<Failure> {
        let thrown = self.dice.throw(&self.faults);
        let meant = self
            .ordered
            .iter()
            .position(|(only, _)| only.is_none_or(|only| only == operation));
        let ordered = meant
            .and_then(|position| self.ordered.remove(position))
            .map(|(_, failure)| failure);
        ordered.or(thrown)
    }

    /// The proper answer. An `Err` is a proper answer, too: one without content.
    fn serve(&self, operation: Operation, asked: &Asked, now: Timestamp) -> Result<Reply, Reply> {
        match (self.faults.outage, operation) {
            (Some(Outage::Page), _) => return Err(Reply::page(404)),
            (Some(Outage::Empty), Operation::GetCall) => return Err(no_such_call()),
            (Some(Outage::Empty), Operation::ListUsers | Operation::ListWorkspaces) | (None, _) => {
            }
            (Some(Outage::Empty), _) => return Err(Reply::nothing_found()),
        }
        let body = match operation {
            Operation::ListCalls => self.list_calls(asked, now)?,
            Operation::GetCall => self.get_call(asked, now)?,
            Operation::ListCallsExtensive => self.list_calls_extensive(asked, now)?,
            Operation::GetCallTranscripts => self.get_call_transcripts(asked, now)?,
            Operation::ListUsers => self.list_users(asked, now)?,
            Operation::ListWorkspaces => json!({ "workspaces": self.people.workspaces() }),
        };
        Ok(Reply::ok(body))
    }

    fn list_calls(&self, asked: &Asked, now: Timestamp) -> Result<Value, Reply> {
        let wanted = Wanted::by_query(asked)?;
        let inputs = json!([
            wanted.from.map(|at| at.to_string()),
            wanted.to.map(|at| at.to_string()),
            wanted.workspace
        ]);
        let page = self.page(asked.name(), &inputs, asked.parameter("cursor"), now)?;
        self.list(
            &wanted,
            &page,
            "calls",
            |call| call.availability.is_listed(now),
            |call| {
                call.call_json()
                    .get_mut("metaData")
                    .map(Value::take)
                    .unwrap_or_default()
            },
        )
    }

    fn get_call(&self, asked: &Asked, now: Timestamp) -> Result<Value, Reply> {
        let id = asked.call_id.as_deref().unwrap_or("");
        let is_id = id.len() <= 20 && id.bytes().all(|byte| byte.is_ascii_digit());
        if !is_id {
            return Err(Reply::error(400, "id: must be a number of up to 20 digits"));
        }
        let call = self
            .book
            .get(id)
            .ok()
            .filter(|call| call.availability.is_listed(now))
            .ok_or_else(no_such_call)?;
        let mut call = call.call_json();
        oddities::with_nulls(&mut call, id, &self.faults);
        Ok(json!({ "call": call["metaData"].take() }))
    }

    fn list_calls_extensive(&self, asked: &Asked, now: Timestamp) -> Result<Value, Reply> {
        let wanted = Wanted::by_body(asked.body.as_ref())?;
        let selection = Selection::read(
            asked
                .body
                .as_ref()
                .and_then(|body| body.get("contentSelector")),
        )?;
        let page = self.page_of_body(asked, now)?;
        self.list(
            &wanted,
            &page,
            "calls",
            |call| call.availability.has_details(now),
            |call| selection.show(call.call_json()),
        )
    }

    fn get_call_transcripts(&self, asked: &Asked, now: Timestamp) -> Result<Value, Reply> {
        let wanted = Wanted {
            primary_users: None,
            ..Wanted::by_body(asked.body.as_ref())?
        };
        let page = self.page_of_body(asked, now)?;
        let is_there =
            |call: &WorldCall| call.has_transcript() && call.availability.has_transcript(now);
        self.list(
            &wanted,
            &page,
            "callTranscripts",
            is_there,
            |call| json!({ "callId": call.id(), "transcript": call.transcript_json() }),
        )
    }

    fn list_users(&self, asked: &Asked, now: Timestamp) -> Result<Value, Reply> {
        let inputs = json!([asked.parameter("includeAvatars")]);
        let page = self.page(asked.name(), &inputs, asked.parameter("cursor"), now)?;
        let place = |id: &str| -> Place { (Timestamp::UNIX_EPOCH, id.into()) };
        let mut found = Vec::new();
        let (mut total, mut last, mut has_more) = (0, None, false);
        for (id, user) in self.people.users() {
            total += 1;
            let is_repeated = page.repeated().is_some_and(|repeated| *repeated.1 == **id);
            let is_new = page.after().is_none_or(|after| *after.1 < **id);
            if is_new && found.len() >= page.room() + usize::from(page.repeated().is_some()) {
                has_more = true;
            } else if is_new || is_repeated {
                let mut user = user.clone();
                oddities::with_nulls(&mut user, id, &self.faults);
                found.push(user);
                last = Some(place(id));
            }
        }
        Ok(json!({ "records": page.records(total, found.len(), last, has_more), "users": found }))
    }

    /// A page of calls as `show` shows them, under `name`.
    fn list(
        &self,
        wanted: &Wanted,
        page: &Page<'_>,
        name: &str,
        is_visible: impl Fn(&WorldCall) -> bool,
        show: impl Fn(&WorldCall) -> Value,
    ) -> Result<Value, Reply> {
        let found = self
            .book
            .find(wanted, &is_visible, page.after(), page.room());
        if found.total == 0 {
            return Err(Reply::nothing_found());
        }
        let last = found.page.last().map(|(place, _)| (*place).clone());
        let repeated = page
            .repeated()
            .and_then(|place| self.book.last_until(wanted, &is_visible, place));
        let calls = repeated
            .into_iter()
            .chain(found.page.into_iter().map(|(_, call)| call));
        let shown: Vec<Value> = calls
            .map(|call| {
                let mut shown = show(call);
                oddities::with_nulls(&mut shown, call.id(), &self.faults);
                shown
            })
            .collect();
        let records = page.records(found.total, shown.len(), last, found.has_more);
        Ok(json!({ "records": records, name: shown }))
    }

    fn page_of_body(&self, asked: &Asked, now: Timestamp) -> Result<Page<'_>, Reply> {
        let mut inputs = asked.body.clone().unwrap_or_default();
        let cursor = inputs
            .as_object_mut()
            .and_then(|inputs| inputs.remove("cursor"));
        let cursor = match &cursor {
            None | Some(Value::Null) => None,
            Some(Value::String(text)) => Some(text.as_str()).filter(|text| !text.is_empty()),
            Some(_) => return Err(Reply::malformed()),
        };
        self.page(asked.name(), &inputs, cursor, now)
    }

    fn page(
        &self,
        name: &str,
        inputs: &Value,
        cursor: Option<&str>,
        now: Timestamp,
    ) -> Result<Page<'_>, Reply> {
        let asked = cursor::fingerprint(name, inputs);
        let refused = |refused: Refused| Reply::error(400, refused.text());
        Page::open(cursor, asked, self.cursor_epoch, now, &self.faults).map_err(refused)
    }
}

fn settle(world: World) -> (Book, People) {
    let people = People::of(world.users, world.workspaces, &world.calls);
    (Book::of(world.calls), people)
}

fn no_such_call() -> Reply {
    Reply::error(404, "Call ID was not found")
}
