//! The product in 16-bit integers, summed in 32.

use super::{Place, Then, portable, walk};
#[cfg(target_arch = "x86_64")]
use super::{avx2, avx512};
use crate::{
    level::{Kind, Level},
    packing::{Lane, NearWeights, PairLane},
    rows::{Rows, RowsMut},
};

/// Rows of integers, two in each value, with what each row is multiplied with afterwards.
#[derive(Clone, Copy)]
pub(crate) struct NearRows<'a> {
    pub(crate) pairs: Rows<'a, i32>,
    pub(crate) scale: &'a [f32],
}

/// One tile.
pub(super) struct NearTile<'a> {
    pub(super) a: NearRows<'a>,
    pub(super) place: Place,
    pub(super) lanes: &'a [PairLane],
    pub(super) scale: &'a [Lane],
    pub(super) bias: &'a [Lane],
}

/// `out = a · b · scales + bias` for all rows of `a`, in whole panels.
pub(crate) fn near(
    level: Level,
    a: NearRows<'_>,
    b: &NearWeights,
    out: &mut RowsMut<'_>,
    then: Then,
) {
    let size = (a.pairs.count, b.lanes.len() / b.pairs);
    walk(level, size, out, then, |place, out| {
        let tile = NearTile {
            a,
            place,
            lanes: place.of(&b.lanes, b.pairs),
            scale: place.of(&b.scale, 1),
            bias: place.of(&b.bias, 1),
        };
        compute(level, &tile, out);
    });
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
        let mut rows = [self.a.pairs.row(self.place.first); R];
        for (at, row) in rows.iter_mut().enumerate() {
            *row = self.a.pairs.row(self.place.first + at);
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
