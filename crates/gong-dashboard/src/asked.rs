//! What an address or a form says, and writing addresses.

use url::form_urlencoded;

/// The fields of an address or a form; the first of a name counts, and what is empty is not there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Asked(Vec<(String, String)>);

impl Asked {
    /// Reads them.
    pub(crate) fn read(text: &[u8]) -> Self {
        let pairs = form_urlencoded::parse(text);
        Self(pairs.into_owned().collect())
    }

    /// A field with something in it.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        let found = self.0.iter().find(|(one, _)| one == name);
        let text = found.map(|(_, text)| text.trim());
        text.filter(|text| !text.is_empty())
    }

    /// A field that may be empty, as it is.
    pub(crate) fn text(&self, name: &str) -> &str {
        let found = self.0.iter().find(|(one, _)| one == name);
        found.map_or("", |(_, text)| text.as_str())
    }

    /// The fields that there are, without some.
    pub(crate) fn without<'a>(
        &'a self,
        names: &'a [&str],
    ) -> impl Iterator<Item = (&'a str, &'a str)> {
        let pairs = self
            .0
            .iter()
            .map(|(name, text)| (name.as_str(), text.as_str()));
        pairs.filter(|(name, text)| !names.contains(name) && !text.is_empty())
    }
}

/// An address on this server with fields; those that are empty are left out.
pub(crate) fn address<'a>(
    path: &str,
    fields: impl IntoIterator<Item = (&'a str, &'a str)>,
) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    for (name, text) in fields {
        if !text.is_empty() {
            query.append_pair(name, text);
        }
    }
    let query = query.finish();
    let (path, fragment) = path.split_once('#').unwrap_or((path, ""));
    let mut whole = path.to_owned();
    if !query.is_empty() {
        whole.push('?');
        whole.push_str(&query);
    }
    if !fragment.is_empty() {
        whole.push('#');
        whole.push_str(fragment);
    }
    whole
}

/// An address to go on to after a form, if it is one of ours: a path, and no other host.
pub(crate) fn own_path(text: &str) -> &str {
    let is_plain = text
        .bytes()
        .all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    let is_path = text.starts_with('/') && !text.starts_with("//");
    if is_plain && is_path { text } else { "/" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_read_trimmed_and_the_first_counts() {
        let asked = Asked::read(b"q=+a+%26b+&q=c&empty=&period=2026-Q2");
        assert_eq!(asked.get("q"), Some("a &b"));
        assert_eq!(asked.get("empty"), None);
        assert_eq!(asked.get("none"), None);
        let rest: Vec<_> = asked.without(&["q"]).collect();
        assert_eq!(rest, [("period", "2026-Q2")]);
    }

    #[test]
    fn an_address_holds_whatever_a_field_holds() {
        let fields = [("id", "a&b=\"c\""), ("none", "")];
        assert_eq!(address("/deal#why", fields), "/deal?id=a%26b%3D%22c%22#why");
        assert_eq!(address("/", []), "/");
    }

    #[test]
    fn only_a_path_of_ours_is_gone_on_to() {
        for (text, expected) in [
            ("/deals?set=won", "/deals?set=won"),
            ("//evil.example", "/"),
            ("/\\evil.example", "/"),
            ("https://evil.example", "/"),
            ("/a\r\nSet-Cookie: x", "/"),
            ("", "/"),
        ] {
            assert_eq!(own_path(text), expected, "{text:?}");
        }
    }
}
