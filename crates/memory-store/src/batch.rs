//! A batch as every store takes it: checked, hashed, and each call once.

use std::collections::{BTreeMap, BTreeSet};

use conversation::{CallId, PassageId, Revision};
use embeddings::{Space, Vector};

use crate::words::{Hasher, Terms};
use crate::{CallPoints, Error, ErrorKind, Facts, PassagePlace};

/// What points are kept under.
pub type Owner = (CallId, Revision);

/// One text revision of a call, ready to be written.
#[derive(Debug)]
#[expect(
    clippy::exhaustive_structs,
    reason = "facts and points are the meaning"
)]
pub struct ReadyCall {
    /// The facts.
    pub facts: Facts,
    /// The passages, in the order of the transcript.
    pub points: Vec<ReadyPoint>,
}

/// A passage without its words.
#[derive(Debug)]
#[expect(
    clippy::exhaustive_structs,
    reason = "what is kept of a passage is the meaning"
)]
pub struct ReadyPoint {
    /// Where it stands.
    pub place: PassagePlace,
    /// Its words, hashed.
    pub terms: Terms,
    /// `None` keeps the stored one.
    pub vector: Option<Vector>,
}

/// Checks a batch and hashes its words; of a call that comes twice the later one counts.
pub fn ready(
    batch: Vec<CallPoints>,
    space: &Space,
    hasher: &Hasher,
) -> Result<BTreeMap<Owner, ReadyCall>, Error> {
    let mut calls: BTreeMap<Owner, ReadyCall> = BTreeMap::new();
    for CallPoints { facts, points } in batch {
        let owner = (facts.call.clone(), facts.text_revision);
        let earlier = calls.remove(&owner);
        let mut call = ready_call(facts, points, space, hasher)?;
        if let Some(earlier) = earlier {
            keep_vectors(&mut call, earlier);
        }
        calls.insert(owner, call);
    }
    Ok(calls)
}

fn ready_call(
    facts: Facts,
    points: Vec<crate::Point>,
    space: &Space,
    hasher: &Hasher,
) -> Result<ReadyCall, Error> {
    let mut seen = BTreeSet::new();
    let mut ready = Vec::with_capacity(points.len());
    for (ordinal, point) in (0_u32..).zip(points) {
        let passage = &point.passage;
        let is_of_call = passage.call == facts.call && passage.text_revision == facts.text_revision;
        if !is_of_call || !seen.insert(passage.id) {
            return Err(Error::new(
                ErrorKind::Misplaced,
                format!(
                    "passage {} comes twice or is not of revision {} of call {}",
                    passage.id, facts.text_revision, facts.call
                ),
            ));
        }
        if let Some(vector) = &point.vector {
            fits(vector, space)?;
        }
        ready.push(ReadyPoint {
            place: PassagePlace::of(passage, ordinal),
            terms: hasher.terms(&passage.text),
            vector: point.vector,
        });
    }
    Ok(ReadyCall {
        facts,
        points: ready,
    })
}

/// The later of two entries for one call keeps vectors that the earlier one brought.
fn keep_vectors(call: &mut ReadyCall, earlier: ReadyCall) {
    let mut brought: BTreeMap<PassageId, Vector> = earlier
        .points
        .into_iter()
        .filter_map(|point| Some((point.place.id, point.vector?)))
        .collect();
    for point in &mut call.points {
        if point.vector.is_none() {
            point.vector = brought.remove(&point.place.id);
        }
    }
}

/// Refuses a vector of another length than the space says.
pub fn fits(vector: &Vector, space: &Space) -> Result<(), Error> {
    let (has, needs) = (vector.as_slice().len(), space.model().dimensions().get());
    if has == needs {
        Ok(())
    } else {
        Err(Error::new(
            ErrorKind::WrongDimensions,
            format!("a vector has {has} dimensions, its space {needs}"),
        ))
    }
}

/// Says that a passage came without a vector and none is stored.
pub fn vector_missing(place: &PassagePlace) -> Error {
    Error::new(
        ErrorKind::VectorMissing,
        format!(
            "no vector is stored for passage {} of call {}",
            place.id, place.call
        ),
    )
}
