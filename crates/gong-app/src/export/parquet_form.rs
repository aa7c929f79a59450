//! Columns, ten thousand rows a group.

use std::fs::File;
use std::io::{self, BufWriter};
use std::sync::Arc;

use parquet::basic::{LogicalType, Repetition, Type as Physical};
use parquet::data_type::{ByteArray, ByteArrayType, DoubleType, Int64Type};
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::types::Type;

use super::into_file;
use super::table::{Cell, Column, Kind, TableWriter};

/// Rows of a group: they are held in memory until it is written.
const GROUP: usize = 10_000;

pub(super) struct ParquetForm {
    writer: SerializedFileWriter<BufWriter<File>>,
    columns: &'static [Column],
    /// The cells of the group, column by column.
    group: Vec<Vec<Cell>>,
}

impl ParquetForm {
    pub(super) fn new(columns: &'static [Column], file: BufWriter<File>) -> io::Result<Self> {
        let fields = columns.iter().map(field).collect::<Result<Vec<_>, _>>();
        let schema = Type::group_type_builder("gongkit")
            .with_fields(fields.map_err(other)?)
            .build()
            .map_err(other)?;
        let properties = Arc::new(WriterProperties::builder().build());
        let writer = SerializedFileWriter::new(file, Arc::new(schema), properties);
        Ok(Self {
            writer: writer.map_err(other)?,
            columns,
            group: vec![Vec::new(); columns.len()],
        })
    }

    fn write_group(&mut self) -> Result<(), ParquetError> {
        let mut group = self.writer.next_row_group()?;
        for (column, cells) in self.columns.iter().zip(&mut self.group) {
            let Some(mut writer) = group.next_column()? else {
                break;
            };
            let known: Vec<i16> = cells.iter().map(|cell| i16::from(is_known(cell))).collect();
            let cells = cells.drain(..);
            match column.kind {
                Kind::Text => {
                    let values: Vec<ByteArray> = cells.filter_map(as_text).collect();
                    let typed = writer.typed::<ByteArrayType>();
                    typed.write_batch(&values, Some(&known), None)?;
                }
                Kind::Whole => {
                    let values: Vec<i64> = cells.filter_map(|cell| as_whole(&cell)).collect();
                    let typed = writer.typed::<Int64Type>();
                    typed.write_batch(&values, Some(&known), None)?;
                }
                Kind::Number => {
                    let values: Vec<f64> = cells.filter_map(|cell| as_number(&cell)).collect();
                    let typed = writer.typed::<DoubleType>();
                    typed.write_batch(&values, Some(&known), None)?;
                }
            }
            writer.close()?;
        }
        group.close()?;
        Ok(())
    }
}

impl TableWriter for ParquetForm {
    fn row(&mut self, cells: &[Cell]) -> io::Result<()> {
        for (column, cell) in self.group.iter_mut().zip(cells) {
            column.push(cell.clone());
        }
        if self.group.first().is_some_and(|first| first.len() >= GROUP) {
            self.write_group().map_err(other)?;
        }
        Ok(())
    }

    fn finish(mut self: Box<Self>) -> io::Result<File> {
        if self.group.first().is_some_and(|first| !first.is_empty()) {
            self.write_group().map_err(other)?;
        }
        into_file(self.writer.into_inner().map_err(other)?)
    }
}

fn field(column: &Column) -> Result<Arc<Type>, ParquetError> {
    let (physical, logical) = match column.kind {
        Kind::Text => (Physical::BYTE_ARRAY, Some(LogicalType::String)),
        Kind::Whole => (Physical::INT64, None),
        Kind::Number => (Physical::DOUBLE, None),
    };
    let field = Type::primitive_type_builder(column.name, physical)
        .with_repetition(Repetition::OPTIONAL)
        .with_logical_type(logical)
        .build()?;
    Ok(Arc::new(field))
}

fn is_known(cell: &Cell) -> bool {
    match cell {
        Cell::Text(text) => text.is_some(),
        Cell::Whole(number) => number.is_some(),
        Cell::Number(number) => number.is_some(),
    }
}

fn as_text(cell: Cell) -> Option<ByteArray> {
    match cell {
        Cell::Text(text) => text.map(|text| text.into_bytes().into()),
        _ => None,
    }
}

fn as_whole(cell: &Cell) -> Option<i64> {
    match cell {
        Cell::Whole(number) => *number,
        _ => None,
    }
}

fn as_number(cell: &Cell) -> Option<f64> {
    match cell {
        Cell::Number(number) => *number,
        _ => None,
    }
}

fn other(error: ParquetError) -> io::Error {
    io::Error::other(error)
}
