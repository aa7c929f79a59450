//! Tiles with AVX-512: a lane is one register, a full tile 24 of the 32.

#![expect(
    clippy::needless_range_loop,
    reason = "row and panel name registers in several arrays"
)]

use std::arch::{
    asm,
    x86_64::{
        __m512, __m512i, _mm512_add_epi32, _mm512_cvtepi32_ps, _mm512_fmadd_ps, _mm512_loadu_ps,
        _mm512_loadu_si512, _mm512_madd_epi16, _mm512_mul_ps, _mm512_set1_epi32, _mm512_set1_ps,
        _mm512_setzero_si512, _mm512_storeu_ps,
    },
};

use super::{exact::ExactTile, near::NearTile, with_rows};
use crate::{
    packing::{LANES, Lane, PairLane},
    rows::RowsMut,
};

#[target_feature(enable = "avx2,fma,avx512f,avx512bw")]
pub(super) fn exact(tile: &ExactTile<'_>, out: &mut RowsMut<'_>) {
    let has_two = tile.lanes.len() > tile.a.width;
    if has_two {
        with_rows!(tile.place.rows, exact_rows, 2, (tile, out), [1 2 3 4 5 6 7 8 9 10 11 12]);
    } else {
        with_rows!(tile.place.rows, exact_rows, 1, (tile, out), [1 2 3 4 5 6 7 8 9 10 11 12]);
    }
}

#[target_feature(enable = "avx2,fma,avx512f,avx512bw")]
fn exact_rows<const R: usize, const P: usize>(tile: &ExactTile<'_>, out: &mut RowsMut<'_>) {
    let rows = tile.rows::<R>();
    let mut panels = [tile.panel(0); P];
    let mut sums = [[load(&tile.bias(0)); P]; R];
    for panel in 1..P {
        panels[panel] = tile.panel(panel);
        for sums in &mut sums {
            sums[panel] = load(&tile.bias(panel));
        }
    }
    for k in 0..tile.a.width {
        let mut weights = [load(&panels[0][k]); P];
        for panel in 1..P {
            weights[panel] = load(&panels[panel][k]);
        }
        for row in 0..R {
            let value = _mm512_set1_ps(rows[row][k]);
            for panel in 0..P {
                sums[row][panel] = _mm512_fmadd_ps(value, weights[panel], sums[row][panel]);
            }
        }
    }
    for row in 0..R {
        for panel in 0..P {
            store(
                out,
                tile.place.first + row,
                tile.place.column() + panel * LANES,
                sums[row][panel],
            );
        }
    }
}

/// Writes the kernel of integers once for each way to multiply and add.
macro_rules! near_tiles {
    ($name:ident, $rows:ident, $features:literal, $multiply_add:ident) => {
        #[target_feature(enable = $features)]
        pub(super) fn $name(tile: &NearTile<'_>, out: &mut RowsMut<'_>) {
            let has_two = tile.lanes.len() > tile.a.pairs.width;
            if has_two {
                with_rows!(tile.place.rows, $rows, 2, (tile, out), [1 2 3 4 5 6 7 8 9 10 11 12]);
            } else {
                with_rows!(tile.place.rows, $rows, 1, (tile, out), [1 2 3 4 5 6 7 8 9 10 11 12]);
            }
        }

        #[target_feature(enable = $features)]
        fn $rows<const R: usize, const P: usize>(tile: &NearTile<'_>, out: &mut RowsMut<'_>) {
            let rows = tile.rows::<R>();
            let mut panels = [tile.panel(0); P];
            for panel in 1..P {
                panels[panel] = tile.panel(panel);
            }
            let mut sums = [[_mm512_setzero_si512(); P]; R];
            for pair in 0..tile.a.pairs.width {
                let mut weights = [load_pairs(&panels[0][pair]); P];
                for panel in 1..P {
                    weights[panel] = load_pairs(&panels[panel][pair]);
                }
                for row in 0..R {
                    let value = _mm512_set1_epi32(rows[row][pair]);
                    for panel in 0..P {
                        sums[row][panel] = $multiply_add(sums[row][panel], value, weights[panel]);
                    }
                }
            }
            scaled(tile, &sums, out);
        }
    };
}

near_tiles!(near, near_rows, "avx2,fma,avx512f,avx512bw", in_two);
near_tiles!(
    near_vnni,
    near_rows_vnni,
    "avx2,fma,avx512f,avx512bw,avx512vnni",
    in_one
);

#[inline]
#[target_feature(enable = "avx2,fma,avx512f,avx512bw")]
fn in_two(sum: __m512i, values: __m512i, weights: __m512i) -> __m512i {
    _mm512_add_epi32(sum, _mm512_madd_epi16(values, weights))
}

/// Written as the instruction: of the intrinsic LLVM makes two for most of the sums, `vpmaddwd`
/// and `vpaddd`, to shorten a chain that twenty-four sums side by side hide anyway.
#[inline]
#[target_feature(enable = "avx2,fma,avx512f,avx512bw,avx512vnni")]
#[expect(unsafe_code, reason = "an instruction by name")]
fn in_one(mut sum: __m512i, values: __m512i, weights: __m512i) -> __m512i {
    // SAFETY: reads and writes these registers only, on a processor that has VNNI.
    unsafe {
        asm!(
            "vpdpwssd {sum}, {values}, {weights}",
            sum = inout(zmm_reg) sum,
            values = in(zmm_reg) values,
            weights = in(zmm_reg) weights,
            options(pure, nomem, nostack, preserves_flags),
        );
    }
    sum
}

/// Turns the sums into what the layer gives: scaled, with the bias.
#[inline]
#[target_feature(enable = "avx2,fma,avx512f,avx512bw")]
fn scaled<const R: usize, const P: usize>(
    tile: &NearTile<'_>,
    sums: &[[__m512i; P]; R],
    out: &mut RowsMut<'_>,
) {
    for row in 0..R {
        let of_row = _mm512_set1_ps(tile.a.scale[tile.place.first + row]);
        for panel in 0..P {
            let scale = _mm512_mul_ps(of_row, load(&tile.scale[panel]));
            let sum = _mm512_cvtepi32_ps(sums[row][panel]);
            let value = _mm512_fmadd_ps(sum, scale, load(&tile.bias[panel]));
            store(
                out,
                tile.place.first + row,
                tile.place.column() + panel * LANES,
                value,
            );
        }
    }
}

#[inline]
#[target_feature(enable = "avx512f")]
#[expect(unsafe_code, reason = "loads are by pointer")]
fn load(lane: &Lane) -> __m512 {
    // SAFETY: sixteen values are what is read, from any address.
    unsafe { _mm512_loadu_ps(lane.as_ptr()) }
}

#[inline]
#[target_feature(enable = "avx512f")]
#[expect(unsafe_code, reason = "loads are by pointer")]
fn load_pairs(lane: &PairLane) -> __m512i {
    // SAFETY: thirty-two values of 16 bits are what is read, from any address.
    unsafe { _mm512_loadu_si512(lane.as_ptr().cast()) }
}

#[inline]
#[target_feature(enable = "avx512f")]
#[expect(unsafe_code, reason = "stores are by pointer")]
fn store(out: &mut RowsMut<'_>, row: usize, column: usize, value: __m512) {
    let part = out.part(row, column, LANES);
    // SAFETY: the part is of sixteen values, which are what is written, to any address.
    unsafe { _mm512_storeu_ps(part.as_mut_ptr(), value) }
}
