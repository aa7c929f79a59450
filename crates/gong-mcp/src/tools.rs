//! The tools: what each is called, what it takes, what it gives, and who may use it.

mod analysis;
mod ask;
mod brief;
mod calls;
mod coach;
mod competitors;
mod deals;
mod search;
mod status;
mod sync;
mod transcript;

use gong_app::views::{ExtentView, MomentView};
use gong_app::{Alike, App, Operation, SearchFilters};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, Value, json};

use crate::answer::{Answer, pruned, shortened};
use crate::arguments::{Arguments, Field, Kind, may, schema};
use crate::progress::Progress;
use crate::refusal::Refusal;

pub(crate) use calls::{of_call, rows};
pub(crate) use transcript::piece_of;

/// A tool as it is declared.
pub(crate) struct Declared {
    pub(crate) name: &'static str,
    pub(crate) title: &'static str,
    pub(crate) about: &'static str,
    pub(crate) fields: &'static [Field],
    pub(crate) output: fn() -> Value,
    pub(crate) effect: Effect,
    /// Shown to whoever may do all of these.
    pub(crate) needs: &'static [Operation],
    which: Which,
}

/// What a tool does to the world.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Effect {
    /// It reads what is stored here.
    Reads,
    /// It asks Gong, and stores what is new.
    Brings,
}

#[derive(Clone, Copy, Debug)]
enum Which {
    AccountBrief,
    AnalyzeCall,
    AskCalls,
    CallStatistics,
    CoachRep,
    CompetitorMentions,
    DealRisk,
    GetCall,
    GetTranscript,
    IndexStatus,
    ListCalls,
    ListTrackers,
    PipelineInsights,
    SearchCalls,
    SyncCalls,
}

