//! One sample call in Gong's shape: ids, addresses and times are made up, the same each time.

use jiff::{SignedDuration, Timestamp};
use rand::RngExt;
use rand_chacha::ChaCha8Rng;
use serde_json::{Map, Value, json};

use super::WORKSPACE;
use super::deal::{Deal, slug};
use super::text::{Speaker, field};
use crate::{WorldCall, seeded};

const SEED: u64 = 14;

/// One call as its file tells it.
#[derive(Default)]
pub(crate) struct Call<'t> {
    pub(crate) fields: &'t str,
    pub(crate) speakers: Vec<Speaker<'t>>,
    pub(crate) summary: Vec<&'t str>,
    pub(crate) sentences: Vec<(&'t str, &'t str)>,
}

impl Call<'_> {
    pub(crate) fn in_gongs_shape(&self, deal: &Deal<'_>) -> WorldCall {
        let name = field(self.fields, "id");
        let id = seeded::id(SEED, name);
        let mut rng = seeded::rng(SEED, &format!("{name}/times"));
        let date = field(self.fields, "date");
        let scheduled: Timestamp = format!("{date}:00Z")
            .parse()
            .expect("the dates of the committed sample calls are dates");
        let started = scheduled + SignedDuration::from_millis(rng.random_range(-60_000..240_000));
        let (monologues, seconds_of) = self.spoken(name, &mut rng);
        let duration = monologues
            .last()
            .and_then(last_end)
            .unwrap_or(0)
            .div_ceil(1000);
        let is_dialed = field(self.fields, "kind") == "checkin";
        let has_customer = self.speakers.iter().any(|speaker| !speaker.is_ours);
        let host = self.speakers.iter().find(|speaker| speaker.is_ours);

        let call = json!({
            "metaData": {
                "id": id,
                "url": format!("https://app.gong.example/call?id={id}"),
                "title": field(self.fields, "title"),
                "scheduled": (!is_dialed).then(|| scheduled.to_string()),
                "started": started.to_string(),
                "duration": duration,
                "primaryUserId": host.map(|host| self.user_id(deal, host)),
                "direction": if is_dialed { "Outbound" } else { "Conference" },
                "system": if is_dialed { "Dialer" } else { "Zoom" },
                "scope": if has_customer { "External" } else { "Internal" },
                "media": if is_dialed { "Audio" } else { "Video" },
                "language": "eng",
                "workspaceId": WORKSPACE,
                "sdrDisposition": null,
                "clientUniqueId": format!("sample/{name}"),
                "customData": null,
                "purpose": null,
                "meetingUrl": null,
                "isPrivate": false,
                "calendarEventId": null,
            },
            "context": deal.context(date.get(..10).unwrap_or(date)),
            "parties": self.speakers.iter().map(|speaker| self.party(deal, name, speaker)).collect::<Vec<_>>(),
            "content": self.content(),
            "interaction": self.interaction(deal, name, &seconds_of),
        });
        WorldCall::new(call)
            .and_then(|call| call.transcript(Value::Array(monologues)))
            .expect("the committed sample calls are whole")
    }

    /// The monologues with made-up times, and how long each speaker talked.
    fn spoken(&self, name: &str, rng: &mut ChaCha8Rng) -> (Vec<Value>, Map<String, Value>) {
        let mut monologues: Vec<Value> = Vec::new();
        let mut seconds_of = Map::new();
        let mut speaking = "";
        let mut at: u64 = rng.random_range(200..1200);
        for (code, text) in &self.sentences {
            let words = text.split_whitespace().count() as u64;
            let (start, end) = (at, at + 250 + words * rng.random_range(240..420));
            at = end + rng.random_range(100..700);
            let talked = seconds_of.get(*code).and_then(Value::as_f64).unwrap_or(0.0);
            seconds_of.insert(
                (*code).to_owned(),
                json!(talked + (end - start) as f64 / 1000.0),
            );

            let sentence = json!({ "start": start, "end": end, "text": text });
            match monologues.last_mut().and_then(|last| last["sentences"].as_array_mut()) {
                Some(sentences) if speaking == *code => sentences.push(sentence),
                _ => monologues
                    .push(json!({ "speakerId": voice_id(name, code), "topic": null, "sentences": [sentence] })),
            }
            speaking = code;
        }
        (monologues, seconds_of)
    }

    fn party(&self, deal: &Deal<'_>, name: &str, speaker: &Speaker<'_>) -> Value {
        let mut party = json!({
            "id": party_id(name, speaker.code),
            "emailAddress": self.address(deal, speaker),
            "name": self.display_name(deal, speaker),
            "title": speaker.title,
            "speakerId": voice_id(name, speaker.code),
            "context": [],
            "affiliation": if speaker.is_ours { "Internal" } else { "External" },
            "methods": ["Invitee", "Attendee"],
        });
        if speaker.is_ours {
            party["userId"] = json!(self.user_id(deal, speaker));
        }
        party
    }

    /// The title, with the code where two speakers of the call have the same one.
    fn role(&self, speaker: &Speaker<'_>) -> String {
        let namesakes = self
            .speakers
            .iter()
            .filter(|other| other.title == speaker.title)
            .count();
        if namesakes > 1 {
            format!("{} {}", speaker.title, speaker.code)
        } else {
            speaker.title.to_owned()
        }
    }

    /// Who is meant, in words: the invented people have no names outside of what is said.
    fn display_name(&self, deal: &Deal<'_>, speaker: &Speaker<'_>) -> String {
        let role = self.role(speaker);
        match deal.account() {
            Some(account) if speaker.is_ours => format!("{role} for {account}"),
            Some(account) => format!("{role} of {account}"),
            None => role,
        }
    }

    fn address(&self, deal: &Deal<'_>, speaker: &Speaker<'_>) -> String {
        let (role, deal_name) = (slug(&self.role(speaker)), slug(deal.id()));
        let vendor = deal_name.split('-').next().unwrap_or("");
        match deal.account() {
            _ if speaker.is_ours => format!("{role}.{deal_name}@seller-{vendor}.example"),
            Some(account) => format!("{role}@{}.example", slug(account)),
            None => format!("{role}@customer-{vendor}.example"),
        }
    }

    fn user_id(&self, deal: &Deal<'_>, speaker: &Speaker<'_>) -> String {
        seeded::id(SEED, &self.address(deal, speaker))
    }

    /// What Gong's own summary would say: the lines written with the call.
    fn content(&self) -> Value {
        let points = self
            .summary
            .iter()
            .map(|line| line.split_once(": ").map_or(*line, |(_, text)| text));
        let key_points: Vec<Value> = points.clone().map(|text| json!({ "text": text })).collect();
        json!({ "brief": points.collect::<Vec<_>>().join(". "), "keyPoints": key_points })
    }

    /// Talk times of our own side only: Gong's list of speakers leaves customers out.
    fn interaction(&self, deal: &Deal<'_>, name: &str, seconds_of: &Map<String, Value>) -> Value {
        let ours = self.speakers.iter().filter(|speaker| speaker.is_ours);
        let speakers: Vec<Value> = ours
            .map(|speaker| {
                json!({
                    "id": party_id(name, speaker.code),
                    "userId": self.user_id(deal, speaker),
                    "talkTime": seconds_of.get(speaker.code).cloned().unwrap_or(json!(0.0)),
                })
            })
            .collect();
        let questions_of = |ours: bool| {
            let side = self
                .speakers
                .iter()
                .filter(|speaker| speaker.is_ours == ours);
            let codes: Vec<&str> = side.map(|speaker| speaker.code).collect();
            self.sentences
                .iter()
                .filter(|(code, text)| codes.contains(code) && text.ends_with('?'))
                .count()
        };
        json!({
            "speakers": speakers,
            "questions": { "companyCount": questions_of(true), "nonCompanyCount": questions_of(false) },
        })
    }
}

fn party_id(call: &str, code: &str) -> String {
    seeded::id(SEED, &format!("{call}/{code}"))
}

fn voice_id(call: &str, code: &str) -> String {
    seeded::id(SEED, &format!("{call}/{code}/voice"))
}

fn last_end(monologue: &Value) -> Option<u64> {
    monologue["sentences"].as_array()?.last()?["end"].as_u64()
}
