//! What is said to a model that asked for something that it does not get.

use std::fmt::Write as _;

use gong_app::{Error, ErrorKind};

/// Clients cut longer error texts.
const LONGEST: usize = 4_000;

/// An answer that says what is wrong and what to do next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Refusal(String);

impl Refusal {
    /// Arguments that are not as advertised.
    pub(crate) fn of_arguments(problems: &[String]) -> Self {
        let problems = problems.join("; ");
        Self::bounded(format!(
            "The arguments are not as advertised: {problems}. Call the tool again with this put right."
        ))
    }

    /// Something that only the caller can put right.
    pub(crate) fn saying(text: impl Into<String>) -> Self {
        Self::bounded(text.into())
    }

    pub(crate) fn text(&self) -> &str {
        &self.0
    }

    fn bounded(text: String) -> Self {
        if text.chars().count() <= LONGEST {
            return Self(text);
        }
        Self(text.chars().take(LONGEST).collect())
    }
}

impl From<Error> for Refusal {
    /// The causes of a failure are for the log: a model can do nothing about them.
    fn from(error: Error) -> Self {
        tracing::info!(kind = error.kind().as_str(), "a tool call was not answered");
        let mut text = sentence(&error.to_string());
        if !error.choices().is_empty() {
            text.push_str(" Choices:");
            for choice in error.choices() {
                // Writing into a string cannot fail.
                let _ = match &choice.name {
                    Some(name) => write!(text, " {} ({name});", choice.id),
                    None => write!(text, " {};", choice.id),
                };
            }
            text.push_str(" Call the tool again with one of these.");
            return Self::bounded(text);
        }
        let advice = match error.kind() {
            ErrorKind::NotFound => {
                "It does not exist, or you may not see it. Ids of calls stand in the answers of \
                 list_calls and search_calls; people and accounts in those of list_calls."
                    .to_owned()
            }
            ErrorKind::NotAuthorised => {
                "What you may do is decided by whoever runs this server.".to_owned()
            }
            ErrorKind::TryLater => "Try again in a moment.".to_owned(),
            _ => error.hint_text().map(sentence).unwrap_or_default(),
        };
        if !advice.is_empty() {
            text.push(' ');
            text.push_str(&advice);
        }
        Self::bounded(text)
    }
}

/// A phrase as a sentence.
fn sentence(phrase: &str) -> String {
    let mut chars = phrase.chars();
    let first = chars.next().map(|first| first.to_uppercase().to_string());
    let mut text = first.unwrap_or_default();
    text.push_str(chars.as_str());
    if !text.ends_with(['.', '!', '?']) {
        text.push('.');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_model_is_told_what_to_do_next_and_no_causes() {
        let error = Error::new(ErrorKind::NotFound, "there is no such call in the archive")
            .hint("pass --include-private")
            .caused_by("row 7 of /var/lib/secret");

        let refusal = Refusal::from(error);

        assert!(
            refusal
                .text()
                .starts_with("There is no such call in the archive. It does not")
        );
        assert!(refusal.text().contains("list_calls"));
        for hidden in ["--include-private", "/var/lib"] {
            assert!(!refusal.text().contains(hidden), "{hidden}");
        }
    }

    #[test]
    fn no_refusal_is_longer_than_clients_show() {
        let refusal = Refusal::of_arguments(&["x".repeat(20_000)]);
        assert_eq!(refusal.text().chars().count(), LONGEST);
    }
}
