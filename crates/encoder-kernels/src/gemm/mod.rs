//! The matrix product: rows times packed panels, a tile at a time.
//!
//! A tile is a few rows by one or two panels, and its sums stay in registers from the first to the
//! last value of the rows. The strip of panels is the outer loop: it stays in the nearest cache
//! while all rows pass by. Which kernel computes the tile is asked once a tile, which is nothing.

mod exact;
mod near;
mod portable;

#[cfg(target_arch = "x86_64")]
mod avx2;
#[cfg(target_arch = "x86_64")]
mod avx512;

pub(crate) use exact::exact;
pub(crate) use near::{NearRows, near};

use crate::{
    gelu,
    level::{Kind, Level},
    packing::LANES,
    rows::RowsMut,
};

/// What is done to the sums before they are left.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Then {
    Nothing,
    Gelu,
}

/// Where a tile is: rows from `first` on, one or two panels from `panel` on.
#[derive(Clone, Copy)]
struct Place {
    first: usize,
    rows: usize,
    panel: usize,
    panels: usize,
}

impl Place {
    /// The first column.
    #[inline]
    fn column(&self) -> usize {
        self.panel * LANES
    }

    /// The part of what the panels have `of` each.
    fn of<'a, T>(&self, values: &'a [T], of: usize) -> &'a [T] {
        &values[self.panel * of..][..self.panels * of]
    }
}

/// Computes tile after tile, a strip of panels after the other, and does what is to be done to a
/// strip while it is near.
fn walk(
    level: Level,
    (rows, panels): (usize, usize),
    out: &mut RowsMut<'_>,
    then: Then,
    compute: impl Fn(Place, &mut RowsMut<'_>),
) {
    let (most_rows, most_panels) = tile_of(level);
    for panel in (0..panels).step_by(most_panels) {
        let strip = Place {
            first: 0,
            rows,
            panel,
            panels: most_panels.min(panels - panel),
        };
        for (first, rows) in evenly(rows, most_rows) {
            let tile = Place {
                first,
                rows,
                ..strip
            };
            compute(tile, out);
        }
        if then == Then::Gelu {
            for row in 0..rows {
                gelu::gelu(level, out.part(row, strip.column(), strip.panels * LANES));
            }
        }
    }
}

/// The rows and panels of a full tile: as many sums as there are registers for, beside the
/// operands.
fn tile_of(level: Level) -> (usize, usize) {
    match level.kind() {
        Kind::Portable => (portable::ROWS, 1),
        Kind::Avx2 => (6, 1),
        Kind::Avx512 | Kind::Vnni => (12, 2),
    }
}

/// Cuts rows into tiles of at most `most`, as evenly as can be: thirteen rows are seven and six,
/// because a tile of one row waits for its own sums.
fn evenly(rows: usize, most: usize) -> impl Iterator<Item = (usize, usize)> {
    let mut first = 0;
    std::iter::from_fn(move || {
        let left = rows - first;
        let tiles = left.div_ceil(most);
        let count = left.div_ceil(tiles.max(1));
        let tile = (first, count);
        first += count;
        (count > 0).then_some(tile)
    })
}

/// Calls the kernel for a number of rows that is known at compile time.
macro_rules! with_rows {
    ($rows:expr, $tile:ident, $panels:literal, $arguments:tt, [$($count:literal)*]) => {
        match $rows {
            $($count => $tile::<$count, $panels> $arguments,)*
            _ => unreachable!("a tile has no more rows than its level has registers for"),
        }
    };
}

use with_rows;

#[cfg(test)]
mod tests;
