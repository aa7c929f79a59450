//! Heads: which generation of a text revision of a call is the one that counts.

use std::collections::{BTreeMap, HashMap};

use memory_store::parts::{Owner, Term};
use memory_store::{Error, Facts};
use qdrant_client::qdrant::{NamedVectors, PointStruct, Vectors};

use crate::collection::Collection;
use crate::names::{
    A_HEAD, CALL, CONTENT, FACTS, FACTS_HASH, GENERATION, KIND, ORDER, PASSAGES, REVISION, TENANT,
    VERSION, head_id, number, order_of,
};
use crate::payload::{
    Payload, as_number, numbers, owner, read_text, text, unreadable, whole_payload,
};

/// What counts of a text revision of a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Head {
    pub(crate) generation: String,
    /// Never the same again, so that two looks at a head tell whether it moved in between.
    pub(crate) version: String,
    pub(crate) content: String,
    pub(crate) facts_hash: String,
    pub(crate) passages: u64,
}

impl Head {
    pub(crate) fn read(payload: &Payload) -> Result<(Owner, Self), Error> {
        let passages = payload.get(PASSAGES).and_then(as_number);
        let head = Self {
            generation: read_text(payload, GENERATION)?,
            version: read_text(payload, VERSION)?,
            content: read_text(payload, CONTENT)?,
            facts_hash: read_text(payload, FACTS_HASH)?,
            passages: passages.ok_or_else(unreadable)?.cast_unsigned(),
        };
        Ok((owner(payload)?, head))
    }

    pub(crate) fn point(&self, tenant: &str, facts: &Facts, terms: &[Term]) -> PointStruct {
        let owner = (facts.call.clone(), facts.text_revision);
        let payload = [
            (TENANT, text(tenant)),
            (KIND, text(A_HEAD)),
            (FACTS, numbers(terms.iter().map(|term| number(*term)))),
            (ORDER, order_of(&facts.call).into()),
            (CALL, text(facts.call.as_str())),
            (REVISION, facts.text_revision.get().cast_signed().into()),
            (GENERATION, text(&self.generation)),
            (VERSION, text(&self.version)),
            (CONTENT, text(&self.content)),
            (FACTS_HASH, text(&self.facts_hash)),
            (PASSAGES, self.passages.cast_signed().into()),
        ];
        PointStruct {
            id: Some(head_id(tenant, &owner).into()),
            payload: payload.map(|(key, value)| (key.to_owned(), value)).into(),
            vectors: Some(no_vectors()),
        }
    }
}

/// What a point without vectors has in their place.
pub(crate) fn no_vectors() -> Vectors {
    Vectors::from(NamedVectors {
        vectors: HashMap::new(),
    })
}

impl Collection {
    /// The heads of these owners, of those that have one.
    pub(crate) async fn heads<'o>(
        &self,
        owners: impl IntoIterator<Item = &'o Owner>,
    ) -> Result<BTreeMap<Owner, Head>, Error> {
        let ids = owners.into_iter().map(|owner| head_id(&self.tenant, owner));
        let ids: Vec<String> = ids.collect();
        let found = self.get(ids, whole_payload(), None).await?;
        found
            .iter()
            .map(|point| Head::read(&point.payload))
            .collect()
    }
}
