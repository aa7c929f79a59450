//! Where a quote can be checked.

use std::fmt;

use crate::{CallId, PartyId, Revision, SentenceRef, Side, Span, Tenant, Transcript};

/// Points at one sentence of one call, in the revision of the text that was quoted.
///
/// It holds no words: the quote is read from the archive when it is shown, and
/// [`Citation::supports`] says whether it stands there.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Citation {
    /// The company.
    pub tenant: Tenant,
    /// The call.
    pub call: CallId,
    /// The revision of the text in which the sentence stands.
    pub text_revision: Revision,
    /// The sentence.
    pub sentence: SentenceRef,
    /// When it was said.
    pub span: Span,
    /// Who said it, if known.
    pub party: Option<PartyId>,
    /// For which side.
    pub side: Side,
    /// Where a person can open the call.
    pub url: Option<String>,
}

impl Citation {
    /// Cites a sentence of the default tenant by somebody unknown.
    pub fn new(call: CallId, text_revision: Revision, sentence: SentenceRef, span: Span) -> Self {
        Self {
            tenant: Tenant::default(),
            call,
            text_revision,
            sentence,
            span,
            party: None,
            side: Side::Unknown,
            url: None,
        }
    }

    /// Whether the quote is a piece of the sentence that is cited.
    pub fn supports(&self, transcript: &Transcript, quote: &str) -> bool {
        let quote = quote.trim();
        !quote.is_empty()
            && transcript
                .sentence(self.sentence)
                .is_some_and(|said| said.text.contains(quote))
    }
}

impl fmt::Display for Citation {
    /// Prints call, `mm:ss` and link.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "call {} at {}", self.call, self.span)?;
        match &self.url {
            Some(url) => write!(f, " {url}"),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Sentence, Utterance};

    fn cite() -> Citation {
        let call = CallId::new("42").expect("digits");
        Citation::new(
            call,
            Revision::new(7),
            SentenceRef::new(0, 0),
            Span::from_millis(754_000, 755_000),
        )
    }

    #[test]
    fn a_citation_prints_as_call_time_and_link() {
        let mut citation = cite();
        assert_eq!(citation.to_string(), "call 42 at 12:34");

        citation.url = Some("https://app.gong.io/call?id=42".to_owned());
        assert_eq!(
            citation.to_string(),
            "call 42 at 12:34 https://app.gong.io/call?id=42"
        );
    }

    #[test]
    fn only_words_of_the_sentence_support_a_citation() {
        let said = Sentence::new(Span::default(), "We would sign this quarter.");
        let transcript = Transcript::new(vec![Utterance::new(vec![said])]);

        assert!(cite().supports(&transcript, "sign this quarter"));
        assert!(!cite().supports(&transcript, "sign next quarter"));
        assert!(!cite().supports(&transcript, " "));
    }
}
