//! The rows whose codes are nearest to a question.

use std::cmp::Reverse;

use super::blocks::{Chosen, Codes, ROWS};
use super::sums::Level;
use super::tables::Tables;

/// The chosen rows with the highest scores, at most so many, in the order of rows; of equal scores
/// the lower row.
pub(crate) fn nearest(codes: &Codes, tables: &Tables, chosen: &Chosen, most: usize) -> Vec<u32> {
    let level = Level::of_this_processor();
    let mut best = Highest::new(most);
    let mut sums = [0; ROWS];
    let blocks = codes
        .blocks()
        .zip(chosen.words())
        .zip((0_u32..).step_by(ROWS));
    for ((block, chosen), first) in blocks {
        if *chosen == 0 {
            continue; // a filter makes a question cheaper
        }
        let mut left = chosen & level.reaching(block, tables, best.least, &mut sums);
        while left != 0 {
            let row = left.trailing_zeros();
            left &= left - 1;
            if let Some(sum) = sums.get(row as usize) {
                best.offer(*sum, first + row);
            }
        }
    }
    best.into_rows()
}

/// Keeps the highest so far, and some more until it is worth to sort them out.
struct Highest {
    most: usize,
    kept: Vec<(Reverse<u16>, u32)>,
    /// What is lower than this is not among the highest any more.
    least: u16,
}

impl Highest {
    fn new(most: usize) -> Self {
        let most = most.max(1);
        Self {
            most,
            kept: Vec::with_capacity(2 * most),
            least: 0,
        }
    }

    fn offer(&mut self, sum: u16, row: u32) {
        if sum < self.least {
            return; // the bound has risen within the block
        }
        self.kept.push((Reverse(sum), row));
        if self.kept.len() >= 2 * self.most {
            self.sort_out();
        }
    }

    fn sort_out(&mut self) {
        if self.kept.len() <= self.most {
            return;
        }
        let (_, (Reverse(lowest), _), _) = self.kept.select_nth_unstable(self.most - 1);
        // Rows come in order, so a later one that is equal to the lowest is behind it.
        self.least = lowest.saturating_add(1);
        self.kept.truncate(self.most);
    }

    fn into_rows(mut self) -> Vec<u32> {
        self.sort_out();
        let mut rows: Vec<u32> = self.kept.into_iter().map(|(_, row)| row).collect();
        rows.sort_unstable();
        rows
    }
}

#[cfg(test)]
mod tests {
    use half::f16;
    use rand::{RngExt, SeedableRng};
    use rand_chacha::ChaCha8Rng;

    use super::*;

    /// Vectors as a model makes them: all lean the same way, those of a topic lie together, and
    /// few dimensions say most.
    struct World {
        random: ChaCha8Rng,
        lean: Vec<f32>,
        topics: Vec<Vec<f32>>,
    }

    const DIMENSIONS: usize = 384;

    impl World {
        fn new(seed: u64) -> Self {
            let mut random = ChaCha8Rng::seed_from_u64(seed);
            let lean = noise(&mut random, 0.4);
            let topics = (0..300).map(|_| noise(&mut random, 1.0)).collect();
            Self {
                random,
                lean,
                topics,
            }
        }

        fn vector(&mut self) -> Vec<f32> {
            let topic = self.random.random_range(0..self.topics.len());
            let own = noise(&mut self.random, 1.0);
            let sum = self.lean.iter().zip(&self.topics[topic]).zip(&own);
            let vector: Vec<f32> = sum.map(|((lean, topic), own)| lean + topic + own).collect();
            let length = vector.iter().map(|value| value * value).sum::<f32>().sqrt();
            vector.into_iter().map(|value| value / length).collect()
        }
    }

    /// Nearly normal, weaker with each dimension; three dimensions are always 0.
    fn noise(random: &mut ChaCha8Rng, scale: f32) -> Vec<f32> {
        let mut value = |dimension: usize| {
            if [127, 223, 319].contains(&dimension) {
                return 0.0;
            }
            let sum: f32 = (0..4).map(|_| random.random_range(-1.0..1.0_f32)).sum();
            scale * sum / (1.0 + dimension as f32 / 200.0)
        };
        (0..DIMENSIONS).map(&mut value).collect()
    }

    fn dot(a: &[f32], b: &[f32]) -> f32 {
        a.iter().zip(b).map(|(a, b)| a * b).sum()
    }

    #[test]
    fn a_filter_costs_no_recall_from_a_ten_thousandth_to_everything() {
        const ROWS: u32 = 20_000;
        let mut world = World::new(23);
        let rows: Vec<Vec<f32>> = (0..ROWS).map(|_| world.vector()).collect();
        let mut codes = Codes::new(DIMENSIONS);
        for row in &rows {
            let halves: Vec<f16> = row.iter().map(|value| f16::from_f32(*value)).collect();
            codes.push(&halves);
        }

        for share in [0.0001, 0.001, 0.01, 0.1, 0.5, 0.98, 1.0] {
            let (mut found, mut wanted) = (0, 0);
            for _ in 0..4 {
                let question = world.vector();
                let mut chosen = Chosen::none(codes.rows());
                let passing: Vec<u32> = (0..ROWS)
                    .filter(|_| world.random.random_bool(share))
                    .collect();
                for row in &passing {
                    chosen.add(*row);
                }
                let mut exact: Vec<(f32, u32)> = passing
                    .iter()
                    .map(|row| (dot(&question, &rows[*row as usize]), *row))
                    .collect();
                exact.sort_by(|a, b| b.0.total_cmp(&a.0));
                exact.truncate(10);

                let near = nearest(&codes, &Tables::new(&question), &chosen, 320);

                assert!(near.len() <= 320 && near.is_sorted());
                assert!(
                    near.iter().all(|row| passing.binary_search(row).is_ok()),
                    "{share}"
                );
                wanted += exact.len();
                found += exact.iter().filter(|(_, row)| near.contains(row)).count();
            }
            let recall = found as f64 / wanted.max(1) as f64;
            assert!(recall >= 0.995, "{share}: {recall} of {wanted}");
        }
    }

    #[test]
    fn the_nearest_are_those_a_sort_would_give_whatever_the_number() {
        let mut world = World::new(7);
        let mut codes = Codes::new(DIMENSIONS);
        for _ in 0..1_000 {
            let vector = world.vector();
            let halves: Vec<f16> = vector.iter().map(|value| f16::from_f32(*value)).collect();
            codes.push(&halves);
        }
        let tables = Tables::new(&world.vector());
        let mut all = Chosen::none(codes.rows());
        (0..1_000).for_each(|row| all.add(row));
        let mut scored: Vec<(Reverse<u16>, u32)> = Vec::new();
        let mut sums = [0; ROWS];
        for (block, first) in codes.blocks().zip((0_u32..).step_by(ROWS)) {
            Level::Portable.reaching(block, &tables, 0, &mut sums);
            scored.extend(
                sums.iter()
                    .zip(first..)
                    .map(|(sum, row)| (Reverse(*sum), row)),
            );
        }
        scored.retain(|(_, row)| *row < 1_000);
        scored.sort_unstable();

        for most in [1, 2, 31, 32, 33, 999, 1_000, 5_000] {
            let mut expected: Vec<u32> = scored.iter().take(most).map(|(_, row)| *row).collect();
            expected.sort_unstable();
            assert_eq!(nearest(&codes, &tables, &all, most), expected, "{most}");
        }
        let none = Chosen::none(codes.rows());
        assert!(nearest(&codes, &tables, &none, 10).is_empty());
    }
}
