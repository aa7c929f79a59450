//! Whole worlds left out: no call of a vendor's world helps to judge another of the same world.

use super::source::LabelledCall;

/// How many folds the training text is spread over; each dev world is one more.
const SPREAD: usize = 4;

/// The fold of every call.
pub(super) fn folds(calls: &[LabelledCall]) -> Vec<usize> {
    let mut worlds: Vec<&str> = calls.iter().map(|call| call.world.as_str()).collect();
    worlds.sort_unstable();
    worlds.dedup();
    let (dev, written): (Vec<&str>, Vec<&str>) =
        worlds.into_iter().partition(|world| is_dev(world));
    let fold = |world: &str| {
        let place = |list: &[&str]| list.iter().position(|one| *one == world);
        place(&dev).or_else(|| place(&written).map(|at| dev.len() + at % SPREAD))
    };
    calls
        .iter()
        .map(|call| fold(&call.world).unwrap_or(0))
        .collect()
}

/// Whether a world is one of the shared dev part.
pub(super) fn is_dev(world: &str) -> bool {
    world.starts_with("dev ")
}
