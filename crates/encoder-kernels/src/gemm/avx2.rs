//! Tiles with AVX2 and FMA: a lane is two registers, a full tile 12 of the 16.

use std::arch::x86_64::{
    __m256, __m256i, _mm256_add_epi32, _mm256_cvtepi32_ps, _mm256_fmadd_ps, _mm256_loadu_ps,
    _mm256_loadu_si256, _mm256_madd_epi16, _mm256_mul_ps, _mm256_set1_epi32, _mm256_set1_ps,
    _mm256_setzero_si256, _mm256_storeu_ps,
};

use super::{exact::ExactTile, near::NearTile, with_rows};
use crate::{
    packing::{LANES, Lane, PairLane},
    rows::RowsMut,
};

/// Values of a register.
const HALF: usize = LANES / 2;

#[target_feature(enable = "avx2,fma")]
pub(super) fn exact(tile: &ExactTile<'_>, out: &mut RowsMut<'_>) {
    with_rows!(tile.place.rows, exact_rows, 1, (tile, out), [1 2 3 4 5 6]);
}

#[target_feature(enable = "avx2,fma")]
pub(super) fn near(tile: &NearTile<'_>, out: &mut RowsMut<'_>) {
    with_rows!(tile.place.rows, near_rows, 1, (tile, out), [1 2 3 4 5 6]);
}

#[target_feature(enable = "avx2,fma")]
fn exact_rows<const R: usize, const P: usize>(tile: &ExactTile<'_>, out: &mut RowsMut<'_>) {
    let rows = tile.rows::<R>();
    let mut sums = [load(&tile.bias(0)); R];
    for (k, lane) in tile.panel(0).iter().enumerate() {
        let [left, right] = load(lane);
        for row in 0..R {
            let value = _mm256_set1_ps(rows[row][k]);
            sums[row][0] = _mm256_fmadd_ps(value, left, sums[row][0]);
            sums[row][1] = _mm256_fmadd_ps(value, right, sums[row][1]);
        }
    }
    for (row, sums) in sums.iter().enumerate() {
        store(out, tile.place.first + row, tile.place.column(), *sums);
    }
}

#[target_feature(enable = "avx2,fma")]
fn near_rows<const R: usize, const P: usize>(tile: &NearTile<'_>, out: &mut RowsMut<'_>) {
    let rows = tile.rows::<R>();
    let mut sums = [[_mm256_setzero_si256(); 2]; R];
    for (pair, lane) in tile.panel(0).iter().enumerate() {
        let [left, right] = load_pairs(lane);
        for row in 0..R {
            let value = _mm256_set1_epi32(rows[row][pair]);
            sums[row][0] = _mm256_add_epi32(sums[row][0], _mm256_madd_epi16(value, left));
            sums[row][1] = _mm256_add_epi32(sums[row][1], _mm256_madd_epi16(value, right));
        }
    }
    for (row, sums) in sums.iter().enumerate() {
        let of_row = _mm256_set1_ps(tile.a.scale[tile.place.first + row]);
        let (scale, bias) = (load(&tile.scale[0]), load(&tile.bias[0]));
        let mut values = bias;
        for half in 0..2 {
            let scale = _mm256_mul_ps(of_row, scale[half]);
            values[half] = _mm256_fmadd_ps(_mm256_cvtepi32_ps(sums[half]), scale, bias[half]);
        }
        store(out, tile.place.first + row, tile.place.column(), values);
    }
}

#[inline]
#[target_feature(enable = "avx2,fma")]
#[expect(unsafe_code, reason = "loads are by pointer")]
fn load(lane: &Lane) -> [__m256; 2] {
    let (left, right) = lane.split_at(HALF);
    // SAFETY: eight values of a lane of sixteen are what is read, from any address.
    unsafe {
        [
            _mm256_loadu_ps(left.as_ptr()),
            _mm256_loadu_ps(right.as_ptr()),
        ]
    }
}

#[inline]
#[target_feature(enable = "avx2,fma")]
#[expect(unsafe_code, reason = "loads are by pointer")]
fn load_pairs(lane: &PairLane) -> [__m256i; 2] {
    let (left, right) = lane.split_at(LANES);
    // SAFETY: sixteen values of 16 bits, of a lane of thirty-two, are what is read.
    unsafe {
        [
            _mm256_loadu_si256(left.as_ptr().cast()),
            _mm256_loadu_si256(right.as_ptr().cast()),
        ]
    }
}

#[inline]
#[target_feature(enable = "avx2,fma")]
#[expect(unsafe_code, reason = "stores are by pointer")]
fn store(out: &mut RowsMut<'_>, row: usize, column: usize, values: [__m256; 2]) {
    let (left, right) = out.part(row, column, LANES).split_at_mut(HALF);
    // SAFETY: each half of the part is of eight values, which are what is written.
    unsafe {
        _mm256_storeu_ps(left.as_mut_ptr(), values[0]);
        _mm256_storeu_ps(right.as_mut_ptr(), values[1]);
    }
}
