//! Where a sentence went when its transcript was corrected.

use conversation::{SentenceRef, Transcript};

/// The place of the same words in the new text: the same place if they stand there, else the nearest
/// sentence that says just that.
pub(crate) fn followed(old: &Transcript, new: &Transcript, at: SentenceRef) -> Option<SentenceRef> {
    let text = old.sentence(at)?.text;
    if new.sentence(at).is_some_and(|said| said.text == text) {
        return Some(at);
    }
    let before = old.sentences().take_while(|said| said.at != at).count();
    let same = new
        .sentences()
        .enumerate()
        .filter(|(_, said)| said.text == text);
    let nearest = same.min_by_key(|(position, _)| position.abs_diff(before));
    nearest.map(|(_, said)| said.at)
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
}
