//! For people: a table, or what was said, call by call.

use std::fs::File;
use std::io::{self, BufWriter, Write as _};

use super::table::{Cell, Column, TableWriter};
use super::{ExportTable, into_file};

pub(super) struct Markdown {
    table: ExportTable,
    columns: &'static [Column],
    file: BufWriter<File>,
    /// The call whose words are written.
    call: Option<String>,
}

impl Markdown {
    pub(super) fn new(
        table: ExportTable,
        columns: &'static [Column],
        mut file: BufWriter<File>,
    ) -> io::Result<Self> {
        if table != ExportTable::Transcripts {
            let names: Vec<_> = columns.iter().map(|column| column.name).collect();
            writeln!(file, "| {} |", names.join(" | "))?;
            writeln!(file, "|{}", "---|".repeat(names.len()))?;
        }
        Ok(Self {
            table,
            columns,
            file,
            call: None,
        })
    }

    fn said(&mut self, cells: &[Cell]) -> io::Result<()> {
        let of = |name: &str| {
            let at = self.columns.iter().position(|column| column.name == name);
            at.and_then(|at| cells.get(at)?.to_text())
                .unwrap_or_default()
        };
        let call = of("call_id");
        if self.call.as_ref() != Some(&call) {
            writeln!(self.file, "\n## {} {}\n", escaped(&call), of("started"))?;
            self.call = Some(call);
        }
        let seconds = of("start_ms").parse::<u64>().unwrap_or(0) / 1000;
        let who = match of("speaker") {
            name if name.is_empty() => of("side"),
            name => name,
        };
        let (minutes, rest) = (seconds / 60, seconds % 60);
        writeln!(
            self.file,
            "- {minutes}:{rest:02} **{}**: {}",
            escaped(&who),
            escaped(&of("text"))
        )
    }
}

impl TableWriter for Markdown {
    fn row(&mut self, cells: &[Cell]) -> io::Result<()> {
        if self.table == ExportTable::Transcripts {
            return self.said(cells);
        }
        let texts: Vec<_> = cells
            .iter()
            .map(|cell| escaped(&cell.to_text().unwrap_or_default()))
            .collect();
        writeln!(self.file, "| {} |", texts.join(" | "))
    }

    fn finish(self: Box<Self>) -> io::Result<File> {
        into_file(self.file)
    }
}

/// Text that stays text: no cell, heading, emphasis, code, link or markup begins in it.
fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for char in text.chars() {
        match char {
            '\n' | '\r' => safe.push(' '),
            '\\' | '|' | '*' | '_' | '`' | '[' | ']' | '<' | '>' | '#' | '!' => {
                safe.push('\\');
                safe.push(char);
            }
            _ => safe.push(char),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::escaped;

    #[test]
    fn words_open_no_markup() {
        assert_eq!(
            escaped("a|b\n# c ![x](https://e) <b>"),
            "a\\|b \\# c \\!\\[x\\](https://e) \\<b\\>"
        );
    }
}
