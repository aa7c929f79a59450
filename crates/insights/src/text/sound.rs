//! How a name sounds, and how far two spellings are apart: recognisers mishear names.

/// The consonants that one hears, voiced and unvoiced ones merged, vowels and doubles dropped.
///
/// "Quillo", "Keelo" and "Kilo" sound alike; so do "Harbor" and "Arbour", "Summit" and "Some It".
#[expect(
    clippy::match_same_arms,
    reason = "the arms stand in the order of the letters, longer ones first"
)]
pub fn sound(letters: &str) -> String {
    let letters: Vec<char> = letters.chars().filter(|c| c.is_alphanumeric()).collect();
    let at = |place: usize| letters.get(place).copied().unwrap_or(' ');
    let mut heard = String::new();
    let mut place = 0;
    while place < letters.len() {
        let (here, next, third) = (at(place), at(place + 1), at(place + 2));
        let is_last = place + 1 == letters.len();
        let (code, used) = match (here, next) {
            ('q', 'u') | ('k', 'w') | ('c', 'k') => ("K", 2),
            ('p', 'h') => ("F", 2),
            ('t', 'c') if third == 'h' => ("X", 3),
            ('d', 'g') if "eiy".contains(third) => ("X", 2),
            ('s', 'c') if third == 'h' => ("X", 3),
            ('s' | 'c', 'h') => ("X", 2),
            ('t', 'h') => ("T", 2),
            ('g', 'h') => ("", 2),
            ('w', 'r') | ('k', 'n') if place == 0 => ("", 1),
            ('n', 'd') if "sz".contains(third) => ("N", 2),
            ('s', 'w') if third == 'e' => ("S", 2),
            ('c', 'e' | 'i' | 'y') => ("S", 1),
            ('g', 'e' | 'i' | 'y') | ('j', _) => ("X", 1),
            ('b' | 'p', _) => ("P", 1),
            ('d' | 't', _) => ("T", 1),
            ('f' | 'v', _) => ("F", 1),
            ('g' | 'k' | 'c' | 'q', _) => ("K", 1),
            ('x', _) => ("KS", 1),
            ('s' | 'z', _) => ("S", 1),
            ('l', _) => ("L", 1),
            ('m', _) => ("M", 1),
            ('n', _) => ("N", 1),
            ('r', _) => ("R", 1),
            ('w', 'a'..='z') if place == 0 && !is_last => ("W", 1),
            (digit, _) if digit.is_ascii_digit() => ("#", 1),
            _ => ("", 1),
        };
        let doubles = code
            .chars()
            .next()
            .is_some_and(|first| heard.ends_with(first));
        if !doubles {
            heard.push_str(code);
        }
        place += used;
    }
    heard
}

/// How many letters must be put in, left out, changed or swapped (Damerau-Levenshtein, each pair of
/// neighbours swapped once).
pub fn edits(one: &str, other: &str) -> usize {
    let one: Vec<char> = one.chars().collect();
    let other: Vec<char> = other.chars().collect();
    let width = other.len() + 1;
    let mut rows: Vec<Vec<usize>> = vec![(0..width).collect()];
    for (i, a) in one.iter().enumerate() {
        let mut row = vec![i + 1; width];
        for (j, b) in other.iter().enumerate() {
            let changed = rows[i][j] + usize::from(a != b);
            let mut least = changed.min(rows[i][j + 1] + 1).min(row[j] + 1);
            let is_swap = i > 0 && j > 0 && *a == other[j - 1] && one[i - 1] == *b;
            if is_swap {
                least = least.min(rows[i - 1][j - 1] + 1);
            }
            row[j + 1] = least;
        }
        rows.push(row);
    }
    rows.last().and_then(|row| row.last()).copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_misheard_sounds_alike() {
        for (name, heard) in [
            ("quillo", "keelo"),
            ("quillo", "kwillo"),
            ("harbor", "arbour"),
            ("harbor", "harper"),
            ("ansera", "andsarah"),
            ("ansera", "answerher"),
            ("summit", "someit"),
            ("beacon", "bacon"),
            ("routepilot", "rudepilot"),
            ("dispatchly", "thispatchlee"),
        ] {
            assert_eq!(sound(name), sound(heard), "{name} {heard}");
        }
        assert_ne!(sound("quillo"), sound("pivot"));
        assert_ne!(sound("beacon"), sound("broken"));
    }

    #[test]
    fn edits_are_counted() {
        for (one, other, expected) in [
            ("pivot", "pivot", 0),
            ("pivot", "pivet", 1),
            ("pivot", "piovt", 1),
            ("brightledger", "brightletter", 2),
            ("", "abc", 3),
        ] {
            assert_eq!(edits(one, other), expected, "{one} {other}");
        }
    }
}
