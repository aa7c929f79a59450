//! The product in 32-bit floating point.

use super::{Then, evenly, portable, tile_of};
#[cfg(target_arch = "x86_64")]
use super::{avx2, avx512};
use crate::{
    gelu,
    level::{Kind, Level},
    packing::{LANES, Lane, Panels},
    rows::{Rows, RowsMut},
};

/// One tile: rows of `a` from `first` on, and one or two panels.
pub(super) struct ExactTile<'a> {
    pub(super) a: Rows<'a, f32>,
    pub(super) first: usize,
    pub(super) rows: usize,
    /// The lanes of the panels, `a.width` each.
    pub(super) lanes: &'a [Lane],
    pub(super) bias: Option<&'a [Lane]>,
    pub(super) column: usize,
}

/// `out = a · b + bias` for all rows of `a`, in whole panels: `out` is as wide as they are.
pub(crate) fn exact(
    level: Level,
    a: Rows<'_, f32>,
    b: Panels<'_>,
    out: &mut RowsMut<'_>,
    then: Then,
) {
    let (most_rows, most_panels) = tile_of(level);
    for (strip, lanes) in b.lanes.chunks(b.depth * most_panels).enumerate() {
        let panel = strip * most_panels;
        let panels = lanes.len() / b.depth;
        for (first, rows) in evenly(a.count, most_rows) {
            let tile = ExactTile {
                a: Rows {
                    width: b.depth,
                    ..a
                },
                first,
                rows,
                lanes,
                bias: b.bias.map(|bias| &bias[panel..][..panels]),
                column: panel * LANES,
            };
            compute(level, &tile, out);
        }
        if then == Then::Gelu {
            for row in 0..a.count {
                gelu::gelu(level, out.part(row, panel * LANES, panels * LANES));
            }
        }
    }
}

fn compute(level: Level, tile: &ExactTile<'_>, out: &mut RowsMut<'_>) {
    #[cfg(target_arch = "x86_64")]
    #[expect(unsafe_code, reason = "calls what the processor was asked for")]
    match level.kind() {
        Kind::Portable => portable::exact(tile, out),
        // SAFETY: this kind of level is only made where the processor has AVX2 and FMA.
        Kind::Avx2 => unsafe { avx2::exact(tile, out) },
        // SAFETY: these kinds are only made where the processor has AVX-512 F and BW.
        Kind::Avx512 | Kind::Vnni => unsafe { avx512::exact(tile, out) },
    }
    #[cfg(not(target_arch = "x86_64"))]
    portable::exact(tile, out);
}

impl<'a> ExactTile<'a> {
    #[inline(always)]
    #[expect(
        clippy::inline_always,
        reason = "compiled with its caller's instructions"
    )]
    pub(super) fn rows<const R: usize>(&self) -> [&'a [f32]; R] {
        let mut rows = [self.a.row(self.first); R];
        for (at, row) in rows.iter_mut().enumerate() {
            *row = self.a.row(self.first + at);
        }
        rows
    }

    #[inline(always)]
    #[expect(
        clippy::inline_always,
        reason = "compiled with its caller's instructions"
    )]
    pub(super) fn panel(&self, at: usize) -> &'a [Lane] {
        &self.lanes[at * self.a.width..][..self.a.width]
    }

    #[inline(always)]
    #[expect(
        clippy::inline_always,
        reason = "compiled with its caller's instructions"
    )]
    pub(super) fn bias(&self, panel: usize) -> Lane {
        self.bias.map_or([0.0; LANES], |bias| bias[panel])
    }
}
