//! The product in 16-bit integers, summed in 32.

use super::{Then, evenly, portable, tile_of};
#[cfg(target_arch = "x86_64")]
use super::{avx2, avx512};
use crate::{
    gelu,
    level::{Kind, Level},
    packing::{LANES, Lane, NearWeights, PairLane},
    rows::{Rows, RowsMut},
};

/// Rows of integers, two in each value, with what each row is multiplied with afterwards.
#[derive(Clone, Copy)]
pub(crate) struct NearRows<'a> {
    pub(crate) pairs: Rows<'a, i32>,
    pub(crate) scale: &'a [f32],
}

/// One tile: rows of `a` from `first` on, and one or two panels.
pub(super) struct NearTile<'a> {
    pub(super) a: NearRows<'a>,
    pub(super) first: usize,
    pub(super) rows: usize,
    pub(super) lanes: &'a [PairLane],
    pub(super) scale: &'a [Lane],
    pub(super) bias: &'a [Lane],
    pub(super) column: usize,
}

/// `out = a · b · scales + bias` for all rows of `a`, in whole panels.
pub(crate) fn near(
    level: Level,
    a: NearRows<'_>,
    b: &NearWeights,
    out: &mut RowsMut<'_>,
    then: Then,
) {
    let (most_rows, most_panels) = tile_of(level);
    for (strip, lanes) in b.lanes.chunks(b.pairs * most_panels).enumerate() {
        let panel = strip * most_panels;
        let panels = lanes.len() / b.pairs;
        for (first, rows) in evenly(a.pairs.count, most_rows) {
            let tile = NearTile {
                a,
                first,
                rows,
                lanes,
                scale: &b.scale[panel..][..panels],
                bias: &b.bias[panel..][..panels],
                column: panel * LANES,
            };
            compute(level, &tile, out);
        }
        if then == Then::Gelu {
            for row in 0..a.pairs.count {
                gelu::gelu(level, out.part(row, panel * LANES, panels * LANES));
            }
        }
    }
}

fn compute(level: Level, tile: &NearTile<'_>, out: &mut RowsMut<'_>) {
    #[cfg(target_arch = "x86_64")]
    #[expect(unsafe_code, reason = "calls what the processor was asked for")]
    match level.kind() {
        Kind::Portable => portable::near(tile, out),
        // SAFETY: this kind of level is only made where the processor has AVX2 and FMA.
        Kind::Avx2 => unsafe { avx2::near(tile, out) },
        // SAFETY: this kind is only made where the processor has AVX-512 F and BW.
        Kind::Avx512 => unsafe { avx512::near(tile, out) },
        // SAFETY: this kind is only made where it has VNNI beside them.
        Kind::Vnni => unsafe { avx512::near_vnni(tile, out) },
    }
    #[cfg(not(target_arch = "x86_64"))]
    portable::near(tile, out);
}

impl<'a> NearTile<'a> {
    #[inline(always)]
    #[expect(
        clippy::inline_always,
        reason = "compiled with its caller's instructions"
    )]
    pub(super) fn rows<const R: usize>(&self) -> [&'a [i32]; R] {
        let mut rows = [self.a.pairs.row(self.first); R];
        for (at, row) in rows.iter_mut().enumerate() {
            *row = self.a.pairs.row(self.first + at);
        }
        rows
    }

    #[inline(always)]
    #[expect(
        clippy::inline_always,
        reason = "compiled with its caller's instructions"
    )]
    pub(super) fn panel(&self, at: usize) -> &'a [PairLane] {
        let pairs = self.a.pairs.width;
        &self.lanes[at * pairs..][..pairs]
    }
}
