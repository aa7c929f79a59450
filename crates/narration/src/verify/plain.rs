//! Whether a text is one plain sentence.

use crate::addressed::{has_markup, is_addressed_to_machine, is_hidden};

const LONGEST: usize = 400;

/// Whether a text of a model's can be shown: no links, no markup, nothing hidden, not addressed to
/// a machine, one sentence or two.
pub(super) fn is_plain(text: &str) -> bool {
    let ends = text
        .split_inclusive(['.', '!', '?'])
        .filter(|piece| piece.trim().chars().count() > 3)
        .count();
    text.chars().count() <= LONGEST
        && ends <= 3
        && !text.trim().contains('\n')
        && !text
            .chars()
            .any(|c| is_hidden(c) || matches!(c, '<' | '>' | '`' | '{' | '}' | '|' | '\\'))
        && !has_markup(text)
        && !is_addressed_to_machine(text)
}
