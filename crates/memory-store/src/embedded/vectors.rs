//! The file of vectors: rows of half-precision values, appended, and overwritten only to erase.
//!
//! The writer reads and writes it at positions; questions read what is committed [mapped].
//!
//! [mapped]: super::mapped

#[cfg(not(target_endian = "little"))]
compile_error!("vectors are stored in little-endian order and read without conversion");

use std::fs::{self, File};
use std::io;
use std::num::NonZeroUsize;
use std::ops::Range;

use half::f16;
use half::slice::HalfFloatSliceExt;

use super::failure::{damaged, io_failure};
use super::folder::{Folder, private_file};
use super::mapped::Mapped;
use super::rows::Rows;
use crate::Error;

/// One generation of the file of vectors.
#[derive(Debug)]
pub(super) struct VectorFile {
    file: File,
    generation: u64,
    rows: Rows,
    dimensions: usize,
}

/// Where a vector stands, and what it was when it was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Row {
    /// The number of the row.
    pub(super) row: u64,
    /// The checksum of its bytes.
    pub(super) sum: u32,
}

/// The checksum of a stored vector.
pub(super) fn sum_of(bytes: &[u8]) -> u32 {
    crc32fast::hash(bytes)
}

/// A number of rows that is worth one read.
const ROWS_A_READ: u64 = 256;

impl VectorFile {
    /// Makes the first, empty one if it is not there.
    pub(super) fn make_first(folder: &Folder) -> io::Result<()> {
        private_file(&folder.vectors(0))?.sync_all()?;
        folder.sync()
    }

    /// Opens a generation; `None` if it is not there (any more).
    pub(super) fn open(
        folder: &Folder,
        generation: u64,
        dimensions: NonZeroUsize,
        access: Access,
    ) -> Result<Option<Self>, Error> {
        let path = folder.vectors(generation);
        let opened = match access {
            Access::Read => File::open(path),
            Access::Write => File::options().read(true).write(true).open(path),
        };
        let Some(file) = present(opened)? else {
            return Ok(None);
        };
        let rows = if generation == 0 {
            Rows::default()
        } else {
            let Some(text) = present(fs::read_to_string(folder.rows(generation)))? else {
                return Ok(None);
            };
            Rows::from_text(&text)
                .ok_or_else(|| damaged("row table of the index is not readable"))?
        };
        Ok(Some(Self {
            file,
            generation,
            rows,
            dimensions: dimensions.get(),
        }))
    }

    pub(super) fn generation(&self) -> u64 {
        self.generation
    }

    /// The place of a row.
    pub(super) fn place(&self, row: u64) -> Result<u64, Error> {
        let place = self.rows.place(row);
        place.ok_or_else(|| damaged("the index knows a vector that is not there"))
    }

    /// The number of places that a commit knows.
    pub(super) fn places(&self, next_row: u64) -> u64 {
        self.rows.places(next_row)
    }

    /// Fails if vectors that were committed are missing.
    pub(super) fn reaches(&self, next_row: u64) -> Result<(), Error> {
        let length = self
            .file
            .metadata()
            .map(|data| data.len())
            .map_err(unread)?;
        if length < self.offset(self.places(next_row)) {
            return Err(damaged("vectors of the index are missing"));
        }
        Ok(())
    }

    /// What a commit knows, as memory.
    pub(super) fn map(&self, next_row: u64) -> Result<Mapped, Error> {
        let length = usize::try_from(self.offset(self.places(next_row)))
            .map_err(|_| damaged("the index speaks of too many vectors"))?;
        Mapped::beginning(&self.file, length).map_err(unread)
    }

    /// Cuts off what no commit knows.
    pub(super) fn cut(&self, next_row: u64) -> Result<(), Error> {
        let length = self.offset(self.places(next_row));
        self.file.set_len(length).map_err(unwritten)
    }

    /// Writes rows behind all that are committed, durably.
    pub(super) fn append(&self, next_row: u64, values: &[f16]) -> Result<(), Error> {
        self.cut(next_row)?;
        let offset = self.offset(self.places(next_row));
        write_at(&self.file, bytemuck::cast_slice(values), offset)
            .and_then(|()| self.file.sync_data())
            .map_err(unwritten)
    }

    /// Reads rows that stand one after the other.
    pub(super) fn read(&self, places: Range<u64>) -> Result<Vec<f16>, Error> {
        let count = usize::try_from(places.end.saturating_sub(places.start))
            .map_err(|_| damaged("the index speaks of too many vectors"))?;
        let mut values = vec![f16::ZERO; count * self.dimensions];
        let bytes = bytemuck::cast_slice_mut(&mut values);
        read_at(&self.file, bytes, self.offset(places.start)).map_err(unread)?;
        Ok(values)
    }

