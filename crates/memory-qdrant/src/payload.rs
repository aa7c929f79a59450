//! A passage as a payload, and back: ids, numbers and hashes, never words.

use std::collections::HashMap;

use conversation::{CallId, Part, PassageId, Privacy, Revision, SentenceRef, Side, Sides, Span};
use memory_store::parts::{Hasher, Owner, ReadyPoint, Term, saturation};
use memory_store::{Error, ErrorKind, Facts, PassagePlace};
use qdrant_client::qdrant::value::Kind;
use qdrant_client::qdrant::{
    ListValue, NamedVectors, PayloadIncludeSelector, PointStruct, Value, Vector, Vectors,
    WithPayloadSelector, with_payload_selector::SelectorOptions,
};
use uuid::Uuid;

use crate::names::{
    A_PASSAGE, CALL, FACTS, GENERATION, KIND, MEANING, NANOSECOND, ORDINAL, PASSAGE, PLACE,
    REVISION, SECOND, SIDES, TENANT, TERMS, WORDS, fact, number, owner_term, point_id, side_term,
    sparse_index,
};

/// A payload.
pub(crate) type Payload = HashMap<String, Value>;

/// The facts of a call as hashes, the same for all of its passages and for its head.
pub(crate) fn fact_terms(facts: &Facts, hasher: &Hasher) -> Vec<Term> {
    let owner = (facts.call.clone(), facts.text_revision);
    let mut terms = vec![
        hasher.fact(fact::CALL, facts.call.as_str()),
        owner_term(hasher, &owner),
    ];
    if facts.privacy == Privacy::Private {
        terms.push(hasher.fact(fact::PRIVATE, ""));
    }
    let mut add = |kind, value: &str| terms.push(hasher.fact(kind, value));
    if let Some(id) = &facts.workspace {
        add(fact::WORKSPACE, id.as_str());
    }
    for id in &facts.accounts {
        add(fact::ACCOUNT, id.as_str());
    }
    for id in &facts.users {
        add(fact::USER, id.as_str());
    }
    for tag in &facts.tags {
        add(fact::TAG, tag);
    }
    for person in &facts.people {
        add(fact::PERSON, &person.0);
    }
    terms
}

/// What all passages of a write share.
pub(crate) struct Shared<'a> {
    pub(crate) tenant: &'a str,
    pub(crate) generation: &'a str,
    pub(crate) facts: &'a Facts,
    pub(crate) fact_terms: &'a [Term],
    pub(crate) hasher: &'a Hasher,
    pub(crate) average_words: f32,
}

/// The point of a passage.
pub(crate) fn point(shared: &Shared<'_>, passage: &ReadyPoint, meaning: Vec<f32>) -> PointStruct {
    let (place, facts) = (&passage.place, shared.facts);
    let sides = place
        .sides
        .iter()
        .map(|side| side_term(shared.hasher, side));
    let of_passage = shared.fact_terms.iter().copied().chain(sides);
    let words = passage.terms.words.keys().chain(&passage.terms.pairs);
    let payload = [
        (TENANT, text(shared.tenant)),
        (KIND, text(A_PASSAGE)),
        (GENERATION, text(shared.generation)),
        (FACTS, numbers(of_passage.map(number))),
        (TERMS, numbers(words.map(|term| number(*term)))),
        (SECOND, facts.started.as_second().into()),
        (
            NANOSECOND,
            i64::from(facts.started.subsec_nanosecond()).into(),
        ),
        (CALL, text(facts.call.as_str())),
        (REVISION, facts.text_revision.get().cast_signed().into()),
        (PASSAGE, text(&place.id.to_string())),
        (ORDINAL, i64::from(place.ordinal).into()),
        (SIDES, place.sides.iter().map(bit).sum::<i64>().into()),
        (PLACE, numbers(place_numbers(place))),
    ];
    let sparse = sparse(passage, shared.average_words);
    let (indices, values): (Vec<u32>, Vec<f32>) = sparse.into_iter().unzip();
    let vectors = NamedVectors {
        vectors: HashMap::from([
            (MEANING.to_owned(), Vector::new_dense(meaning)),
            (WORDS.to_owned(), Vector::new_sparse(indices, values)),
        ]),
    };
    PointStruct {
        id: Some(passage_point_id(shared.tenant, shared.generation, place.id).into()),
        payload: payload.map(|(key, value)| (key.to_owned(), value)).into(),
        vectors: Some(Vectors::from(vectors)),
    }
}

/// The name of a passage's point: another one in each generation.
pub(crate) fn passage_point_id(tenant: &str, generation: &str, passage: PassageId) -> String {
    let passage = passage.to_bytes();
    point_id(&[
        tenant.as_bytes(),
        b"passage",
        generation.as_bytes(),
        &passage,
    ])
}

/// What the words of a passage count, by index; the server multiplies by the weight of each word.
fn sparse(passage: &ReadyPoint, average_words: f32) -> HashMap<u32, f32> {
    let mut sparse = HashMap::new();
    for (term, count) in &passage.terms.words {
        let value = saturation(*count, passage.terms.length, average_words);
        *sparse.entry(sparse_index(*term)).or_insert(0.0) += value;
    }
    sparse
}

