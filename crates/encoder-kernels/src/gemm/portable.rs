//! Tiles in plain code, for every processor and as the reference of the others.
//!
//! The loops over lanes have a fixed length, so the compiler turns them into the vector
//! instructions that every processor of the target has: SSE2 on x86-64, NEON on AArch64.

use super::{exact::ExactTile, near::NearTile, with_rows};
use crate::{
    arithmetic::{IS_FUSED_ANYWAY, multiply_add},
    packing::LANES,
    rows::RowsMut,
};

/// A lane takes four registers of 128 bits; x86-64 has 16 of them, AArch64 32.
pub(super) const ROWS: usize = if cfg!(target_arch = "aarch64") { 4 } else { 2 };

pub(super) fn exact(tile: &ExactTile<'_>, out: &mut RowsMut<'_>) {
    with_rows!(tile.place.rows, exact_rows, 1, (tile, out), [1 2 3 4]);
}

pub(super) fn near(tile: &NearTile<'_>, out: &mut RowsMut<'_>) {
    with_rows!(tile.place.rows, near_rows, 1, (tile, out), [1 2 3 4]);
}

fn exact_rows<const R: usize, const P: usize>(tile: &ExactTile<'_>, out: &mut RowsMut<'_>) {
    let rows = tile.rows::<R>();
    let mut sums = [tile.bias(0); R];
    for (k, lane) in tile.panel(0).iter().enumerate() {
        for (sums, row) in sums.iter_mut().zip(&rows) {
            for (sum, weight) in sums.iter_mut().zip(lane) {
                *sum = multiply_add::<IS_FUSED_ANYWAY>(row[k], *weight, *sum);
            }
        }
    }
    for (at, sums) in sums.iter().enumerate() {
        out.part(tile.place.first + at, tile.place.column(), LANES)
            .copy_from_slice(sums);
    }
}

fn near_rows<const R: usize, const P: usize>(tile: &NearTile<'_>, out: &mut RowsMut<'_>) {
    let rows = tile.rows::<R>();
    let mut sums = [[0_i32; LANES]; R];
    for (pair, lane) in tile.panel(0).iter().enumerate() {
        for (sums, row) in sums.iter_mut().zip(&rows) {
            let [first, second]: [i16; 2] = bytemuck::cast(row[pair]);
            for (sum, weights) in sums.iter_mut().zip(lane.as_chunks::<2>().0) {
                *sum += i32::from(first) * i32::from(weights[0])
                    + i32::from(second) * i32::from(weights[1]);
            }
        }
    }
    for (at, sums) in sums.iter().enumerate() {
        let row = tile.place.first + at;
        let scale = tile.a.scale[row];
        let out = out.part(row, tile.place.column(), LANES);
        for (lane, value) in out.iter_mut().enumerate() {
            let scale = scale * tile.scale[0][lane];
            *value = multiply_add::<IS_FUSED_ANYWAY>(sums[lane] as f32, scale, tile.bias[0][lane]);
        }
    }
}
