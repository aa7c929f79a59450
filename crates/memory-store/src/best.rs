//! The best few of many, ties by passage id.

use std::cmp::Ordering;
use std::collections::BinaryHeap;
use std::num::NonZeroUsize;

use conversation::PassageId;

/// Best first: the higher score, then the lower id.
pub fn order(a: (f32, PassageId), b: (f32, PassageId)) -> Ordering {
    b.0.total_cmp(&a.0).then(a.1.cmp(&b.1))
}

/// Keeps the best so far.
pub(crate) struct Best<T> {
    limit: NonZeroUsize,
    /// The worst of the kept is on top.
    kept: BinaryHeap<Kept<T>>,
}

struct Kept<T> {
    score: f32,
    id: PassageId,
    what: T,
}

impl<T> Best<T> {
    pub(crate) fn new(limit: NonZeroUsize) -> Self {
        Self {
            limit,
            kept: BinaryHeap::new(),
        }
    }

    /// Keeps it if it is among the best; asks for its id only if the score does not decide.
    pub(crate) fn offer<E>(
        &mut self,
        score: f32,
        what: T,
        id: impl FnOnce() -> Result<PassageId, E>,
    ) -> Result<(), E> {
        if self.kept.len() < self.limit.get() {
            let id = id()?;
            self.kept.push(Kept { score, id, what });
        } else if let Some(mut worst) = self.kept.peek_mut()
            && score.total_cmp(&worst.score).is_ge()
        {
            let id = id()?;
            if order((score, id), (worst.score, worst.id)).is_lt() {
                *worst = Kept { score, id, what };
            }
        }
        Ok(())
    }

    /// What was kept, best first.
    pub(crate) fn into_sorted(self) -> impl Iterator<Item = (f32, T)> {
        self.kept
            .into_sorted_vec()
            .into_iter()
            .map(|kept| (kept.score, kept.what))
    }
}

impl<T> Ord for Kept<T> {
    fn cmp(&self, other: &Self) -> Ordering {
        order((self.score, self.id), (other.score, other.id))
    }
}

impl<T> PartialOrd for Kept<T> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl<T> PartialEq for Kept<T> {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl<T> Eq for Kept<T> {}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use super::*;

    #[test]
    fn the_best_are_kept_in_order_whatever_the_order_they_come_in() {
        let scores = [1.0, 3.0, 3.0, -2.0, 3.0, 0.0];
        let mut offers: Vec<(f32, u8)> = scores.into_iter().zip(0..).collect();
        for _ in 0..offers.len() {
            offers.rotate_left(1);
            let mut best = Best::new(NonZeroUsize::new(3).expect("not zero"));

            for &(score, n) in &offers {
                let Ok(()) =
                    best.offer::<Infallible>(score, n, || Ok(PassageId::from_bytes([n; 16])));
            }

            let kept: Vec<_> = best.into_sorted().map(|(_, n)| n).collect();
            assert_eq!(kept, [1, 2, 4]);
        }
    }
}
