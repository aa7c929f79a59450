//! The tokens of one text look at each other, a head at a time.
//!
//! Both products are the one of the linear layers: the keys of a head are packed as its panels for
//! the scores, the values for what is taken by them.

use crate::{
    gemm::{Then, exact},
    level::{Level, for_every_level},
    packing::{LANES, Lane, Panels},
    rows::{Rows, RowsMut},
    softmax::softmax,
};

/// Queries that are looked at together: their scores stay near.
const QUERIES: usize = 48;

/// What attention needs while it works; grown when a longer text comes.
#[derive(Default)]
pub(crate) struct AttentionScratch {
    keys: Vec<Lane>,
    values: Vec<Lane>,
    scores: Vec<f32>,
    wholes: Vec<f32>,
}

/// Attends within one text, whose rows are query, key and value side by side, `hidden` values each;
/// what each token takes is left in `taken`, head beside head.
///
/// Queries must be divided by the root of the head's length already.
pub(crate) fn attend(
    level: Level,
    query_key_value: &[f32],
    (hidden, heads): (usize, usize),
    taken: &mut [f32],
    scratch: &mut AttentionScratch,
) {
    let tokens = taken.len() / hidden;
    let length = hidden / heads;
    let width = tokens.next_multiple_of(LANES);
    scratch.keys.resize(width / LANES * length, [0.0; LANES]);
    scratch.values.resize(length / LANES * tokens, [0.0; LANES]);
    scratch.scores.resize(QUERIES * width, 0.0);
    scratch.wholes.resize(QUERIES, 0.0);

    for head in 0..heads {
        let of_head = |part: usize, first: usize, count: usize| Rows {
            values: &query_key_value[first * 3 * hidden + part * hidden + head * length..],
            stride: 3 * hidden,
            width: length,
            count,
        };
        pack_keys(of_head(1, 0, tokens), &mut scratch.keys);
        pack_values(of_head(2, 0, tokens), &mut scratch.values);
        let keys = Panels {
            lanes: &scratch.keys,
            depth: length,
            bias: None,
        };
        let values = Panels {
            lanes: &scratch.values,
            depth: tokens,
            bias: None,
        };

        for first in (0..tokens).step_by(QUERIES) {
            let count = QUERIES.min(tokens - first);
            let wholes = &mut scratch.wholes[..count];
            let mut scores = RowsMut::whole(&mut scratch.scores, width);
            exact(
                level,
                of_head(0, first, count),
                keys,
                &mut scores,
                Then::Nothing,
            );
            softmax(level, &mut scores, tokens, wholes);

            let weights = Rows {
                values: &scratch.scores,
                stride: width,
                width: tokens,
                count,
            };
            let mut out = RowsMut {
                values: &mut taken[first * hidden + head * length..],
                stride: hidden,
            };
            exact(level, weights, values, &mut out, Then::Nothing);
            divide(level, &mut out, length, wholes);
        }
    }
}

/// Keys as columns: lane `d` of panel `p` holds the value `d` of the keys from `16 · p` on.
fn pack_keys(keys: Rows<'_, f32>, lanes: &mut [Lane]) {
    for (panel, lanes) in lanes.chunks_exact_mut(keys.width).enumerate() {
        for column in 0..LANES {
            let key = panel * LANES + column;
            if key < keys.count {
                for (lane, value) in lanes.iter_mut().zip(keys.row(key)) {
                    lane[column] = *value;
                }
            } else {
                for lane in lanes.iter_mut() {
                    lane[column] = 0.0;
                }
            }
        }
    }
}

/// Values as rows: lane `t` of panel `p` holds the values from `16 · p` on of token `t`.
fn pack_values(values: Rows<'_, f32>, lanes: &mut [Lane]) {
    for (panel, lanes) in lanes.chunks_exact_mut(values.count).enumerate() {
        for (token, lane) in lanes.iter_mut().enumerate() {
            lane.copy_from_slice(&values.row(token)[panel * LANES..][..LANES]);
        }
    }
}

for_every_level! {
    /// Divides the first `width` values of each row by the row's whole.
    fn divide(rows: &mut RowsMut<'_>, width: usize, wholes: &[f32]) = body
}

#[inline(always)]
#[expect(
    clippy::inline_always,
    reason = "compiled with its caller's instructions"
)]
fn body<const IS_FUSED: bool>(rows: &mut RowsMut<'_>, width: usize, wholes: &[f32]) {
    for (row, whole) in wholes.iter().enumerate() {
        let factor = 1.0 / whole;
        for value in rows.part(row, 0, width) {
            *value *= factor;
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::testing::noise;

    /// Attention as it is written in books, in f64.
    fn expected(rows: &[f32], hidden: usize, heads: usize, token: usize, column: usize) -> f64 {
        let tokens = rows.len() / 3 / hidden;
        let length = hidden / heads;
        let head = column / length;
        let at = |token: usize, part: usize, column: usize| {
            f64::from(rows[token * 3 * hidden + part * hidden + column])
        };
        let score = |key: usize| -> f64 {
            (head * length..(head + 1) * length)
                .map(|column| at(token, 0, column) * at(key, 1, column))
                .sum()
        };
        let weights: Vec<f64> = (0..tokens).map(|key| score(key).exp()).collect();
        let whole: f64 = weights.iter().sum();
        let taken = (0..tokens).map(|key| weights[key] / whole * at(key, 2, column));
        taken.sum()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]
        #[test]
        fn it_is_attention_as_books_have_it(
            tokens in 1_usize..120, heads in 1_usize..4, lanes in 1_usize..4, seed: u32,
        ) {
            let hidden = heads * lanes * LANES;
            let rows = noise(tokens * 3 * hidden, seed);
            for level in Level::all() {
                let mut taken = vec![f32::NAN; tokens * hidden];
                let mut scratch = AttentionScratch::default();
                // A longer text before it leaves traces that must not be seen.
                let before = noise(130 * 3 * hidden, !seed);
                attend(level, &before, (hidden, heads), &mut vec![0.0; 130 * hidden], &mut scratch);

                attend(level, &rows, (hidden, heads), &mut taken, &mut scratch);

                for token in [0, tokens / 2, tokens - 1] {
                    for column in 0..hidden {
                        let expected = expected(&rows, hidden, heads, token, column);
                        let found = f64::from(taken[token * hidden + column]);
                        prop_assert!((found - expected).abs() < 1e-5, "{level}: {found} {expected}");
                    }
                }
            }
        }
    }
}
