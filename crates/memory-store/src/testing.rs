//! Small calls for tests of stores: a passage for each thing that is said.

use std::num::NonZeroUsize;

use conversation::{
    AccountId, Call, CallId, Party, PartyId, Passage, Privacy, Revision, Sentence, Side, Span,
    SplitRules, Tenant, Transcript, UserId, Utterance, WorkspaceId, split,
};
use embeddings::HashEmbedder;
use jiff::Timestamp;

use crate::{CallPoints, Error, Facts, Holding, PassageStore, PersonKey, Point};

/// Everything that a store holds, asked for in small pages.
pub async fn all_holdings(store: &dyn PassageStore) -> Result<Vec<Holding>, Error> {
    const FEW: NonZeroUsize = NonZeroUsize::new(3).expect("not zero");
    let mut held = Vec::new();
    let mut after = None;
    loop {
        let page = store.holdings(after.as_ref(), FEW).await?;
        held.extend(page.held);
        after = page.next;
        if after.is_none() {
            return Ok(held);
        }
    }
}

/// A call under construction.
#[derive(Clone, Debug)]
pub struct SampleCall {
    facts: Facts,
    said: Vec<(Side, String)>,
}

/// Begins a call that started at second 0 of 1970, with text revision 1.
///
/// # Panics
/// When the text is not a valid id, here and in every method that takes one.
pub fn call(id: &str) -> SampleCall {
    let id = CallId::new(id).expect("a valid call id");
    let started = Timestamp::UNIX_EPOCH;
    SampleCall {
        facts: Facts::new(id, Revision::new(1), "facts", started),
        said: Vec::new(),
    }
}

impl SampleCall {
    /// Adds an utterance of our side, which becomes one passage.
    #[must_use = "the call is returned, not changed in place"]
    pub fn says(self, text: impl Into<String>) -> Self {
        self.side_says(Side::Ours, text)
    }

    /// Adds an utterance of a side, which becomes one passage.
    #[must_use = "the call is returned, not changed in place"]
    pub fn side_says(mut self, side: Side, text: impl Into<String>) -> Self {
        self.said.push((side, text.into()));
        self
    }

    /// Sets the revision of the text.
    #[must_use = "the call is returned, not changed in place"]
    pub fn revision(mut self, number: u64) -> Self {
        self.facts.text_revision = Revision::new(number);
        self
    }

    /// Sets the hash of the facts.
    #[must_use = "the call is returned, not changed in place"]
    pub fn facts_hash(mut self, hash: &str) -> Self {
        hash.clone_into(&mut self.facts.facts_hash);
        self
    }

    /// Sets when the call began.
    #[must_use = "the call is returned, not changed in place"]
    pub fn started(mut self, at: Timestamp) -> Self {
        self.facts.started = at;
        self
    }

    /// Sets the workspace.
    ///
    /// # Panics
    /// When the text is not a valid id.
    #[must_use = "the call is returned, not changed in place"]
    pub fn workspace(mut self, id: &str) -> Self {
        self.facts.workspace = Some(WorkspaceId::new(id).expect("a valid workspace id"));
        self
    }

    /// Adds a customer.
    ///
    /// # Panics
    /// When the text is not a valid id.
    #[must_use = "the call is returned, not changed in place"]
    pub fn account(mut self, id: &str) -> Self {
        let id = AccountId::new(id).expect("a valid account id");
        self.facts.accounts.push(id);
        self
    }

    /// Adds one of our own people.
    ///
    /// # Panics
    /// When the text is not a valid id.
    #[must_use = "the call is returned, not changed in place"]
    pub fn user(mut self, id: &str) -> Self {
        let id = UserId::new(id).expect("a valid user id");
        self.facts.users.push(id);
        self
    }

    /// Adds a tag.
    #[must_use = "the call is returned, not changed in place"]
    pub fn tag(mut self, tag: &str) -> Self {
        self.facts.tags.push(tag.to_owned());
        self
    }

    /// Adds a person by their keyed hash.
    #[must_use = "the call is returned, not changed in place"]
    pub fn person(mut self, key: &str) -> Self {
        self.facts.people.push(PersonKey(key.to_owned()));
        self
    }

    /// Makes the call private.
    #[must_use = "the call is returned, not changed in place"]
    pub fn private(mut self) -> Self {
        self.facts.privacy = Privacy::Private;
        self
    }

    /// The points with vectors of an embedder.
    pub fn points(&self, embedder: &HashEmbedder) -> CallPoints {
        self.with(|passage| Some(embedder.vector(&passage.text)))
    }

    /// The points without vectors.
    pub fn points_without_vectors(&self) -> CallPoints {
        self.with(|_| None)
    }

    /// The passages.
    pub fn passages(&self) -> Vec<Passage> {
        let mut call = Call::new(self.facts.call.clone(), self.facts.started);
        for side in [Side::Ours, Side::Theirs, Side::Unknown] {
            let mut party = Party::new(party_of(side));
            party.side = side;
            call.parties.push(party);
        }
        let utterances = (0..).zip(&self.said).map(|(n, (side, text))| {
            let span = Span::from_millis(n * 1_000, n * 1_000 + 900);
            Utterance::new(vec![Sentence::new(span, text.as_str())]).by(party_of(*side))
        });
        let transcript = Transcript::new(utterances.collect());
        let mut rules = SplitRules::for_limit(NonZeroUsize::MAX);
        rules.target_words = 1;
        let count = |text: &str| text.split_whitespace().count();
        let revision = self.facts.text_revision;
        split(
            &Tenant::default(),
            &call,
            revision,
            &transcript,
            &rules,
            &count,
        )
    }

    fn with(&self, vector: impl Fn(&Passage) -> Option<embeddings::Vector>) -> CallPoints {
        let points = self.passages().into_iter().map(|passage| Point {
            vector: vector(&passage),
            passage,
        });
        CallPoints {
            facts: self.facts.clone(),
            points: points.collect(),
        }
    }
}

fn party_of(side: Side) -> PartyId {
    PartyId::new(side.as_str()).expect("a side's word is a valid id")
}
