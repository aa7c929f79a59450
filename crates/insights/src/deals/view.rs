//! A deal as rules see it: everything that is known of it, each thing with when it was known.

use conversation::{Call, CallId, DealId, DealSnapshot, Party, PartyId, Side};
use jiff::Timestamp;

use super::{DealAt, PipelineRules, Remark};
use crate::statistics::Statistics;
use crate::{Digest, Finding};

/// Somebody who took part, the same in every call and e-mail: by address, else by phone, else by
/// name; who has none of them is somebody else in each call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PersonKey(Digest);

impl PersonKey {
    /// The person of an e-mail address.
    pub fn of_email(email: &str) -> Self {
        Self::of("email", &email.trim().to_lowercase())
    }

    /// The person behind a party of a call.
    pub fn of_party(call: &CallId, party: &Party) -> Self {
        let filled = |text: &Option<String>| {
            let text = text.as_deref().map(str::trim);
            text.filter(|text| !text.is_empty()).map(str::to_lowercase)
        };
        if let Some(email) = filled(&party.email) {
            return Self::of_email(&email);
        }
        if let Some(phone) = filled(&party.phone) {
            return Self::of("phone", &phone);
        }
        match filled(&party.name) {
            Some(name) => Self::of("name", &name),
            None => Self::of("party", &format!("{call} {}", party.id)),
        }
    }

    /// The person of a fingerprint that [`PersonKey::digest`] gave, or of its keyed form: the two
    /// are not the same person here.
    pub const fn of_digest(digest: Digest) -> Self {
        Self(digest)
    }

    /// The fingerprint. Names can be guessed from it: it is stored in its keyed form only.
    pub const fn digest(&self) -> &Digest {
        &self.0
    }

    fn of(kind: &str, text: &str) -> Self {
        Self(Digest::of([kind.as_bytes(), text.as_bytes()]))
    }
}

/// What a job title says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
#[expect(clippy::exhaustive_enums, reason = "the three answers are the meaning")]
pub enum Title {
    /// None is known.
    #[default]
    Unknown,
    /// One that is not senior.
    Other,
    /// One that means the power to decide.
    Senior,
}

impl Title {
    /// Reads a title as the team's rules say.
    pub fn of(title: Option<&str>, rules: &PipelineRules) -> Self {
        match title.filter(|title| !title.trim().is_empty()) {
            None => Self::Unknown,
            Some(title) if rules.is_senior(title) => Self::Senior,
            Some(_) => Self::Other,
        }
    }
}

/// Somebody in a call.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Participant {
    /// Who.
    pub person: PersonKey,
    /// For which side.
    pub side: Side,
    /// What the job title says.
    pub title: Title,
    /// Whether the transcript has words of theirs; `false` where there is no transcript.
    pub spoke: bool,
}

impl Participant {
    /// Somebody who took part and has not been heard.
    pub const fn new(person: PersonKey, side: Side) -> Self {
        Self {
            person,
            side,
            title: Title::Unknown,
            spoke: false,
        }
    }
}

/// What the words of a call show.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Heard {
    /// Our speech / (ours + theirs).
    pub talk_ratio_ours: Option<f64>,
    /// What was found that rules ask for, each with its sentence.
    pub remarks: Vec<Remark>,
}

/// A call of a deal.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct DealCall {
    /// Which call.
    pub call: CallId,
    /// When it began.
    pub started: Timestamp,
    /// Who took part.
    pub people: Vec<Participant>,
    /// What was heard; none while there is no transcript.
    pub heard: Option<Heard>,
}

impl DealCall {
    /// A call without its words; the rules say which titles are senior.
    pub fn of(call: &Call, rules: &PipelineRules) -> Self {
        let participant = |party: &Party| Participant {
            title: Title::of(party.title.as_deref(), rules),
            ..Participant::new(PersonKey::of_party(&call.id, party), party.side)
        };
        Self {
            call: call.id.clone(),
            started: call.started,
            people: call.parties.iter().map(participant).collect(),
            heard: None,
        }
    }

    /// Adds what was heard: how the talk went, and what was found in it.
    #[must_use]
    pub fn heard(mut self, call: &Call, statistics: &Statistics, findings: &[Finding]) -> Self {
        let speaks = |party: &PartyId| {
            let mut voices = statistics.speakers.iter();
            voices.any(|voice| voice.party.as_ref() == Some(party))
        };
        for (person, party) in self.people.iter_mut().zip(&call.parties) {
            person.spoke = speaks(&party.id);
        }
        let remarks = findings.iter().filter_map(Remark::of).collect();
        self.with_remarks(statistics.talk_ratio_ours, remarks)
    }

