//! Every kernel at every size of a tile and beyond, against sums in f64.

use proptest::prelude::*;

use super::*;
use crate::{
    Level,
    packing::{ExactWeights, LANES, NearWeights},
    rows::{Rows, RowsMut},
    testing::noise,
};

/// Sizes of which each edge of a tile is one: 1 to 13 rows and more, odd depths, whole and cut
/// panels, one panel and two.
fn sizes() -> impl Strategy<Value = (usize, usize, usize)> {
    (1_usize..27, 1_usize..70, 1_usize..70)
}

fn expected(
    a: &[f32],
    weights: &[f32],
    bias: &[f32],
    depth: usize,
    row: usize,
    column: usize,
) -> f64 {
    let products =
        (0..depth).map(|k| f64::from(a[row * depth + k]) * f64::from(weights[column * depth + k]));
    products.sum::<f64>() + f64::from(bias[column])
}

proptest! {
    #[test]
    fn an_exact_product_is_the_sum_of_its_products(
        (rows, depth, columns) in sizes(), seed: u32, gap in 0_usize..5,
    ) {
        let (a, weights, bias) =
            (noise(rows * depth, seed), noise(columns * depth, !seed), noise(columns, seed ^ 5));
        let packed = ExactWeights::pack(&weights, &bias);
        let width = columns.next_multiple_of(LANES);
        // Rows of a larger matrix.
        let stride = depth + gap;
        let mut apart = vec![f32::NAN; rows * stride];
        for (apart, row) in apart.chunks_exact_mut(stride).zip(a.chunks_exact(depth)) {
            apart[..depth].copy_from_slice(row);
        }
        for level in Level::all() {
            let mut out = vec![f32::NAN; rows * width];
            let given = Rows { values: &apart, stride, width: depth, count: rows };

            exact(level, given, packed.panels(), &mut RowsMut::whole(&mut out, width), Then::Nothing);

            for row in 0..rows {
                for column in 0..width {
                    let found = f64::from(out[row * width + column]);
                    if column < columns {
                        let expected = expected(&a, &weights, &bias, depth, row, column);
                        prop_assert!((found - expected).abs() < 1e-5, "{level}: {found} {expected}");
                    } else {
                        prop_assert!(found == 0.0, "{level}: {found} beyond the last column");
                    }
                }
            }
        }
    }

    #[test]
    fn a_near_product_is_the_same_on_every_level_and_near(
        (rows, depth, columns) in sizes(), seed: u32,
    ) {
        let pairs = depth.div_ceil(2);
        // The last integer of an odd row must meet a weight of nothing, whatever it is.
        let integers: Vec<i16> =
            noise(rows * pairs * 2, seed).iter().map(|x| rounded(x * 4095.0)).collect();
        let values: Vec<i32> = in_pairs(&integers);
        let (weights, bias) = (noise(columns * depth, !seed), noise(columns, seed ^ 5));
        let packed = NearWeights::pack(&weights, &bias);
        let width = columns.next_multiple_of(LANES);
        let scale: Vec<f32> = (1_u8..).take(rows).map(|row| f32::from(row) / 4095.0).collect();
        for level in Level::all() {
            let mut out = vec![f32::NAN; rows * width];
            let given = NearRows { pairs: Rows::whole(&values, pairs), scale: &scale };

            near(level, given, &packed, &mut RowsMut::whole(&mut out, width), Then::Nothing);

            for row in 0..rows {
                for column in 0..columns {
                    let products = (0..depth).map(|k| {
                        let value = f64::from(integers[row * pairs * 2 + k]) * f64::from(scale[row]);
                        value * f64::from(weights[column * depth + k])
                    });
                    let expected = products.sum::<f64>() + f64::from(bias[column]);
                    let found = f64::from(out[row * width + column]);
                    // Each weight is off by half a step at most.
                    let step = f64::from(packed.scale[column / LANES][column % LANES]);
                    let near = f64::from(scale[row]) * 4095.0 * depth as f64 * step * 0.51 + 1e-5;
                    prop_assert!((found - expected).abs() < near, "{level}: {found} {expected}");
                }
            }
        }
    }

    #[test]
    fn rows_are_cut_evenly_and_none_is_lost(rows in 0_usize..100, most in 1_usize..13) {
        let tiles: Vec<_> = evenly(rows, most).collect();

        let mut next = 0;
        for &(first, count) in &tiles {
            prop_assert_eq!(first, next);
            prop_assert!((1..=most).contains(&count));
            next += count;
        }
        prop_assert_eq!(next, rows);
        let counts = tiles.iter().map(|tile| tile.1);
        let (least, greatest) = (counts.clone().min().unwrap_or(0), counts.max().unwrap_or(0));
        prop_assert!(greatest - least <= 1);
    }
}

#[test]
fn integers_are_summed_alike_on_every_level() {
    let (rows, depth, columns) = (13, 384, 48);
    let values = noise(rows * depth, 1);
    let integers: Vec<i16> = values.iter().map(|x| rounded(x * 4095.0)).collect();
    let pairs: Vec<i32> = in_pairs(&integers);
    // Without scales and biases what comes out is the sum itself, or the float next to it.
    let mut packed = NearWeights::pack(&noise(columns * depth, 2), &vec![0.0; columns]);
    packed.scale.fill([1.0; LANES]);
    let products: Vec<Vec<f32>> = Level::all()
        .into_iter()
        .map(|level| {
            let mut out = vec![0.0; rows * columns];
            let given = NearRows {
                pairs: Rows::whole(&pairs, depth / 2),
                scale: &vec![1.0; rows],
            };
            near(
                level,
                given,
                &packed,
                &mut RowsMut::whole(&mut out, columns),
                Then::Nothing,
            );
            out
        })
        .collect();

    assert!(products.iter().all(|product| *product == products[0]));
    assert!(products[0].iter().any(|sum| *sum > 1e6));
}

#[test]
fn gelu_follows_every_value() {
    let (a, weights, bias) = (noise(13 * 32, 1), noise(48 * 32, 2), noise(48, 3));
    let packed = ExactWeights::pack(&weights, &bias);
    for level in Level::all() {
        let (mut plain, mut followed) = (vec![0.0; 13 * 48], vec![0.0; 13 * 48]);

        exact(
            level,
            Rows::whole(&a, 32),
            packed.panels(),
            &mut RowsMut::whole(&mut plain, 48),
            Then::Nothing,
        );
        exact(
            level,
            Rows::whole(&a, 32),
            packed.panels(),
            &mut RowsMut::whole(&mut followed, 48),
            Then::Gelu,
        );

        gelu::gelu(level, &mut plain);
        assert_eq!(plain, followed, "{level}");
    }
}

fn in_pairs(integers: &[i16]) -> Vec<i32> {
    let mut pairs = vec![0; integers.len() / 2];
    bytemuck::cast_slice_mut(&mut pairs).copy_from_slice(integers);
    pairs
}

#[expect(clippy::cast_possible_truncation, reason = "within ±4095")]
fn rounded(value: f32) -> i16 {
    value.round() as i16
}