/// Every tool, by name.
pub(crate) const ALL: &[Declared] = &[
    Declared {
        name: "account_brief",
        title: "Brief on a customer",
        about: "A customer at a glance, in cited facts: deals with warnings, people, open next steps, concerns, competitors, newest calls.",
        fields: brief::FIELDS,
        output: brief::output,
        effect: Effect::Reads,
        needs: &[Operation::ACCOUNT_BRIEF],
        which: Which::AccountBrief,
    },
    Declared {
        name: "analyze_call",
        title: "Analyse a call",
        about: "What was found in one call: needs, objections, next steps, risks, competitors, \
                pricing, each with the quote it rests on, and how people talked.",
        fields: analysis::CALL,
        output: analysis::call_output,
        effect: Effect::Reads,
        needs: &[Operation::ANALYSE_CALL],
        which: Which::AnalyzeCall,
    },
    Declared {
        name: "ask_calls",
        title: "Ask the calls",
        about: "Answers one question with the sentences that were said, or says that none does.",
        fields: ask::FIELDS,
        output: ask::output,
        effect: Effect::Reads,
        needs: &[Operation::ASK],
        which: Which::AskCalls,
    },
    Declared {
        name: "call_statistics",
        title: "Compare how people talked",
        about: "Talk ratio, monologues, patience, questions and interruptions of several calls \
                side by side; the newest ones if none is named.",
        fields: analysis::STATISTICS,
        output: analysis::statistics_output,
        effect: Effect::Reads,
        needs: &[Operation::ANALYSE_CALL],
        which: Which::CallStatistics,
    },
    Declared {
        name: "coach_rep",
        title: "Coach a rep",
        about: "How a rep talks beside the team, and at most three things to try with moments to listen to. Needs ten calls and five reps.",
        fields: coach::FIELDS,
        output: coach::output,
        effect: Effect::Reads,
        needs: &[Operation::COACH],
        which: Which::CoachRep,
    },
    Declared {
        name: "competitor_mentions",
        title: "Competitors",
        about: "Who was met in how many deals and calls, the trend, win rates against deals without any, and quotes.",
        fields: competitors::FIELDS,
        output: competitors::output,
        effect: Effect::Reads,
        needs: &[Operation::COMPETITORS],
        which: Which::CompetitorMentions,
    },
    Declared {
        name: "deal_risk",
        title: "Risk of deals",
        about: "What stands against open deals: named warnings with points, reason and evidence; what cannot be told is unknown.",
        fields: deals::RISK,
        output: deals::risk_output,
        effect: Effect::Reads,
        needs: &[Operation::RISK],
        which: Which::DealRisk,
    },
    Declared {
        name: "get_call",
        title: "Get a call",
        about: "One call without its words: parties, accounts, and Gong's own summary, trackers \
                and topics where it gave them. For words use get_transcript, for findings \
                analyze_call.",
        fields: calls::CALL,
        output: calls::call_output,
        effect: Effect::Reads,
        needs: &[Operation::GET_CALL],
        which: Which::GetCall,
    },
    Declared {
        name: "get_transcript",
        title: "Read a transcript",
        about: "A part of what was said in one call, in whole sentences; continue with \
                next_cursor. Find moments by search_calls, then read with around_ms.",
        fields: transcript::FIELDS,
        output: transcript::output,
        effect: Effect::Reads,
        needs: &[Operation::TRANSCRIPT],
        which: Which::GetTranscript,
    },
    Declared {
        name: "index_status",
        title: "How fresh the archive is",
        about: "How many calls are stored and searchable, when they were last synced, and what \
                cannot be relied upon.",
        fields: &[],
        output: status::output,
        effect: Effect::Reads,
        needs: &[Operation::STATUS],
        which: Which::IndexStatus,
    },
    Declared {
        name: "list_calls",
        title: "List calls",
        about: "Calls by time, account, rep, direction or length, newest first, without words. To \
                find what was said use search_calls.",
        fields: calls::LIST,
        output: calls::list_output,
        effect: Effect::Reads,
        needs: &[Operation::LIST_CALLS],
        which: Which::ListCalls,
    },
    Declared {
        name: "list_trackers",
        title: "List trackers",
        about: "The trackers that are saved here, and how often their hits were right by people's \
                own judgement.",
        fields: &[],
        output: status::trackers_output,
        effect: Effect::Reads,
        needs: &[Operation::TRACKERS_LIST],
        which: Which::ListTrackers,
    },
    Declared {
        name: "pipeline_insights",
        title: "Pipeline and forecast",
        about: "A period by currency: won, open, slipped, win rate, velocity, forecast with interval; stages; open deals with their last call.",
        fields: deals::PIPELINE,
        output: deals::pipeline_output,
        effect: Effect::Reads,
        needs: &[Operation::PIPELINE, Operation::FORECAST, Operation::DEALS],
        which: Which::PipelineInsights,
    },
    Declared {
        name: "search_calls",
        title: "Search what was said",
        about: "Finds moments in calls by meaning and by words, each with a quote, speaker and \
                time that can be cited. side=theirs keeps to the customer's words.",
        fields: search::FIELDS,
        output: search::output,
        effect: Effect::Reads,
        needs: &[Operation::SEARCH],
        which: Which::SearchCalls,
    },
    Declared {
        name: "sync_calls",
        title: "Bring calls from Gong",
        about: "Brings new calls, or the calls named, from Gong into the archive and the index. \
                Spends the day's requests; only when fresher calls are asked for.",
        fields: sync::FIELDS,
        output: sync::output,
        effect: Effect::Brings,
        needs: &[Operation::SYNC],
        which: Which::SyncCalls,
    },
];

impl Declared {
    /// The tool of this name that the caller may use; others do not exist for him.
    pub(crate) fn find(name: &str, app: &App) -> Option<&'static Self> {
        ALL.iter()
            .find(|tool| tool.name == name && tool.is_for(app))
    }

    /// Whether the caller may use it.
    pub(crate) fn is_for(&self, app: &App) -> bool {
        let caller = app.caller();
        self.needs
            .iter()
            .all(|operation| caller.may(*operation).is_ok())
    }

    pub(crate) fn input_schema(&self) -> Map<String, Value> {
        schema(self.fields)
    }

    pub(crate) fn output_schema(&self) -> Map<String, Value> {
        match (self.output)() {
            Value::Object(schema) => schema,
            _ => Map::new(),
        }
    }

    /// Checks what was given and answers.
    pub(crate) async fn call(
        &self,
        app: &App,
        now: Timestamp,
        given: &Map<String, Value>,
        progress: &Progress,
    ) -> Result<Answer, Refusal> {
        let given = Arguments::read(self.fields, given)?;
        let done = Box::pin(self.done(app, now, &given));
        progress.while_told(done).await
    }

    async fn done(&self, app: &App, now: Timestamp, given: &Arguments) -> Result<Answer, Refusal> {
        match self.which {
            Which::AccountBrief => brief::brief(app, now, given).await,
            Which::AnalyzeCall => analysis::call(app, given).await,
            Which::AskCalls => ask::ask(app, now, given).await,
            Which::CallStatistics => analysis::statistics(app, given).await,
            Which::CoachRep => coach::coach(app, given).await,
            Which::CompetitorMentions => competitors::mentions(app, given).await,
            Which::DealRisk => deals::risk(app, given).await,
            Which::GetCall => calls::call(app, given).await,
            Which::GetTranscript => transcript::read(app, given).await,
            Which::IndexStatus => status::status(app).await,
            Which::ListCalls => calls::list(app, now, given).await,
            Which::ListTrackers => status::trackers(app).await,
            Which::PipelineInsights => deals::pipeline(app, now, given).await,
            Which::SearchCalls => search::search(app, now, given).await,
            Which::SyncCalls => sync::sync(app, given).await,
        }
    }
}

