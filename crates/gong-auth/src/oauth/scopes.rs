//! What a token may do, in Gong's own words.
use std::{collections::BTreeSet, fmt};

/// A set of scopes, such as `api:calls:read:basic`.
///
/// ```
/// use gong_auth::Scopes;
///
/// let held = Scopes::parse("api:users:read api:calls:read:basic");
///
/// assert_eq!(
///     held.missing(&["api:calls:read:basic", "api:calls:read:transcript"]),
///     ["api:calls:read:transcript"],
/// );
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scopes {
    names: BTreeSet<String>,
}

impl Scopes {
    /// Reads what is separated by white space, as in Gong's answer.
    pub fn parse(text: &str) -> Self {
        text.split_whitespace().collect()
    }

    /// Tells whether this scope is among them.
    pub fn contains(&self, name: &str) -> bool {
        self.names.contains(name)
    }

    /// Those of the needed scopes that are not among them, in the order in which they are needed.
    pub fn missing<'a>(&self, needed: &[&'a str]) -> Vec<&'a str> {
        let is_missing = |name: &&&str| !self.contains(name);
        needed.iter().filter(is_missing).copied().collect()
    }

    /// The scopes in alphabetical order.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.names.iter().map(String::as_str)
    }

    /// Tells whether there is none.
    pub fn is_empty(&self) -> bool {
        self.names.is_empty()
    }
}

impl<T: Into<String>> FromIterator<T> for Scopes {
    fn from_iter<I: IntoIterator<Item = T>>(names: I) -> Self {
        Self {
            names: names.into_iter().map(Into::into).collect(),
        }
    }
}

/// As Gong writes them: separated by one space.
impl fmt::Display for Scopes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, name) in self.iter().enumerate() {
            let space = if place == 0 { "" } else { " " };
            write!(f, "{space}{name}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scopes_survive_odd_white_space_and_repeats() {
        let scopes = Scopes::parse(" api:b  api:a\tapi:b\n");

        assert_eq!(scopes.to_string(), "api:a api:b");
        assert!(Scopes::parse("  ").is_empty());
    }

    #[test]
    fn a_longer_scope_does_not_stand_in_for_a_shorter_one() {
        let scopes = Scopes::parse("api:calls:read:extensive");

        assert_eq!(scopes.missing(&["api:calls:read"]), ["api:calls:read"]);
        assert!(scopes.missing(&["api:calls:read:extensive"]).is_empty());
    }
}
