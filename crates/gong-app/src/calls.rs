//! Calls without their words: a list, and one with what its vendor wrote about it.

use std::num::NonZeroUsize;
use std::time::Duration;

use access::{Operation, Permission, Sight};
use call_archive::{CallQuery, Raw, TextState};
use conversation::{Call, Side};
use memory_store::Filter;
use serde_json::Value;

use crate::app::App;
use crate::views::{
    CallFactsView, CallRowView, CallsView, ContentView, PersonView, neutral, plain_link,
};
use crate::{Error, ErrorKind, SearchFilters};

/// Calls that are read at once where the archive cannot filter by what is asked.
const PAGE: usize = 200;
/// A list that finds nothing gives up after so many calls and says where to go on.
const MOST_READ: usize = 20_000;

/// Which calls.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct CallsRequest {
    /// Time, customers, people, ids, private ones; a side narrows nothing here.
    pub filters: SearchFilters,
    /// `internal`, `external` or `unknown`.
    pub scope: Option<String>,
    /// `inbound`, `outbound` or `conference`.
    pub direction: Option<String>,
    /// Calls that lasted at least so long.
    pub lasting: Option<Duration>,
    /// How many a page has at most.
    pub limit: NonZeroUsize,
    /// How much a page holds, by the measure of whoever shows it.
    pub room: usize,
    /// What a call adds to a page.
    pub weigh: fn(&CallRowView) -> usize,
    /// Where the page before said to go on.
    pub after: Option<String>,
}

impl CallsRequest {
    /// The newest calls that are not private, so many a page.
    pub fn new(limit: NonZeroUsize) -> Self {
        Self {
            filters: SearchFilters::default(),
            scope: None,
            direction: None,
            lasting: None,
            limit,
            room: usize::MAX,
            weigh: |_| 0,
            after: None,
        }
    }

    fn takes(&self, filter: &Filter, call: &Call) -> bool {
        let is = |asked: &Option<String>, has: Option<&str>| {
            asked
                .as_ref()
                .is_none_or(|asked| has.is_some_and(|has| has.eq_ignore_ascii_case(asked)))
        };
        let any = |wanted: usize, found: bool| wanted == 0 || found;
        is(&self.scope, call.scope.as_deref())
            && is(
                &self.direction,
                call.direction.as_ref().map(conversation::Direction::as_str),
            )
            && self
                .lasting
                .is_none_or(|least| call.duration.is_some_and(|lasted| lasted >= least))
            && any(filter.calls.len(), filter.calls.contains(&call.id))
            && any(
                filter.accounts.len(),
                call.accounts.iter().any(|id| filter.accounts.contains(id)),
            )
            && any(
                filter.users.len(),
                call.users().iter().any(|user| filter.users.contains(user)),
            )
    }

    /// Whether the archive finds exactly these calls by itself.
    fn is_plain(&self, filter: &Filter) -> bool {
        let is_narrowed =
            self.scope.is_some() || self.direction.is_some() || self.lasting.is_some();
        !is_narrowed
            && filter.calls.is_empty()
            && filter.accounts.is_empty()
            && filter.users.len() <= 1
    }
}

impl App {
    /// Lists calls, newest first.
    pub async fn calls(&self, request: &CallsRequest) -> Result<CallsView, Error> {
        let work = Box::pin(self.listed(request));
        let seen = |view: &CallsView| view.calls.iter().map(|call| call.id.clone()).collect();
        self.reading(Operation::LIST_CALLS, &format!("{request:?}"), work, seen)
            .await
    }

