//! The product in 32-bit floating point.

use super::{Place, Then, portable, walk};
#[cfg(target_arch = "x86_64")]
use super::{avx2, avx512};
use crate::{
    level::{Kind, Level},
    packing::{LANES, Lane, Panels},
    rows::{Rows, RowsMut},
};

/// One tile.
pub(super) struct ExactTile<'a> {
    pub(super) a: Rows<'a, f32>,
    pub(super) place: Place,
    /// The lanes of the panels, `a.width` each.
    pub(super) lanes: &'a [Lane],
    pub(super) bias: Option<&'a [Lane]>,
}

/// `out = a · b + bias` for all rows of `a`, in whole panels: `out` is as wide as they are.
pub(crate) fn exact(
    level: Level,
    a: Rows<'_, f32>,
    b: Panels<'_>,
    out: &mut RowsMut<'_>,
    then: Then,
) {
    let a = Rows {
        width: b.depth,
        ..a
    };
    let size = (a.count, b.lanes.len() / b.depth);
    walk(level, size, out, then, |place, out| {
        let tile = ExactTile {
            a,
            place,
            lanes: place.of(b.lanes, b.depth),
            bias: b.bias.map(|bias| place.of(bias, 1)),
        };
        compute(level, &tile, out);
    });
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
        let mut rows = [self.a.row(self.place.first); R];
        for (at, row) in rows.iter_mut().enumerate() {
            *row = self.a.row(self.place.first + at);
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
