//! Which texts are computed together: those of like length, up to a budget of tokens.

/// Tokens of a group. The matrices are then large enough for full speed and small enough to stay
/// in a core's cache; a group takes about a tenth of a second.
pub(super) const TOKENS_PER_GROUP: usize = 512;

/// Sorts the texts by their numbers of tokens, longest first, and cuts the row at the budget.
///
/// Each text is in exactly one group, named by its place in `lengths`. A text longer than the
/// budget has a group of its own. Long ones come first, so that the last group, for which the
/// other threads wait, is a small one.
pub(super) fn of_like_length(lengths: &[usize], budget: usize) -> Vec<Vec<usize>> {
    let mut places: Vec<(usize, usize)> = lengths.iter().copied().enumerate().collect();
    places.sort_by_key(|&(place, length)| (std::cmp::Reverse(length), place));

    let mut groups: Vec<Vec<usize>> = Vec::new();
    let mut room = 0;
    for (place, length) in places {
        match groups.last_mut() {
            Some(group) if length <= room => {
                group.push(place);
                room -= length;
            }
            _ => {
                groups.push(vec![place]);
                room = budget.saturating_sub(length);
            }
        }
    }
    groups
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn every_text_is_in_one_group_and_no_group_of_several_passes_the_budget(
            lengths in prop::collection::vec(1_usize..300, 0..200),
            budget in 1_usize..1_000,
        ) {
            let groups = of_like_length(&lengths, budget);

            let mut places: Vec<usize> = groups.concat();
            places.sort_unstable();
            prop_assert_eq!(places, (0..lengths.len()).collect::<Vec<_>>());
            for group in &groups {
                let tokens: usize = group.iter().map(|&place| lengths[place]).sum();
                prop_assert!(group.len() == 1 || tokens <= budget);
            }
        }

        #[test]
        fn lengths_never_rise_from_one_text_to_the_next(
            lengths in prop::collection::vec(1_usize..300, 0..200),
        ) {
            let places = of_like_length(&lengths, 512).concat();

            prop_assert!(places.windows(2).all(|pair| lengths[pair[0]] >= lengths[pair[1]]));
        }
    }
}