    async fn listed(&self, request: &CallsRequest) -> Result<CallsView, Error> {
        let private = request.filters.include_private;
        let sight = self.sight_of(Permission::CallsRead, private)?;
        let archive = self.existing_archive().await?.as_ref();
        let narrowed = request.filters.narrowed(archive, sight.facts().clone());
        let filter = narrowed.await?.filter;
        let is_plain = request.is_plain(&filter);
        let limit = request.limit.get();
        let mut query = CallQuery::default();
        query.period = filter.period;
        query.user = match filter.users.as_slice() {
            [user] => Some(user.clone()),
            _ => None,
        };
        query.limit = if is_plain { limit } else { PAGE };
        query.after.clone_from(&request.after);
        let mut view = CallsView {
            calls: Vec::new(),
            total: None,
            next: None,
        };
        let (mut read, mut weight) = (0, 0);
        loop {
            let page = archive.list(sight.facts(), &query).await;
            let page = page.map_err(of_list)?;
            read += page.calls.len();
            if is_plain {
                view.total = Some(page.total);
            }
            for (at, (call, text)) in page.calls.iter().enumerate() {
                if !request.takes(&filter, call) {
                    continue;
                }
                let row = row(call, *text, &sight);
                weight += (request.weigh)(&row);
                let is_full =
                    view.calls.len() == limit || (weight > request.room && !view.calls.is_empty());
                if is_full {
                    view.next = self.place_before(at, &sight, query).await?;
                    return Ok(view);
                }
                view.calls.push(row);
            }
            match page.next {
                Some(next) if read < MOST_READ && view.calls.len() < limit => {
                    query.after = Some(next);
                }
                next => {
                    view.next = next;
                    return Ok(view);
                }
            }
        }
    }

    /// Where a list goes on with the call at this position of a page.
    async fn place_before(
        &self,
        at: usize,
        sight: &Sight,
        mut query: CallQuery,
    ) -> Result<Option<String>, Error> {
        if at == 0 {
            return Ok(query.after);
        }
        query.limit = at;
        let archive = self.existing_archive().await?;
        Ok(archive.list(sight.facts(), &query).await?.next)
    }

    /// One call without its words, and what its vendor wrote about it; one that may not be seen is
    /// answered like one that is not there.
    pub async fn call(&self, call: &str, include_private: bool) -> Result<CallFactsView, Error> {
        let work = async {
            let (stored, form) = self.one_call(call, include_private).await?;
            let mut call = crate::show::view(&stored, form);
            let sentences = stored.text.as_ref().map_or(0, |text| {
                call.sentences.clear();
                text.transcript.sentences().count()
            });
            Ok(CallFactsView {
                call,
                sentences,
                content: form.words(|| content(&stored.raw)).flatten(),
            })
        };
        let seen = |view: &CallFactsView| vec![view.call.id.clone()];
        let asked = format!("{call} {include_private}");
        self.reading(Operation::GET_CALL, &asked, Box::pin(work), seen)
            .await
    }
}

fn row(call: &Call, text: TextState, sight: &Sight) -> CallRowView {
    let form = sight.form(&call.users(), call.is_private());
    let ours = call.parties.iter().filter_map(|party| {
        Some(PersonView {
            user_id: neutral(party.user.as_ref()?.as_str()),
            name: party.name.as_deref().map(neutral),
        })
    });
    let theirs = call
        .parties
        .iter()
        .filter(|party| party.side == Side::Theirs);
    let mut domains: Vec<String> = theirs
        .filter_map(|party| Some(neutral(&party.domain()?)))
        .collect();
    domains.sort();
    domains.dedup();
    CallRowView {
        id: neutral(call.id.as_str()),
        title: form.words(|| call.title.as_deref().map(neutral)).flatten(),
        started: call.started.to_string(),
        duration_s: call.duration.map(|duration| duration.as_secs()),
        direction: call
            .direction
            .as_ref()
            .map(|direction| neutral(direction.as_str())),
        scope: call.scope.as_deref().map(neutral),
        reps: ours.collect(),
        account_ids: call
            .accounts
            .iter()
            .map(|id| neutral(id.as_str()))
            .collect(),
        domains,
        is_private: call.is_private(),
        transcript: crate::show::transcript_word(text),
        url: call.url.as_deref().and_then(plain_link),
    }
}