    /// Adds our share of the talk and what was found; who spoke is not changed.
    #[must_use]
    pub fn with_remarks(mut self, talk_ratio_ours: Option<f64>, remarks: Vec<Remark>) -> Self {
        self.heard = Some(Heard {
            talk_ratio_ours,
            remarks,
        });
        self
    }

    /// What was found; nothing where there is no transcript.
    pub fn remarks(&self) -> &[Remark] {
        self.heard.as_ref().map_or(&[], |heard| &heard.remarks)
    }

    /// Whether anybody of this side took part.
    pub fn has(&self, side: Side) -> bool {
        self.people.iter().any(|person| person.side == side)
    }
}

/// What passed beside the calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ActivityKind {
    /// An e-mail.
    Email,
    /// A meeting, past or planned, that is no call of ours.
    Meeting,
}

/// An e-mail or a meeting.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Activity {
    /// What it is.
    pub kind: ActivityKind,
    /// When it takes or took place.
    pub at: Timestamp,
    /// Since when it is known: a planned meeting is known before it takes place.
    pub known_since: Timestamp,
    /// Who wrote it or asked for it.
    pub by: Side,
    /// The customer's people in it.
    pub contacts: Vec<PersonKey>,
}

impl Activity {
    /// An activity that was known when it took place.
    pub const fn new(kind: ActivityKind, at: Timestamp, by: Side) -> Self {
        Self {
            kind,
            at,
            known_since: at,
            by,
            contacts: Vec::new(),
        }
    }
}

/// E-mails and meetings, or that nobody tells of them.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "connected or not is the meaning")]
pub enum Activities {
    /// No source of e-mails and meetings is connected.
    NotConnected,
    /// All that the source knows of this deal.
    Known(Vec<Activity>),
}

/// Everything that is known of a deal. Rules see it through [`DealView::at`], as of an instant.
#[derive(Clone, Debug, PartialEq)]
pub struct DealView {
    deal: DealId,
    snapshots: Vec<DealSnapshot>,
    calls: Vec<DealCall>,
    activities: Activities,
}

impl DealView {
    /// A deal with what the CRM showed of it over time, its calls (also those without transcript),
    /// and what passed beside them. The order of the lists does not matter.
    pub fn new(
        deal: DealId,
        mut snapshots: Vec<DealSnapshot>,
        mut calls: Vec<DealCall>,
        mut activities: Activities,
    ) -> Self {
        snapshots.sort_by_key(|snapshot| (snapshot.as_of, snapshot.source));
        calls.sort_by(|a, b| (a.started, &a.call).cmp(&(b.started, &b.call)));
        if let Activities::Known(known) = &mut activities {
            known.sort_by_key(|one| one.at);
        }
        Self {
            deal,
            snapshots,
            calls,
            activities,
        }
    }

    /// Which deal.
    pub const fn deal(&self) -> &DealId {
        &self.deal
    }

    /// What the CRM showed, the earliest first.
    pub fn snapshots(&self) -> &[DealSnapshot] {
        &self.snapshots
    }

    /// All its calls, the earliest first.
    pub fn calls(&self) -> &[DealCall] {
        &self.calls
    }

    /// E-mails and meetings, the earliest first.
    pub const fn activities(&self) -> &Activities {
        &self.activities
    }

    /// What was known at an instant; none while nobody had told of the deal.
    pub fn at<'a>(&'a self, as_of: Timestamp, rules: &'a PipelineRules) -> Option<DealAt<'a>> {
        DealAt::new(self, as_of, rules)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::call_of;

    #[test]
    fn a_person_is_known_again_by_the_address_and_not_by_the_party() {
        let id = |n: &str| CallId::new(n).expect("an id");
        let mut party = Party::new(PartyId::new("1").expect("an id"));
        let nobody = [id("7"), id("8")].map(|call| PersonKey::of_party(&call, &party));
        assert_ne!(nobody[0], nobody[1]);

        party.email = Some(" Buyer@Shop.example".to_owned());
        let known = [id("7"), id("8")].map(|call| PersonKey::of_party(&call, &party));
        assert_eq!(known, [PersonKey::of_email("buyer@shop.example"); 2]);
    }

    #[test]
    fn who_is_heard_spoke_and_who_only_listens_did_not() {
        let mut small = call_of(&[("ours", "Hello."), ("theirs", "Good morning.")]);
        let listener = Party::new(PartyId::new("listener").expect("an id"));
        small.call.parties.push(listener);
        let statistics = Statistics::of(&small.view(), crate::statistics::Breaks::Tolerant, &[]);

        let call = DealCall::of(&small.call, &PipelineRules::default()).heard(
            &small.call,
            &statistics,
            &[],
        );

        let spoke: Vec<bool> = call.people.iter().map(|person| person.spoke).collect();
        assert_eq!(spoke, [true, true, false]);
        assert!(call.has(Side::Theirs) && call.heard.is_some());
    }
}
