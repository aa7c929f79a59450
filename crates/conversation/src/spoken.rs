//! Speech as text: who spoke, then what they said.

use crate::{Call, SpokenSentence};

const MAX_LABEL_CHARS: usize = 60;

/// Renders sentences as one text, each change of speaker on a new line after the speaker's name.
///
/// This is what is embedded and counted: names help to find what a person said. A speaker without
/// a name gets no label, an overlong name is cut.
pub fn spoken<'a>(call: &Call, sentences: impl IntoIterator<Item = SpokenSentence<'a>>) -> String {
    let mut text = String::new();
    let mut turn = None;
    for sentence in sentences {
        if turn == Some((sentence.at.utterance, sentence.party)) {
            text.push(' ');
        } else {
            let same_voice = turn.is_some_and(|(_, party)| party == sentence.party);
            if turn.is_some() {
                text.push('\n');
            }
            if let Some(label) = label(call, &sentence).filter(|_| !same_voice) {
                text.push_str(&label);
                text.push_str(": ");
            }
            turn = Some((sentence.at.utterance, sentence.party));
        }
        text.push_str(sentence.text.trim());
    }
    text
}

fn label(call: &Call, sentence: &SpokenSentence<'_>) -> Option<String> {
    let name = call.party(sentence.party?)?.name.as_deref()?;
    let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
    let name: String = name.chars().take(MAX_LABEL_CHARS).collect();
    (!name.is_empty()).then_some(name)
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;
    use crate::{CallId, Party, PartyId, Sentence, Span, Transcript, Utterance};

    #[test]
    fn a_speaker_is_named_once_per_turn() {
        let id = |text: &str| PartyId::new(text).expect("valid");
        let mut call = Call::new(CallId::new("1").expect("valid"), Timestamp::UNIX_EPOCH);
        call.parties = vec![Party::new(id("p1")), Party::new(id("p2"))];
        call.parties[0].name = Some(" Ada \n Example ".to_owned());
        let say = |text: &str| Sentence::new(Span::default(), text);
        let transcript = Transcript::new(vec![
            Utterance::new(vec![say("Hi."), say("Ready?")]).by(id("p1")),
            Utterance::new(vec![say("Yes.")]).by(id("p2")),
            Utterance::new(vec![say("Then go.")]).by(id("p1")),
        ]);

        assert_eq!(
            spoken(&call, transcript.sentences()),
            "Ada Example: Hi. Ready?\nYes.\nAda Example: Then go."
        );
    }
}