/// The fields that say where a passage stands and which write it came with.
pub(crate) fn place_fields() -> WithPayloadSelector {
    let fields = [GENERATION, CALL, REVISION, PASSAGE, ORDINAL, SIDES, PLACE];
    WithPayloadSelector {
        selector_options: Some(SelectorOptions::Include(PayloadIncludeSelector {
            fields: fields.map(str::to_owned).into(),
        })),
    }
}

/// Everything of a payload.
pub(crate) fn whole_payload() -> WithPayloadSelector {
    WithPayloadSelector {
        selector_options: Some(SelectorOptions::Enable(true)),
    }
}

/// Reads the place of a passage.
pub(crate) fn place(payload: &Payload) -> Result<PassagePlace, Error> {
    let (call, text_revision) = owner(payload)?;
    let id = payload.get(PASSAGE).and_then(as_text);
    let id = id.and_then(|id| Uuid::parse_str(id).ok());
    let id = PassageId::from_bytes(*id.ok_or_else(unreadable)?.as_bytes());
    let ordinal = small(payload.get(ORDINAL).and_then(as_number))?;
    let numbers = payload.get(PLACE).and_then(as_numbers);
    let numbers = numbers.ok_or_else(unreadable)?;
    let [
        first_utterance,
        first_sentence,
        last_utterance,
        last_sentence,
        start,
        end,
        part @ ..,
    ] = numbers.as_slice()
    else {
        return Err(unreadable());
    };
    let sentence = |utterance: i64, sentence: i64| {
        Ok(SentenceRef {
            utterance: small(Some(utterance))?,
            sentence: small(Some(sentence))?,
        })
    };
    let ends = [
        sentence(*first_utterance, *first_sentence)?,
        sentence(*last_utterance, *last_sentence)?,
    ];
    let mut place = PassagePlace::new(id, call, text_revision, ordinal, ends);
    place.span = Span::from_millis(start.cast_unsigned(), end.cast_unsigned());
    if let [start, end] = part {
        let byte = |number: i64| usize::try_from(number).map_err(|_| unreadable());
        place.part = Some(Part {
            start: byte(*start)?,
            end: byte(*end)?,
        });
    }
    let sides = payload.get(SIDES).and_then(as_number);
    let sides = sides.ok_or_else(unreadable)?;
    place.sides = [Side::Ours, Side::Theirs, Side::Unknown]
        .into_iter()
        .filter(|side| sides & bit(*side) != 0)
        .collect::<Sides>();
    Ok(place)
}

/// Reads whose passages these are.
pub(crate) fn owner(payload: &Payload) -> Result<Owner, Error> {
    let call = payload.get(CALL).and_then(as_text).ok_or_else(unreadable)?;
    let call = CallId::new(call).map_err(|_| unreadable())?;
    let revision = payload.get(REVISION).and_then(as_number);
    let revision = revision.ok_or_else(unreadable)?.cast_unsigned();
    Ok((call, Revision::new(revision)))
}

/// Reads a field of text.
pub(crate) fn read_text(payload: &Payload, field: &str) -> Result<String, Error> {
    let text = payload.get(field).and_then(as_text);
    text.map(str::to_owned).ok_or_else(unreadable)
}

fn place_numbers(place: &PassagePlace) -> Vec<i64> {
    let byte = |number: usize| (number as u64).cast_signed();
    let mut numbers = vec![
        i64::from(place.first.utterance),
        i64::from(place.first.sentence),
        i64::from(place.last.utterance),
        i64::from(place.last.sentence),
        place.span.start_ms().cast_signed(),
        place.span.end_ms().cast_signed(),
    ];
    numbers.extend(
        place
            .part
            .iter()
            .flat_map(|part| [byte(part.start), byte(part.end)]),
    );
    numbers
}

fn bit(side: Side) -> i64 {
    match side {
        Side::Ours => 1,
        Side::Theirs => 2,
        Side::Unknown => 4,
    }
}

pub(crate) fn text(text: &str) -> Value {
    Value::from(text.to_owned())
}

pub(crate) fn numbers(numbers: impl IntoIterator<Item = i64>) -> Value {
    Value {
        kind: Some(Kind::ListValue(ListValue {
            values: numbers.into_iter().map(Value::from).collect(),
        })),
    }
}

pub(crate) fn as_text(value: &Value) -> Option<&str> {
    match &value.kind {
        Some(Kind::StringValue(text)) => Some(text),
        _ => None,
    }
}

pub(crate) fn as_number(value: &Value) -> Option<i64> {
    match &value.kind {
        Some(Kind::IntegerValue(number)) => Some(*number),
        _ => None,
    }
}

fn as_numbers(value: &Value) -> Option<Vec<i64>> {
    match &value.kind {
        Some(Kind::ListValue(list)) => list.values.iter().map(as_number).collect(),
        _ => None,
    }
}

fn small(number: Option<i64>) -> Result<u32, Error> {
    let number = number.and_then(|number| u32::try_from(number).ok());
    number.ok_or_else(unreadable)
}

/// A point is not what this crate writes.
pub(crate) fn unreadable() -> Error {
    Error::new(
        ErrorKind::Damaged,
        "a point in Qdrant is not as it was written",
    )
}
