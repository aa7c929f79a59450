//! What is said in a planned call, and how Gong tells of it.

use jiff::tz::TimeZone;
use serde_json::{Value, json};

use super::{PlannedCall, PlannedDeal, Planted, Signal, days};
use crate::generated::Generated;
use crate::{Result, WorldCall, seeded};

/// Said in every call before and after what is planted: nothing that should be found.
const OPENING: &str = "Good to see you again.";
const CLOSING: &str = "Thanks, that was helpful.";
const FILLING: [&str; 4] = [
    "We looked at the pilot group and it mostly works.",
    "The warehouse team has been using the new screens.",
    "The import ran over the weekend.",
    "Training went well on our side.",
];

/// Milliseconds from the start of one sentence to the next, and of speech in them.
const STEP: usize = 6000;
const SPEECH: usize = 5000;

/// Whether the customer says it, and the words.
fn words(signal: Signal) -> (bool, &'static str) {
    match signal {
        Signal::Pricing => (
            false,
            "The price is forty thousand euros a year for all users.",
        ),
        Signal::Competitor => (
            true,
            "We are also evaluating Northbeam Analytics this month.",
        ),
        Signal::NextStep => (false, "I will send you the contract draft by Friday."),
        Signal::RedFlag => (true, "Our budget for this project was cut last week."),
    }
}

/// Where signals are said: every other sentence after the opening.
pub(super) fn places(signals: impl Iterator<Item = Signal>) -> Vec<Planted> {
    signals
        .enumerate()
        .map(|(at, signal)| Planted {
            signal,
            sentence: 2 * at + 2,
        })
        .collect()
}

/// The call as Gong has it.
pub(super) fn call(seed: u64, deal: &PlannedDeal, call: &PlannedCall) -> Result<WorldCall> {
    let id_of = |who: &str| seeded::id(seed, &format!("{}/{who}", call.id));
    let voices = [id_of("seller's voice"), id_of("buyer's voice")];
    let mut said: Vec<(usize, &str)> = vec![(0, OPENING)];
    for planted in &call.planted {
        said.push((1, FILLING[planted.sentence / 2 % FILLING.len()]));
        let (is_theirs, text) = words(planted.signal);
        said.push((usize::from(is_theirs), text));
    }
    said.push((1, CLOSING));
    let monologue = |(at, (voice, text)): (usize, &(usize, &str))| {
        let start = at * STEP;
        let sentence = json!({ "start": start, "end": start + SPEECH, "text": text });
        json!({ "speakerId": voices[*voice], "topic": null, "sentences": [sentence] })
    };
    let transcript: Vec<Value> = said.iter().enumerate().map(monologue).collect();
    let host = format!("5{:018}", deal.host);
    let entry = json!({
        "metaData": {
            "id": call.id,
            "url": format!("https://app.gong.example/call?id={}", call.id),
            "title": format!("{} rollout", deal.account),
            "scheduled": call.started.to_string(),
            "started": call.started.to_string(),
            "duration": said.len() * STEP / 1000,
            "primaryUserId": host,
            "direction": "Conference",
            "system": "Zoom",
            "scope": "External",
            "media": "Video",
            "language": "eng",
            "workspaceId": Generated::workspace(),
            "isPrivate": false,
        },
        "context": [context(deal, call)],
        "parties": [
            {
                "id": id_of("seller"),
                "emailAddress": deal.owner_email,
                "name": format!("Seller {}", deal.host),
                "title": "Account Executive",
                "userId": host,
                "speakerId": voices[0],
                "context": [],
                "affiliation": "Internal",
                "methods": ["Invitee", "Attendee"],
            },
            {
                "id": id_of("buyer"),
                "emailAddress": format!("buyer@customer-{}.example", deal.account_id),
                "name": format!("Buyer at {}", deal.account),
                "title": "Operations Manager",
                "speakerId": voices[1],
                "context": [],
                "affiliation": "External",
                "methods": ["Attendee"],
            },
        ],
    });
    WorldCall::new(entry)?.transcript(Value::Array(transcript))
}

/// The deal and its account as the CRM had them on the day of the call.
fn context(deal: &PlannedDeal, call: &PlannedCall) -> Value {
    let day = TimeZone::UTC.to_datetime(call.started).date();
    debug_assert!(days(day, deal.closed_on) > 0, "no call knows the end");
    let field = |name: &str, value: Value| json!({ "name": name, "value": value });
    json!({
        "system": "Salesforce",
        "objects": [
            {
                "objectType": "Opportunity",
                "objectId": deal.id,
                "timing": "TimeOfCall",
                "fields": [
                    field("Name", json!(format!("{} rollout", deal.account))),
                    field("StageName", json!(deal.stage_as_of(day))),
                    field("Amount", json!(deal.amount)),
                    field("CurrencyIsoCode", json!("EUR")),
                    field("CloseDate", json!(deal.close_date_as_of(day).to_string())),
                ],
            },
            {
                "objectType": "Account",
                "objectId": deal.account_id,
                "timing": "TimeOfCall",
                "fields": [field("Name", json!(deal.account))],
            },
        ],
    })
}
