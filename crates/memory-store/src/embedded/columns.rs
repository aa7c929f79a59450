//! The columns of a segment, read back as the places of passages.

use std::collections::BTreeSet;

use conversation::{CallId, Part, PassageId, Revision, SentenceRef, Side, Sides, Span};
use jiff::Timestamp;
use tantivy::columnar::{Column, StrColumn};
use tantivy::{DocId, SegmentReader};

use super::documents::side_bit;
use super::failure::{damaged, index_failure, io_failure};
use super::vectors::Row;
use crate::{Error, PassagePlace};

/// The columns of one segment.
pub(super) struct Columns {
    row: Column<u64>,
    sum: Column<u64>,
    length: Column<u64>,
    id: [Column<u64>; 2],
    revision: Column<u64>,
    ordinal: Column<u64>,
    first: [Column<u64>; 2],
    last: [Column<u64>; 2],
    part: [Column<u64>; 2],
    span: [Column<u64>; 2],
    sides: Column<u64>,
    started: [Column<i64>; 2],
    call: StrColumn,
    /// Absent if every hash is empty.
    facts_hash: Option<StrColumn>,
}

impl Columns {
    pub(super) fn open(segment: &SegmentReader) -> Result<Self, Error> {
        let columns = segment.fast_fields();
        let number = |name| {
            let column = columns.column_opt::<u64>(name).map_err(unread)?;
            // A column in which no document has a value is not written.
            Ok(column.unwrap_or_else(|| Column::build_empty_column(segment.max_doc())))
        };
        let pair = |first, second| Ok([number(first)?, number(second)?]);
        Ok(Self {
            row: number("row")?,
            sum: number("sum")?,
            length: number("length")?,
            id: pair("id_high", "id_low")?,
            revision: number("revision")?,
            ordinal: number("ordinal")?,
            first: pair("first_utterance", "first_sentence")?,
            last: pair("last_utterance", "last_sentence")?,
            part: pair("part_start", "part_end")?,
            span: pair("span_start", "span_end")?,
            sides: number("sides")?,
            started: [
                columns.i64("started_second").map_err(unread)?,
                columns.i64("started_nanosecond").map_err(unread)?,
            ],
            call: columns
                .str("call")
                .map_err(unread)?
                .ok_or_else(unreadable)?,
            facts_hash: columns.str("facts_hash").map_err(unread)?,
        })
    }

    /// The row of the passage's vector, and its checksum.
    pub(super) fn row(&self, doc: DocId) -> Result<Row, Error> {
        Ok(Row {
            row: value(&self.row, doc)?,
            sum: small(&self.sum, doc)?,
        })
    }

    /// The number of words.
    pub(super) fn length(&self, doc: DocId) -> Result<u32, Error> {
        small(&self.length, doc)
    }

    /// The name of the passage.
    pub(super) fn id(&self, doc: DocId) -> Result<PassageId, Error> {
        let [high, low] = &self.id;
        let id = u128::from(value(high, doc)?) << 64 | u128::from(value(low, doc)?);
        Ok(PassageId::from_bytes(id.to_be_bytes()))
    }

    /// When the call began.
    pub(super) fn started(&self, doc: DocId) -> Result<Timestamp, Error> {
        let [second, nanosecond] = &self.started;
        let nanosecond = i32::try_from(value(nanosecond, doc)?).map_err(|_| unreadable())?;
        Timestamp::new(value(second, doc)?, nanosecond).map_err(|_| unreadable())
    }

    /// The revision of the text.
    pub(super) fn revision(&self, doc: DocId) -> Result<Revision, Error> {
        value(&self.revision, doc).map(Revision::new)
    }

    /// The call, as a number that this segment has for it.
    pub(super) fn call_ord(&self, doc: DocId) -> Result<u64, Error> {
        self.call.ords().first(doc).ok_or_else(unreadable)
    }

    /// The call.
    pub(super) fn call(&self, doc: DocId) -> Result<CallId, Error> {
        let call = text(&self.call, doc)?.ok_or_else(unreadable)?;
        CallId::new(call).map_err(|_| unreadable())
    }

    /// Adds the next so many calls of this segment in their order, those of which nothing is alive
    /// too.
    pub(super) fn calls_after(
        &self,
        after: Option<&CallId>,
        most: usize,
        calls: &mut BTreeSet<CallId>,
    ) -> Result<(), Error> {
        let unread = |e| io_failure("cannot read a column of the index", e);
        let range = self.call.dictionary().range().limit(most as u64);
        let range = match after {
            Some(call) => range.gt(call.as_str()),
            None => range,
        };
        let mut names = range.into_stream().map_err(unread)?;
        for _ in 0..most {
            if !names.advance() {
                break;
            }
            let name = str::from_utf8(names.key()).map_err(|_| unreadable())?;
            calls.insert(CallId::new(name).map_err(|_| unreadable())?);
        }
        Ok(())
    }

    /// The hash of the facts.
    pub(super) fn facts_hash(&self, doc: DocId) -> Result<String, Error> {
        let Some(column) = &self.facts_hash else {
            return Ok(String::new());
        };
        Ok(text(column, doc)?.unwrap_or_default())
    }

    /// The place of the passage.
    pub(super) fn place(&self, doc: DocId) -> Result<PassagePlace, Error> {
        let sentence = |[utterance, sentence]: &[Column<u64>; 2]| {
            Ok::<_, Error>(SentenceRef::new(
                small(utterance, doc)?,
                small(sentence, doc)?,
            ))
        };
        let [part_start, part_end] = &self.part;
        let part = match (part_start.first(doc), part_end.first(doc)) {
            (Some(start), Some(end)) => Some(Part {
                start: usize::try_from(start).map_err(|_| unreadable())?,
                end: usize::try_from(end).map_err(|_| unreadable())?,
            }),
            _ => None,
        };
        let [span_start, span_end] = &self.span;
        let sides = value(&self.sides, doc)?;
        Ok(PassagePlace {
            id: self.id(doc)?,
            call: self.call(doc)?,
            text_revision: self.revision(doc)?,
            ordinal: small(&self.ordinal, doc)?,
            first: sentence(&self.first)?,
            last: sentence(&self.last)?,
            part,
            span: Span::from_millis(value(span_start, doc)?, value(span_end, doc)?),
            sides: [Side::Ours, Side::Theirs, Side::Unknown]
                .into_iter()
                .filter(|side| sides & side_bit(*side) != 0)
                .collect::<Sides>(),
        })
    }
}

fn value<T: PartialOrd + Copy + std::fmt::Debug + Send + Sync + 'static>(
    column: &Column<T>,
    doc: DocId,
) -> Result<T, Error> {
    column.first(doc).ok_or_else(unreadable)
}

fn small(column: &Column<u64>, doc: DocId) -> Result<u32, Error> {
    u32::try_from(value(column, doc)?).map_err(|_| unreadable())
}

fn text(column: &StrColumn, doc: DocId) -> Result<Option<String>, Error> {
    let Some(ord) = column.ords().first(doc) else {
        return Ok(None);
    };
    let mut text = String::new();
    let found = column
        .ord_to_str(ord, &mut text)
        .map_err(|e| io_failure("cannot read a column of the index", e))?;
    if found {
        Ok(Some(text))
    } else {
        Err(unreadable())
    }
}

fn unread(error: tantivy::TantivyError) -> Error {
    index_failure("cannot read a column of the index", error)
}

fn unreadable() -> Error {
    damaged("a passage of the index is not readable")
}
