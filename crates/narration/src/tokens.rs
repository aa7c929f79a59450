//! How many tokens a text can take, without its model's tokenizer.
//!
//! Two bounds, neither an estimate: what a text takes at most decides what is sent, what it takes at
//! least shows when a server has cut it.

/// No common tokenizer needs more tokens than this for a text.
///
/// Words of Latin letters take a token for three letters or more; each digit, sign and blank that
/// stands alone may be one of its own; other letters take up to two tokens for three bytes.
pub(crate) fn at_most(text: &str) -> u32 {
    let mut thirds: u64 = 0;
    let mut run: u64 = 0;
    let mut before = 'x';
    for char in text.chars() {
        if char.is_ascii_alphabetic() {
            run += 1;
        } else {
            thirds += letters(run);
            run = 0;
            thirds += match char {
                // A blank before a word belongs to the word.
                ' ' if before != ' ' => 0,
                _ if char.is_ascii() => 3,
                _ => 2 * char.len_utf8() as u64,
            };
        }
        before = char;
    }
    let thirds = thirds + letters(run);
    u32::try_from(thirds.div_ceil(3) + 1).unwrap_or(u32::MAX)
}

/// A word of one or two letters is a token as well.
fn letters(run: u64) -> u64 {
    if run == 0 { 0 } else { run.max(3) }
}

/// No common tokenizer needs fewer: one token for seven bytes of what people say.
pub(crate) fn at_least(text: &str) -> u32 {
    const BYTES: usize = 7;
    u32::try_from(text.len() / BYTES).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bounds_hold_what_tokenizers_say() {
        // Counted with the published vocabulary of GPT-4 (cl100k).
        for (text, counted) in [
            ("", 0),
            ("Hello, world!", 4),
            ("The month-end close takes nine days.", 9),
            ("[S12] 00:03:41 theirs Person_3: We pay $42,000 a year.", 26),
            ("Könnten Sie uns das bis Freitag schicken?", 12),
        ] {
            assert!(at_most(text) >= counted, "{text}: {}", at_most(text));
            assert!(at_least(text) <= counted, "{text}: {}", at_least(text));
        }
    }

    #[test]
    fn the_most_is_not_far_from_the_least() {
        let text = "We looked at three of them and none could do what we need. ".repeat(50);
        assert!(at_most(&text) < 5 * at_least(&text));
    }
}
