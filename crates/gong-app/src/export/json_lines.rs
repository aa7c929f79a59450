//! One JSON object a line.

use std::fs::File;
use std::io::{self, BufWriter, Write as _};

use serde_json::{Map, Value};

use super::into_file;
use super::table::{Cell, Column, TableWriter};

pub(super) struct JsonLines {
    columns: &'static [Column],
    file: BufWriter<File>,
}

impl JsonLines {
    pub(super) fn new(columns: &'static [Column], file: BufWriter<File>) -> Self {
        Self { columns, file }
    }
}

impl TableWriter for JsonLines {
    fn row(&mut self, cells: &[Cell]) -> io::Result<()> {
        let names = self.columns.iter().map(|column| column.name.to_owned());
        let object: Map<String, Value> = names.zip(cells.iter().map(value)).collect();
        serde_json::to_writer(&mut self.file, &object)?;
        self.file.write_all(b"\n")
    }

    fn finish(self: Box<Self>) -> io::Result<File> {
        into_file(self.file)
    }
}

fn value(cell: &Cell) -> Value {
    match cell {
        Cell::Text(text) => text.clone().into(),
        Cell::Whole(number) => (*number).into(),
        Cell::Number(number) => (*number).into(),
    }
}
