//! Cuts a sentence into words.

use std::ops::Range;

/// A word in lower case, and where it stands in its sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Word {
    /// The word in lower case, with plain apostrophes.
    pub lower: String,
    /// The bytes it takes in the sentence.
    pub bytes: Range<usize>,
}

/// The words of a text: letters and digits, held together by an apostrophe between letters, or by
/// a point or comma between digits. Hyphens part words.
pub fn words(text: &str) -> Vec<Word> {
    let mut found = Vec::new();
    let mut chars = text.char_indices().peekable();
    let mut begun: Option<(usize, String)> = None;
    while let Some((at, c)) = chars.next() {
        let next = chars.peek().map(|&(_, next)| next);
        let last = begun.as_ref().and_then(|(_, word)| word.chars().last());
        if c.is_alphanumeric() {
            let (_, word) = begun.get_or_insert_with(|| (at, String::new()));
            word.extend(c.to_lowercase());
        } else if let (Some((_, word)), true) = (&mut begun, joins(last, c, next)) {
            word.push(if c == '’' { '\'' } else { c });
        } else if let Some((start, lower)) = begun.take() {
            found.push(Word {
                lower,
                bytes: start..at,
            });
        }
    }
    if let Some((start, lower)) = begun {
        let bytes = start..text.len();
        found.push(Word { lower, bytes });
    }
    found
}

fn joins(last: Option<char>, c: char, next: Option<char>) -> bool {
    let (Some(last), Some(next)) = (last, next) else {
        return false;
    };
    match c {
        '\'' | '’' => last.is_alphanumeric() && next.is_alphabetic(),
        '.' | ',' => last.is_ascii_digit() && next.is_ascii_digit(),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_letters_and_what_holds_them_together() {
        let cut = |text| words(text).into_iter().map(|w| w.lower).collect::<Vec<_>>();
        assert_eq!(
            cut("We’d pay $1,200.50, won't we?"),
            ["we'd", "pay", "1,200.50", "won't", "we"]
        );
        assert_eq!(cut("A follow-up... 'now'"), ["a", "follow", "up", "now"]);
        assert_eq!(cut("Über 30 %"), ["über", "30"]);
        assert!(cut(" — ").is_empty());
    }

    #[test]
    fn a_word_knows_its_place() {
        let text = "Hi, Zoë’s!";
        let found = words(text);
        let pieces: Vec<_> = found
            .iter()
            .map(|word| text.get(word.bytes.clone()))
            .collect();
        assert_eq!(pieces, [Some("Hi"), Some("Zoë’s")]);
    }
}
