//! Word forms: what "price", "prices" and "pricing" have in common.

use rust_stemmers::{Algorithm, Stemmer};

/// The stem of a word in lower case (Snowball, English); a possessive ending is dropped.
pub fn stem(lower: &str) -> String {
    let bare = lower.strip_suffix("'s").unwrap_or(lower);
    Stemmer::create(Algorithm::English).stem(bare).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_of_a_word_share_a_stem() {
        for form in ["price", "prices", "pricing", "priced"] {
            assert_eq!(stem(form), stem("price"), "{form}");
        }
        assert_eq!(stem("vendor's"), stem("vendors"));
        assert_ne!(stem("price"), stem("prize"));
    }
}