const FROM: Field = may("from", Kind::Instant, "Start, RFC 3339 or a day in UTC");
const TO: Field = may("to", Kind::Instant, "End, exclusive");
const LAST_DAYS: Field = may("last_days", Kind::Number(1, 3_650), "In place of from");
const REPS: Field = may("reps", Kind::Texts(10), "Our people: name, e-mail or id");
const ACCOUNTS: Field = may("accounts", Kind::Texts(10), "Customers: domain or CRM id");
const SIDE: Field = may(
    "side",
    Kind::OneOf(&["ours", "theirs", "unknown"]),
    "Whose words",
);
const CALLS: Field = may("call_ids", Kind::Ids(20), "Only in these calls");
const CURSOR: Field = may("cursor", Kind::Text, "next_cursor of the page before");
const DETAIL: Field = may("detail", Kind::OneOf(&["concise", "full"]), "How much");

/// When the period that was asked for begins.
fn begin(given: &Arguments, now: Timestamp) -> Result<Option<Timestamp>, Refusal> {
    match (given.instant("from"), given.number("last_days")) {
        (Some(_), Some(_)) => Err(Refusal::saying(
            "from and last_days exclude each other: pass one of them.",
        )),
        (from, None) => Ok(from),
        (None, Some(days)) => {
            let days = i64::try_from(days).unwrap_or(i64::MAX);
            let back = SignedDuration::from_hours(days.saturating_mul(24));
            Ok(now.checked_sub(back).ok())
        }
    }
}

/// What narrows an answer. A field that a tool does not take is never given, and narrows nothing.
fn filters(given: &Arguments, now: Timestamp) -> Result<SearchFilters, Refusal> {
    let mut filters = SearchFilters::default();
    filters.from = begin(given, now)?;
    filters.to = given.instant("to");
    filters.reps = given.texts("reps");
    filters.accounts = given.texts("accounts");
    filters.calls = given.texts("call_ids");
    filters.side = given.owned("side");
    filters.alike = Alike::AskWhich;
    Ok(filters)
}

/// What an answer rests on, for whoever may know.
async fn extent(app: &App) -> Result<Option<ExtentView>, Refusal> {
    if app.caller().may(Operation::STATUS).is_err() {
        return Ok(None);
    }
    Ok(Some(app.extent(false).await?))
}

/// A sentence with the call that it stands in.
fn moment(one: &MomentView) -> Value {
    pruned(json!({
        "call_id": one.call,
        "started_at": one.call_started,
        "at": one.sentence,
        "start_ms": one.start_ms,
        "end_ms": one.end_ms,
        "speaker": one.speaker,
        "side": one.side,
        "quote": one.text.as_deref().map(|text| shortened(text, 300)),
        "url": one.url,
    }))
}

/// Three digits after the point are more than anybody measures.
fn rounded(figure: Option<f64>) -> Option<f64> {
    figure.map(|figure| (figure * 1_000.0).round() / 1_000.0)
}

fn is_full(given: &Arguments) -> bool {
    given.text("detail") == Some("full")
}

/// How large an answer may be.
fn most(given: &Arguments) -> usize {
    if is_full(given) {
        crate::answer::MOST
    } else {
        crate::answer::USUAL
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tools_stand_in_the_order_of_their_names() {
        let names: Vec<_> = ALL.iter().map(|tool| tool.name).collect();
        assert!(names.is_sorted(), "{names:?}");
    }
}
