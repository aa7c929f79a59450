//! A passage as a document of tantivy: hashed terms to find it, columns to filter and place it.
//!
//! Nothing is kept in tantivy's document store and no position is kept: what can be read back is
//! ids, offsets and numbers.

use conversation::{Privacy, SentenceRef, Side};
use tantivy::schema::{FAST, Field, IndexRecordOption, Schema, TextFieldIndexing, TextOptions};
use tantivy::{TantivyDocument, Term as IndexTerm};

use super::failure::index_failure;
use super::vectors::Row;
use crate::batch::{Owner, ReadyPoint};
use crate::words::{Hasher, Term};
use crate::{Error, Facts, PassagePlace};

/// The tokeniser that takes terms apart which we joined with blanks.
const BLANKS: &str = "whitespace";

/// Columns of numbers without a sign.
const NUMBERS: [&str; 16] = [
    "row",
    "sum",
    "length",
    "id_high",
    "id_low",
    "revision",
    "ordinal",
    "first_utterance",
    "first_sentence",
    "last_utterance",
    "last_sentence",
    "part_start",
    "part_end",
    "span_start",
    "span_end",
    "sides",
];
/// Columns of numbers with a sign.
const SIGNED: [&str; 2] = ["started_second", "started_nanosecond"];
/// Columns of text.
const TEXTS: [&str; 2] = ["call", "facts_hash"];

/// The schema, and the fields that are searched.
#[derive(Clone, Debug)]
pub(super) struct Fields {
    pub(super) schema: Schema,
    /// Hashed words, as often as they occur.
    pub(super) words: Field,
    /// Hashed pairs of words.
    pub(super) pairs: Field,
    /// Hashed facts, for filters and deletes.
    pub(super) facts: Field,
}

impl Fields {
    pub(super) fn new() -> Self {
        let mut schema = Schema::builder();
        let terms = |option| {
            TextOptions::default().set_indexing_options(
                TextFieldIndexing::default()
                    .set_tokenizer(BLANKS)
                    .set_fieldnorms(false)
                    .set_index_option(option),
            )
        };
        let words = schema.add_text_field("words", terms(IndexRecordOption::WithFreqs));
        let pairs = schema.add_text_field("pairs", terms(IndexRecordOption::Basic));
        let facts = schema.add_text_field("facts", terms(IndexRecordOption::Basic));
        for name in NUMBERS {
            schema.add_u64_field(name, FAST);
        }
        for name in SIGNED {
            schema.add_i64_field(name, FAST);
        }
        for name in TEXTS {
            schema.add_text_field(name, TextOptions::default().set_fast("raw"));
        }
        Self {
            schema: schema.build(),
            words,
            pairs,
            facts,
        }
    }

    /// The document of a passage, and where its vector stands.
    pub(super) fn document(
        &self,
        call: &CallTerms<'_>,
        point: &ReadyPoint,
        at: Row,
    ) -> Result<TantivyDocument, Error> {
        let mut document = TantivyDocument::default();
        let words = &point.terms.words;
        let words = words
            .iter()
            .flat_map(|(term, count)| (0..*count).map(move |_| term));
        document.add_text(self.words, joined(words));
        document.add_text(self.pairs, joined(&point.terms.pairs));
        let sides = point.place.sides.iter().map(|side| call.side(side));
        document.add_text(
            self.facts,
            joined(&call.terms) + " " + &joined(&sides.collect::<Vec<_>>()),
        );

        for (name, value) in numbers(&point.place) {
            document.add_u64(self.column(name)?, value);
        }
        document.add_u64(self.column("row")?, at.row);
        document.add_u64(self.column("sum")?, u64::from(at.sum));
        document.add_u64(self.column("length")?, u64::from(point.terms.length));
        let started = call.facts.started;
        document.add_i64(self.column("started_second")?, started.as_second());
        let nanosecond = i64::from(started.subsec_nanosecond());
        document.add_i64(self.column("started_nanosecond")?, nanosecond);
        document.add_text(self.column("call")?, call.facts.call.as_str());
        document.add_text(self.column("facts_hash")?, &call.facts.facts_hash);
        Ok(document)
    }

