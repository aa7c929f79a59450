//! A table: its columns, its cells, and what writes them in one form.

use std::fs::File;
use std::io::{self, BufWriter};

use super::csv_form::CsvForm;
use super::json_lines::JsonLines;
use super::markdown::Markdown;
use super::parquet_form::ParquetForm;
use super::{ExportForm, ExportTable};

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Text; instants are written in ISO 8601.
    Text,
    /// A whole number.
    Whole,
    /// A number.
    Number,
}

/// A column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Column {
    /// Its name.
    pub(super) name: &'static str,
    /// What it holds.
    pub(super) kind: Kind,
}

/// A value; every kind may be unknown.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Cell {
    /// Text.
    Text(Option<String>),
    /// A whole number.
    Whole(Option<i64>),
    /// A number.
    Number(Option<f64>),
}

impl Cell {
    /// As text; nothing where nothing is known.
    pub(super) fn to_text(&self) -> Option<String> {
        match self {
            Self::Text(text) => text.clone(),
            Self::Whole(number) => number.map(|number| number.to_string()),
            Self::Number(number) => number.map(|number| number.to_string()),
        }
    }
}

/// Writes rows in one form.
pub(super) trait TableWriter: Send {
    /// Writes a row: a cell for each column, in their order.
    fn row(&mut self, cells: &[Cell]) -> io::Result<()>;
    /// Writes what is left, and gives the file back.
    fn finish(self: Box<Self>) -> io::Result<File>;
}

/// The writer of a form.
pub(super) fn writer(
    form: ExportForm,
    table: ExportTable,
    columns: &'static [Column],
    file: BufWriter<File>,
) -> io::Result<Box<dyn TableWriter>> {
    Ok(match form {
        ExportForm::Jsonl => Box::new(JsonLines::new(columns, file)),
        ExportForm::Csv => Box::new(CsvForm::new(columns, file)?),
        ExportForm::Parquet => Box::new(ParquetForm::new(columns, file)?),
        ExportForm::Markdown => Box::new(Markdown::new(table, columns, file)?),
    })
}
