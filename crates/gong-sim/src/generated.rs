//! Plain calls that are made up from a few numbers each time someone asks for them.

use jiff::{SignedDuration, Timestamp};
use rand::RngExt;
use serde_json::{Value, json};

use crate::seeded;

const WORKSPACE: &str = "6100000000000000001";
/// 2026-01-01T00:00:00Z
const FIRST_SECOND: u64 = 1_767_225_600;
const SECONDS: u64 = 180 * 86_400;
const HOSTS: u64 = 24;

const OPENINGS: [&str; 6] = [
    "Thanks for making the time today.",
    "Can everybody hear me all right?",
    "Let me share my screen for a moment.",
    "Before we start, how was the week?",
    "I wanted to go through the open points first.",
    "We have thirty minutes, so let us begin.",
];
const SUBJECTS: [&str; 10] = [
    "the rollout plan",
    "the invoice format",
    "the data import",
    "the training dates",
    "the warehouse scanners",
    "the approval steps",
    "the monthly report",
    "the support hours",
    "the pilot group",
    "the export to the ledger",
];
const REMARKS: [&str; 8] = [
    "We looked at {} and it mostly works.",
    "How do you handle {} today?",
    "Nobody on our side owns {} yet.",
    "I would like to see {} before we go on.",
    "There was a question about {} from finance.",
    "We could move {} to next month.",
    "My only worry is {}.",
    "For {} we need two more people.",
];

/// What a plain call is made from.
#[derive(Clone, Debug)]
pub(crate) struct Generated {
    seed: u64,
    pub(crate) id: Box<str>,
    pub(crate) scheduled: Option<Timestamp>,
    pub(crate) started: Timestamp,
}

impl Generated {
    /// One call with a given id, scheduled for when it started.
    pub(crate) fn plain(id: &str, started: Timestamp) -> Self {
        Self {
            seed: 0,
            id: id.into(),
            scheduled: Some(started),
            started,
        }
    }

    /// Call `number` of `calls`, spread evenly over the half year.
    pub(crate) fn numbered(seed: u64, number: usize, calls: usize) -> Self {
        let (number, calls) = (number as u64, calls.max(1) as u64);
        let mut rng = seeded::rng(seed, &format!("call {number}"));
        let slot = FIRST_SECOND + number * SECONDS / calls;
        let on_the_quarter_hour = second(slot - slot % 900);
        let is_dialed = number % 10 == 9;
        let is_moved = number % 40 == 17;
        let late_by = if is_moved {
            SignedDuration::from_hours(rng.random_range(-48..=48))
        } else {
            SignedDuration::from_millis(rng.random_range(-90_000..600_000))
        };
        Self {
            seed,
            id: numbered_id(seed, number),
            scheduled: (!is_dialed).then_some(on_the_quarter_hour),
            started: on_the_quarter_hour + late_by,
        }
    }