    /// Overwrites rows with zeros, durably.
    pub(super) fn erase(&self, places: impl IntoIterator<Item = u64>) -> Result<(), Error> {
        let zeros = vec![0; self.dimensions * size_of::<f16>()];
        for place in places {
            write_at(&self.file, &zeros, self.offset(place)).map_err(unwritten)?;
        }
        self.file.sync_data().map_err(unwritten)
    }

    /// Writes the next generation with these rows (which must rise) and nothing else, durably.
    pub(super) fn compacted(
        &self,
        folder: &Folder,
        rows: &[u64],
        next_row: u64,
    ) -> Result<Self, Error> {
        let generation = self.generation + 1;
        let new = Self {
            file: private_file(&folder.vectors(generation)).map_err(unwritten)?,
            generation,
            rows: Rows::compacted(rows.iter().copied(), next_row),
            dimensions: self.dimensions,
        };
        new.file.set_len(0).map_err(unwritten)?;

        let places = rows.iter().map(|row| self.place(*row));
        let places = places.collect::<Result<Vec<_>, _>>()?;
        let mut done = 0;
        for range in ranges(places) {
            let values = self.read(range.clone())?;
            let bytes = bytemuck::cast_slice(&values);
            write_at(&new.file, bytes, new.offset(done)).map_err(unwritten)?;
            done += range.end - range.start;
        }

        let write = || {
            new.file.sync_all()?;
            let table = private_file(&folder.rows(generation))?;
            let text = new.rows.to_text();
            table.set_len(text.len() as u64)?;
            write_at(&table, text.as_bytes(), 0)?;
            table.sync_all()?;
            folder.sync()
        };
        write().map_err(unwritten)?;
        Ok(new)
    }

    fn offset(&self, place: u64) -> u64 {
        place * (self.dimensions * size_of::<f16>()) as u64
    }
}

/// What a file of vectors is opened for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Access {
    Read,
    Write,
}

/// Joins places that follow each other, up to what one read takes.
fn ranges(places: impl IntoIterator<Item = u64>) -> impl Iterator<Item = Range<u64>> {
    let mut places = places.into_iter().peekable();
    std::iter::from_fn(move || {
        let start = places.next()?;
        let mut end = start + 1;
        while end - start < ROWS_A_READ && places.next_if_eq(&end).is_some() {
            end += 1;
        }
        Some(start..end)
    })
}

/// A vector as it is stored.
pub(super) fn halved(values: &[f32]) -> Vec<f16> {
    let mut halves = vec![f16::ZERO; values.len()];
    halves.convert_from_f32_slice(values);
    halves
}

fn present<T>(result: io::Result<T>) -> Result<Option<T>, Error> {
    match result {
        Ok(value) => Ok(Some(value)),
        Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(e) => Err(unread(e)),
    }
}

fn unread(error: io::Error) -> Error {
    io_failure("cannot read the vectors of the index", error)
}

fn unwritten(error: io::Error) -> Error {
    io_failure("cannot write the vectors of the index", error)
}

#[cfg(unix)]
fn read_at(file: &File, bytes: &mut [u8], offset: u64) -> io::Result<()> {
    std::os::unix::fs::FileExt::read_exact_at(file, bytes, offset)
}

#[cfg(unix)]
fn write_at(file: &File, bytes: &[u8], offset: u64) -> io::Result<()> {
    std::os::unix::fs::FileExt::write_all_at(file, bytes, offset)
}

#[cfg(windows)]
fn read_at(file: &File, mut bytes: &mut [u8], mut offset: u64) -> io::Result<()> {
    while !bytes.is_empty() {
        let count = std::os::windows::fs::FileExt::seek_read(file, bytes, offset)?;
        if count == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        bytes = bytes.split_at_mut(count).1;
        offset += count as u64;
    }
    Ok(())
}

#[cfg(windows)]
fn write_at(file: &File, mut bytes: &[u8], mut offset: u64) -> io::Result<()> {
    while !bytes.is_empty() {
        let count = std::os::windows::fs::FileExt::seek_write(file, bytes, offset)?;
        bytes = bytes.split_at(count).1;
        offset += count as u64;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_that_follow_each_other_are_read_at_once_up_to_a_bound() {
        let ranges: Vec<_> = ranges([0, 1, 2, 5, 6, 4].into_iter().chain(10..300)).collect();
        assert_eq!(ranges, [0..3, 5..7, 4..5, 10..266, 266..300]);
    }
}