    fn column(&self, name: &str) -> Result<Field, Error> {
        let field = self.schema.get_field(name);
        field.map_err(|e| index_failure("the index has another schema", e))
    }
}

/// A term as tantivy looks for it.
pub(super) fn index_term(field: Field, term: Term) -> IndexTerm {
    IndexTerm::from_field_text(field, &term.to_string())
}

/// The facts of a call as terms, the same for all of its passages.
pub(super) struct CallTerms<'a> {
    facts: &'a Facts,
    hasher: &'a Hasher,
    terms: Vec<Term>,
}

impl<'a> CallTerms<'a> {
    pub(super) fn new(facts: &'a Facts, hasher: &'a Hasher) -> Self {
        let owner = (facts.call.clone(), facts.text_revision);
        let mut terms = vec![
            hasher.fact(CALL, facts.call.as_str()),
            owner_term(hasher, &owner),
        ];
        if facts.privacy == Privacy::Private {
            terms.push(hasher.fact(PRIVATE, ""));
        }
        let workspace = facts.workspace.iter();
        terms.extend(workspace.map(|id| hasher.fact(WORKSPACE, id.as_str())));
        terms.extend(
            facts
                .accounts
                .iter()
                .map(|id| hasher.fact(ACCOUNT, id.as_str())),
        );
        terms.extend(facts.users.iter().map(|id| hasher.fact(USER, id.as_str())));
        terms.extend(facts.tags.iter().map(|tag| hasher.fact(TAG, tag)));
        terms.extend(facts.people.iter().map(|key| hasher.fact(PERSON, &key.0)));
        Self {
            facts,
            hasher,
            terms,
        }
    }

    fn side(&self, side: Side) -> Term {
        self.hasher.fact(SIDE, side.as_str())
    }
}

pub(super) const CALL: &str = "call";
pub(super) const PRIVATE: &str = "private";
pub(super) const WORKSPACE: &str = "workspace";
pub(super) const ACCOUNT: &str = "account";
pub(super) const USER: &str = "user";
pub(super) const TAG: &str = "tag";
pub(super) const PERSON: &str = "person";
pub(super) const SIDE: &str = "side";

/// What all passages of one text revision of a call share.
pub(super) fn owner_term(hasher: &Hasher, (call, revision): &Owner) -> Term {
    hasher.fact("revision", &format!("{revision} {call}"))
}

fn joined<'a>(terms: impl IntoIterator<Item = &'a Term>) -> String {
    let mut text = String::new();
    for term in terms {
        if !text.is_empty() {
            text.push(' ');
        }
        text.push_str(&term.to_string());
    }
    text
}

fn numbers(place: &PassagePlace) -> impl Iterator<Item = (&'static str, u64)> {
    let id = u128::from_be_bytes(place.id.to_bytes());
    let sentence = |at: SentenceRef| (u64::from(at.utterance), u64::from(at.sentence));
    let (first, last) = (sentence(place.first), sentence(place.last));
    let part = place.part.map(|part| {
        [
            ("part_start", part.start as u64),
            ("part_end", part.end as u64),
        ]
    });
    [
        ("id_high", half_of(id >> 64)),
        ("id_low", half_of(id)),
        ("revision", place.text_revision.get()),
        ("ordinal", u64::from(place.ordinal)),
        ("first_utterance", first.0),
        ("first_sentence", first.1),
        ("last_utterance", last.0),
        ("last_sentence", last.1),
        ("span_start", place.span.start_ms()),
        ("span_end", place.span.end_ms()),
        ("sides", place.sides.iter().map(side_bit).sum()),
    ]
    .into_iter()
    .chain(part.into_iter().flatten())
}

/// The bit of a side in the column of sides.
pub(super) fn side_bit(side: Side) -> u64 {
    match side {
        Side::Ours => 1,
        Side::Theirs => 2,
        Side::Unknown => 4,
    }
}

#[expect(clippy::cast_possible_truncation, reason = "the lower half is meant")]
fn half_of(id: u128) -> u64 {
    id as u64
}