    pub(crate) fn workspace() -> &'static str {
        WORKSPACE
    }

    pub(crate) fn host(&self) -> String {
        format!("5{:018}", seeded::fingerprint(self.id.as_bytes()) % HOSTS)
    }

    /// The entry of extensive.
    pub(crate) fn call(&self) -> Value {
        let id = &*self.id;
        let number = seeded::fingerprint(id.as_bytes());
        let (host, host_number) = (self.host(), number % HOSTS);
        let is_dialed = self.scheduled.is_none();
        let subject = SUBJECTS[pick(number, SUBJECTS.len())];
        let sentences = self.sentences();
        let duration = sentences
            .last()
            .map_or(0, |sentence| sentence.end.div_ceil(1000));
        json!({
            "metaData": {
                "id": id,
                "url": format!("https://app.gong.example/call?id={id}"),
                "title": format!("About {subject}"),
                "scheduled": self.scheduled.map(|instant| instant.to_string()),
                "started": self.started.to_string(),
                "duration": duration,
                "primaryUserId": host,
                "direction": if is_dialed { "Outbound" } else { "Conference" },
                "system": if is_dialed { "Dialer" } else { "Zoom" },
                "scope": "External",
                "media": if is_dialed { "Audio" } else { "Video" },
                "language": "eng",
                "workspaceId": WORKSPACE,
                "sdrDisposition": null,
                "clientUniqueId": null,
                "customData": null,
                "purpose": null,
                "meetingUrl": null,
                "isPrivate": false,
                "calendarEventId": null,
            },
            "parties": [
                {
                    "id": self.id_of("seller"),
                    "emailAddress": format!("seller.{host_number}@seller.example"),
                    "name": format!("Seller {host_number}"),
                    "title": "Account Executive",
                    "userId": host,
                    "speakerId": self.id_of("seller's voice"),
                    "context": [],
                    "affiliation": "Internal",
                    "methods": ["Invitee", "Attendee"],
                },
                {
                    "id": self.id_of("buyer"),
                    "emailAddress": format!("buyer@customer-{}.example", number % 500),
                    "name": format!("Buyer {}", number % 500),
                    "title": "Operations Manager",
                    "speakerId": self.id_of("buyer's voice"),
                    "context": [],
                    "affiliation": "External",
                    "methods": ["Attendee"],
                },
            ],
            "content": { "brief": format!("A made-up conversation about {subject}.") },
        })
    }

    /// The monologues: the two speakers in turn, one or two sentences each.
    pub(crate) fn transcript(&self) -> Value {
        let voices = [self.id_of("seller's voice"), self.id_of("buyer's voice")];
        let mut monologues: Vec<Value> = Vec::new();
        let mut speaking = None;
        for sentence in self.sentences() {
            let spoken =
                json!({ "start": sentence.start, "end": sentence.end, "text": sentence.text });
            let goes_on = speaking == Some(sentence.voice);
            match monologues.last_mut().and_then(|last| last["sentences"].as_array_mut()) {
                Some(sentences) if goes_on => sentences.push(spoken),
                _ => monologues
                    .push(json!({ "speakerId": voices[sentence.voice], "topic": null, "sentences": [spoken] })),
            }
            speaking = Some(sentence.voice);
        }
        Value::Array(monologues)
    }

    fn sentences(&self) -> Vec<Spoken> {
        let mut rng = seeded::rng(self.seed, &self.id);
        let mut at = rng.random_range(200..1500_u64);
        let mut voice = 0;
        let count = rng.random_range(6..14_usize);
        (0..count)
            .map(|number| {
                let text = if number == 0 {
                    OPENINGS[rng.random_range(0..OPENINGS.len())].to_owned()
                } else {
                    let subject = SUBJECTS[rng.random_range(0..SUBJECTS.len())];
                    REMARKS[rng.random_range(0..REMARKS.len())].replace("{}", subject)
                };
                let start = at;
                let end = start + text.split(' ').count() as u64 * rng.random_range(260..380);
                at = end + rng.random_range(100..900);
                let spoken = Spoken {
                    voice,
                    start,
                    end,
                    text,
                };
                if rng.random_bool(0.7) {
                    voice = 1 - voice;
                }
                spoken
            })
            .collect()
    }

    fn id_of(&self, who: &str) -> String {
        seeded::id(self.seed, &format!("{}/{who}", self.id))
    }
}

struct Spoken {
    voice: usize,
    start: u64,
    end: u64,
    text: String,
}

/// 19 digits, and 20 for every tenth, half of those past 64 bits; unique by construction.
fn numbered_id(seed: u64, number: u64) -> Box<str> {
    let salt = seeded::fingerprint(&seed.to_le_bytes()) % 1_000_000_000;
    let head = match number % 20 {
        3 => "98",
        13 => "12",
        _ => "7",
    };
    format!("{head}{salt:09}{number:09}").into()
}

fn pick(number: u64, choices: usize) -> usize {
    usize::try_from(number % choices as u64).unwrap_or(0)
}

fn second(second: u64) -> Timestamp {
    i64::try_from(second)
        .ok()
        .and_then(|second| Timestamp::from_second(second).ok())
        .unwrap_or(Timestamp::MAX)
}
