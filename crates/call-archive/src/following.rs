//! Where a sentence went when its transcript was corrected.

use conversation::{SentenceRef, Transcript};

/// The place of the same words in the new text: where they are said as often as before, the same one
/// of them; else the same place if they stand there; else the nearest.
pub(crate) fn followed(old: &Transcript, new: &Transcript, at: SentenceRef) -> Option<SentenceRef> {
    let text = old.sentence(at)?.text;
    let (before, now) = (places(old, text), places(new, text));
    let which = before.iter().position(|(_, place)| *place == at)?;
    if before.len() == now.len() {
        return now.get(which).map(|(_, place)| *place);
    }
    if now.iter().any(|(_, place)| *place == at) {
        return Some(at);
    }
    let (position, _) = before.get(which)?;
    let nearest = now.iter().min_by_key(|(here, _)| here.abs_diff(*position));
    nearest.map(|(_, place)| *place)
}

/// Where a text is said: as a position among all sentences, and as a place.
fn places(transcript: &Transcript, text: &str) -> Vec<(usize, SentenceRef)> {
    let all = transcript.sentences().enumerate();
    all.filter(|(_, said)| said.text == text)
        .map(|(position, said)| (position, said.at))
        .collect()
}

#[cfg(test)]
mod tests {
    use conversation::{Sentence, Span, Utterance};

    use super::*;

    fn said(sentences: &[&str]) -> Transcript {
        let utterance = |text: &&str| {
            let sentence = Sentence::new(Span::from_millis(0, 900), *text);
            Utterance::new(vec![sentence])
        };
        Transcript::new(sentences.iter().map(utterance).collect())
    }

    #[test]
    fn the_same_words_are_followed_to_where_they_stand_now() {
        let old = said(&["Hi.", "Yes.", "Too much.", "Yes."]);
        let new = said(&["Hello.", "Um.", "Yes.", "Too much.", "Yes."]);
        let to = |n| followed(&old, &new, SentenceRef::new(n, 0)).map(|at| at.utterance);
        assert_eq!(
            [to(0), to(1), to(2), to(3)],
            [None, Some(2), Some(3), Some(4)]
        );
        assert_eq!(
            followed(&old, &old, SentenceRef::new(1, 0)),
            Some(SentenceRef::new(1, 0))
        );
    }

    #[test]
    fn two_of_the_same_words_never_meet_where_there_still_are_two() {
        let old = said(&["So?", "Yes.", "And?", "Yes."]);
        let new = said(&["Um.", "Well.", "So?", "Yes.", "And?", "Yes."]);
        let to = |n| followed(&old, &new, SentenceRef::new(n, 0)).map(|at| at.utterance);
        assert_eq!([to(1), to(3)], [Some(3), Some(5)]);
    }

    #[test]
    fn words_that_are_said_less_often_stay_or_go_to_the_nearest() {
        let old = said(&["Yes.", "So?", "Yes.", "And?", "Yes."]);
        let new = said(&["No.", "So?", "Yes.", "And?", "No."]);
        let to = |n| followed(&old, &new, SentenceRef::new(n, 0)).map(|at| at.utterance);
        assert_eq!([to(0), to(2), to(4)], [Some(2), Some(2), Some(2)]);
    }
}
