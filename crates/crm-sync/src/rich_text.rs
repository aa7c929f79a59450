//! Rich text for a CRM, made from words of calls without trusting them.

use std::fmt::Write as _;

use conversation::neutral;
use url::Url;

/// Rich text that is made of paragraphs, lists and quotes.
///
/// Whatever is put in is neutralised ([`neutral`]) and escaped. The only links are those that
/// [`RichText::quote`] is given, and they must be https.
///
/// ```
/// use crm_sync::RichText;
///
/// let mut text = RichText::default();
/// text.paragraph("Next steps");
/// text.quote("see <a href=https://bad.example>this</a>", None);
///
/// assert!(!text.to_string().contains("<a"));
/// assert!(!text.to_string().contains("https://"));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RichText {
    html: String,
}

impl RichText {
    /// A paragraph of plain words.
    pub fn paragraph(&mut self, words: &str) {
        let _ = write!(self.html, "<p>{}</p>", escaped(words));
    }

    /// A list.
    pub fn list<'t>(&mut self, items: impl IntoIterator<Item = &'t str>) {
        self.html.push_str("<ul>");
        for item in items {
            let _ = write!(self.html, "<li>{}</li>", escaped(item));
        }
        self.html.push_str("</ul>");
    }

    /// What was said, with a link to the moment. A link that is not https is left out.
    pub fn quote(&mut self, words: &str, moment: Option<&Url>) {
        let words = escaped(words);
        match moment.filter(|url| url.scheme() == "https") {
            Some(url) => {
                let url = attribute(url.as_str());
                let _ = write!(
                    self.html,
                    "<blockquote>{words} <a href=\"{url}\">listen</a></blockquote>"
                );
            }
            None => {
                let _ = write!(self.html, "<blockquote>{words}</blockquote>");
            }
        }
    }

    /// Whether nothing was put in.
    pub fn is_empty(&self) -> bool {
        self.html.is_empty()
    }
}

impl std::fmt::Display for RichText {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.html)
    }
}

fn escaped(words: &str) -> String {
    attribute(&neutral(words))
}

fn attribute(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for char in text.chars() {
        match char {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            other => safe.push(other),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_moment_is_linked_and_nothing_else() {
        let url = "https://app.gong.io/call?id=7&highlights=%5B%5D"
            .parse()
            .expect("a URL");
        let mut text = RichText::default();
        text.quote("Visit www.bad.example & \"win\"", Some(&url));
        assert_eq!(
            text.to_string(),
            "<blockquote>Visit www[.]bad.example &amp; &quot;win&quot; <a \
             href=\"https://app.gong.io/call?id=7&amp;highlights=%5B%5D\">listen</a></blockquote>"
        );
        let plain = "http://app.gong.io/".parse().expect("a URL");
        let mut text = RichText::default();
        text.quote("hello", Some(&plain));
        assert_eq!(text.to_string(), "<blockquote>hello</blockquote>");
    }

    proptest! {
        #[test]
        fn no_words_become_markup(words in "[<>&\"'a-z/=! ]{0,40}") {
            let mut text = RichText::default();
            text.list([words.as_str()]);
            let html = text.to_string();
            let inner = html.strip_prefix("<ul><li>").and_then(|html| html.strip_suffix("</li></ul>"));
            prop_assert!(inner.is_some_and(|inner| !inner.contains(['<', '>', '"'])));
        }
    }
}