/// What the vendor wrote about a call; what has another shape than its documents say is left out.
fn content(raw: &Raw) -> Option<ContentView> {
    let content: Value = serde_json::from_str(raw.blocks.get("content")?).ok()?;
    let text = |value: &Value| value.as_str().map(neutral).filter(|text| !text.is_empty());
    let list = |name: &str| content[name].as_array().into_iter().flatten();
    let counted = |name: &str, figure: &str| -> Vec<(String, u64)> {
        list(name)
            .filter_map(|one| Some((text(&one["name"])?, one[figure].as_f64()?)))
            .filter(|(_, figure)| *figure > 0.0)
            .map(|(name, figure)| (name, whole(figure)))
            .collect()
    };
    Some(ContentView {
        brief: text(&content["brief"]),
        key_points: list("keyPoints")
            .filter_map(|point| text(&point["text"]))
            .collect(),
        outcome: text(&content["callOutcome"]["name"]),
        trackers: counted("trackers", "count"),
        topics: counted("topics", "duration"),
    })
}

/// A count or a number of seconds, as the vendor tells it.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "what is below zero or beyond all bounds becomes the bound"
)]
fn whole(figure: f64) -> u64 {
    figure.round() as u64
}

/// A malformed place to go on is a mistake of whoever asks.
pub(crate) fn malformed_place() -> Error {
    Error::new(ErrorKind::Usage, "this is no place to go on from")
        .hint("pass what the page before gave, unchanged, with the same filters")
}

fn of_list(error: call_archive::Error) -> Error {
    if error.kind() == call_archive::ErrorKind::Invalid {
        malformed_place()
    } else {
        error.into()
    }
}

#[cfg(test)]
mod tests {
    use conversation::{AccountId, CallId, Party, PartyId, UserId};
    use jiff::Timestamp;

    use super::*;

    #[test]
    fn a_list_is_narrowed_by_everything_that_was_asked_for() {
        let mut call = Call::new(CallId::new("1").expect("an id"), Timestamp::UNIX_EPOCH);
        call.scope = Some("External".to_owned());
        call.duration = Some(Duration::from_mins(10));
        call.accounts = vec![AccountId::new("domain:acme.example").expect("an id")];
        let mut party = Party::new(PartyId::new("p").expect("an id"));
        party.user = Some(UserId::new("7").expect("an id"));
        call.parties.push(party);
        let request = || CallsRequest::new(NonZeroUsize::MIN);
        let filter = || Filter::new(access::Scope::internal());
        assert!(request().takes(&filter(), &call) && request().is_plain(&filter()));

        let mut asked = request();
        asked.scope = Some("external".to_owned());
        assert!(asked.takes(&filter(), &call) && !asked.is_plain(&filter()));
        asked.scope = Some("internal".to_owned());
        assert!(!asked.takes(&filter(), &call));
        let mut asked = request();
        asked.lasting = Some(Duration::from_mins(11));
        assert!(!asked.takes(&filter(), &call));
        asked.lasting = Some(Duration::from_mins(10));
        assert!(asked.takes(&filter(), &call));
        asked.direction = Some("inbound".to_owned());
        assert!(!asked.takes(&filter(), &call), "its direction is not known");
        let mut of = filter();
        of.users = vec![UserId::new("8").expect("an id")];
        assert!(!request().takes(&of, &call));
        of.users.push(UserId::new("7").expect("an id"));
        assert!(request().takes(&of, &call));
        of.accounts = vec![AccountId::new("other").expect("an id")];
        assert!(!request().takes(&of, &call));
    }

    #[test]
    fn what_the_vendor_wrote_is_read_and_made_harmless() {
        let block = r#"{"brief":"See https://evil.example","keyPoints":[{"text":"One"},{}],
            "trackers":[{"name":"Price","count":2},{"name":"Legal","count":0}],
            "topics":[{"name":"Wrap-up","duration":61.6}],"callOutcome":{"name":"Connected"}}"#;
        let mut raw = Raw::default();
        raw.blocks.insert("content".to_owned(), block.to_owned());

        let read = content(&raw).expect("read");

        let wanted = ContentView {
            brief: Some("See https[:]//evil.example".to_owned()),
            key_points: vec!["One".to_owned()],
            outcome: Some("Connected".to_owned()),
            trackers: vec![("Price".to_owned(), 2)],
            topics: vec![("Wrap-up".to_owned(), 62)],
        };
        assert_eq!(read, wanted);
        assert_eq!(content(&Raw::default()), None);
    }
}
