//! One call as detectors see it: its sentences in order, and what is known around them.

use std::cmp::Ordering;
use std::sync::OnceLock;

use conversation::{
    Call, CallId, Citation, PartyId, Revision, SentenceRef, Side, Span, Tenant, Transcript,
};
use jiff::Timestamp;

use crate::Digest;
use crate::detect;
use crate::features::{SentenceFeatures, features};
use crate::text::{Word, words};

/// One sentence with its place, its speaker and its words.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Line<'a> {
    /// Where it stands.
    pub at: SentenceRef,
    /// Who spoke, if known.
    pub party: Option<&'a PartyId>,
    /// For which side.
    pub side: Side,
    /// When.
    pub span: Span,
    /// The sentence.
    pub text: &'a str,
    /// Its words, in lower case, with their places in the text.
    pub words: Vec<Word>,
}

/// What a CRM says about the call's deal.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct CrmFacts {
    /// Names of the customers the call is linked to.
    pub accounts: Vec<String>,
    /// The stage of the deal on the day of the call.
    pub stage: Option<String>,
}

/// One vector per sentence, made elsewhere.
#[derive(Clone, Copy, Debug)]
pub struct SentenceVectors<'a> {
    space: &'a str,
    dimensions: usize,
    numbers: &'a [f32],
}

impl<'a> SentenceVectors<'a> {
    /// Vectors of `dimensions` numbers each, laid end to end, all of the space of this name.
    pub const fn new(space: &'a str, dimensions: usize, numbers: &'a [f32]) -> Self {
        Self {
            space,
            dimensions,
            numbers,
        }
    }

    /// How many numbers a vector has.
    pub const fn dimensions(&self) -> usize {
        self.dimensions
    }

    /// The name of the space.
    pub const fn space(&self) -> &'a str {
        self.space
    }

    fn get(&self, index: usize) -> Option<&'a [f32]> {
        let start = index.checked_mul(self.dimensions)?;
        self.numbers.get(start..start.checked_add(self.dimensions)?)
    }
}

/// One call as detectors see it.
#[derive(Clone, Debug)]
pub struct CallView<'a> {
    tenant: Tenant,
    call: &'a Call,
    text_revision: Revision,
    lines: Vec<Line<'a>>,
    facts: CrmFacts,
    vectors: Option<SentenceVectors<'a>>,
    input: OnceLock<Digest>,
    features: OnceLock<Vec<SentenceFeatures>>,
    label_scores: OnceLock<Vec<Vec<f32>>>,
}

impl<'a> CallView<'a> {
    /// Looks at a call of the default tenant; sides come from the call's parties.
    pub fn new(call: &'a Call, transcript: &'a Transcript, text_revision: Revision) -> Self {
        let line = |said: conversation::SpokenSentence<'a>| Line {
            at: said.at,
            party: said.party,
            side: call.side_of(said.party),
            span: said.span,
            text: said.text,
            words: words(said.text),
        };
        Self {
            tenant: Tenant::default(),
            call,
            text_revision,
            lines: transcript.sentences().map(line).collect(),
            facts: CrmFacts::default(),
            vectors: None,
            input: OnceLock::new(),
            features: OnceLock::new(),
            label_scores: OnceLock::new(),
        }
    }

    /// Says whose call it is.
    #[must_use]
    pub fn of_tenant(mut self, tenant: Tenant) -> Self {
        self.tenant = tenant;
        self
    }

    /// Adds what the CRM says.
    #[must_use]
    pub fn with_facts(mut self, facts: CrmFacts) -> Self {
        self.facts = facts;
        self.input = OnceLock::new();
        self
    }

    /// Adds sentence vectors: one for each line, in order.
    #[must_use]
    pub fn with_vectors(mut self, vectors: SentenceVectors<'a>) -> Self {
        self.vectors = Some(vectors);
        self.features = OnceLock::new();
        self.label_scores = OnceLock::new();
        self
    }

    /// The call's id.
    pub const fn id(&self) -> &CallId {
        &self.call.id
    }

    /// The revision of its words.
    pub const fn text_revision(&self) -> Revision {
        self.text_revision
    }

    /// The call's facts.
    pub const fn call(&self) -> &'a Call {
        self.call
    }

    /// When the call began; due dates are worked out from its day.
    pub const fn started(&self) -> Timestamp {
        self.call.started
    }

    /// What the CRM says.
    pub const fn facts(&self) -> &CrmFacts {
        &self.facts
    }

    /// Every sentence, in order.
    pub fn lines(&self) -> &[Line<'a>] {
        &self.lines
    }

    /// The position among [`CallView::lines`] of the sentence at a place.
    pub fn index_of(&self, at: SentenceRef) -> Option<usize> {
        self.lines.binary_search_by(|line| line.at.cmp(&at)).ok()
    }

    /// The space of the vectors, where there are any.
    pub fn space(&self) -> Option<&'a str> {
        self.vectors.as_ref().map(SentenceVectors::space)
    }

    /// The vector of the line at this position.
    pub fn vector(&self, index: usize) -> Option<&'a [f32]> {
        self.vectors.as_ref()?.get(index)
    }

    /// How many numbers a vector has, where there are any.
    pub fn dimensions(&self) -> Option<usize> {
        self.vectors.as_ref().map(SentenceVectors::dimensions)
    }

    /// What the models read of every line, worked out once.
    pub fn features(&self) -> &[SentenceFeatures] {
        self.features.get_or_init(|| features(self))
    }

    /// The scores of every label on every line, worked out once.
    pub(crate) fn label_scores(&self) -> &[Vec<f32>] {
        self.label_scores.get_or_init(|| detect::label_scores(self))
    }

    /// Cites a line.
    pub fn cite(&self, line: &Line<'_>) -> Citation {
        let mut citation =
            Citation::new(self.call.id.clone(), self.text_revision, line.at, line.span);
        citation.tenant = self.tenant.clone();
        citation.party = line.party.cloned();
        citation.side = line.side;
        citation.url.clone_from(&self.call.url);
        citation
    }

    /// The fingerprint of everything a detector without vectors can see.
    ///
    /// The revision of the text is not part of it: the same words give the same findings.
    pub fn input(&self) -> &Digest {
        self.input.get_or_init(|| self.fingerprint())
    }

    fn fingerprint(&self) -> Digest {
        let mut seen: Vec<Vec<u8>> = vec![
            self.call.id.as_str().into(),
            self.call.started.to_string().into(),
            self.facts.stage.clone().unwrap_or_default().into(),
        ];
        seen.extend(self.facts.accounts.iter().map(|name| name.clone().into()));
        for line in &self.lines {
            let party = line.party.map_or("", PartyId::as_str);
            seen.push(
                format!(
                    "{} {} {} {}-{}",
                    line.at,
                    line.side,
                    party,
                    line.span.start_ms(),
                    line.span.end_ms()
                )
                .into(),
            );
            seen.push(line.text.into());
        }
        Digest::of(seen.iter().map(Vec::as_slice))
    }
}

/// Orders findings of a call as they are shown: by place, then by kind, then the surer one first.
pub fn by_place(one: &crate::Finding, other: &crate::Finding) -> Ordering {
    let key = |finding: &crate::Finding| {
        let place = finding.evidence().place().map(|cited| cited.sentence);
        (place, finding.kind())
    };
    key(one)
        .cmp(&key(other))
        .then_with(|| other.score().total_cmp(&one.score()))
        .then_with(|| one.id().cmp(&other.id()))
}
