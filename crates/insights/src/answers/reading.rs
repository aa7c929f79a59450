//! The texts in which a sentence is compared with a question.

use crate::CallView;

/// How many texts stand for a sentence.
pub const READINGS: usize = 3;

/// So many sentences before it make up the widest reading.
const BEFORE: usize = 3;

/// The sentence at this position with what was said before it: the sentence before; the last one of
/// the turn that it replies to; three sentences. Where nothing comes before, the sentence alone.
pub fn readings(call: &CallView<'_>, at: usize) -> [String; READINGS] {
    let lines = call.lines();
    let Some(said) = lines.get(at) else {
        return [const { String::new() }; READINGS];
    };
    let from = |first: usize| {
        let texts = lines.get(first..=at).unwrap_or_default().iter();
        texts.map(|line| line.text).collect::<Vec<_>>().join(" ")
    };
    let replied = lines.get(..at).and_then(|before| {
        before
            .iter()
            .rev()
            .find(|line| line.at.utterance != said.at.utterance)
    });
    [
        from(at.saturating_sub(1)),
        replied.map_or_else(
            || said.text.to_owned(),
            |before| format!("{} {}", before.text, said.text),
        ),
        from(at.saturating_sub(BEFORE)),
    ]
}

#[cfg(test)]
mod tests {
    use conversation::{Sentence, Span, Transcript, Utterance};

    use super::*;
    use crate::testing::call_of;

    #[test]
    fn a_sentence_is_read_with_what_came_before_it() {
        let mut call = call_of(&[]);
        let say = |text: &str| Sentence::new(Span::from_millis(0, 900), text);
        call.transcript = Transcript::new(vec![
            Utterance::new(vec![say("Hello."), say("How long does it take?")]),
            Utterance::new(vec![say("Nine days."), say("Ten at year's end.")]),
        ]);
        let view = call.view();
        let [before, reply, wide] = readings(&view, 3);
        assert_eq!(before, "Nine days. Ten at year's end.");
        assert_eq!(reply, "How long does it take? Ten at year's end.");
        assert_eq!(
            wide,
            "Hello. How long does it take? Nine days. Ten at year's end."
        );
        assert_eq!(readings(&view, 0), ["Hello."; 3]);
        assert_eq!(readings(&view, 9), [""; 3]);
    }
}
