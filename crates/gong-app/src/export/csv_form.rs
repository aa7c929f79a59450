//! Comma-separated values that no spreadsheet runs.

use std::fs::File;
use std::io::{self, BufWriter};

use super::into_file;
use super::table::{Cell, Column, TableWriter};

pub(super) struct CsvForm(csv::Writer<BufWriter<File>>);

impl CsvForm {
    pub(super) fn new(columns: &[Column], file: BufWriter<File>) -> io::Result<Self> {
        let mut writer = csv::Writer::from_writer(file);
        writer.write_record(columns.iter().map(|column| column.name))?;
        Ok(Self(writer))
    }
}

impl TableWriter for CsvForm {
    fn row(&mut self, cells: &[Cell]) -> io::Result<()> {
        let texts = cells.iter().map(|cell| {
            let text = cell.to_text().unwrap_or_default();
            // A number may begin with a minus; only words can be a formula.
            if matches!(cell, Cell::Text(_)) {
                defused(text)
            } else {
                text
            }
        });
        Ok(self.0.write_record(texts)?)
    }

    fn finish(self: Box<Self>) -> io::Result<File> {
        let buffered = self.0.into_inner().map_err(|error| {
            io::Error::new(error.error().kind(), "the last rows could not be written")
        })?;
        into_file(buffered)
    }
}

/// A cell that a spreadsheet shows instead of working it out.
fn defused(text: String) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        format!("'{text}")
    } else {
        text
    }
}

#[cfg(test)]
mod tests {
    use super::defused;

    #[test]
    fn what_would_be_a_formula_begins_with_an_apostrophe() {
        for formula in ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"] {
            assert_eq!(defused(formula.to_owned()), format!("'{formula}"));
        }
        assert_eq!(defused("1 = 1".to_owned()), "1 = 1");
    }
}
