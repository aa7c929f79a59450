//! Turns: what one voice says until another one speaks.

use conversation::{PartyId, Side, Span};

use crate::Line;

/// Sentences of one voice that are closer than this belong to one turn.
const SAME_TURN_MS: u64 = 2_000;

/// A backchannel is at most this long …
const BACKCHANNEL_MS: u64 = 1_500;

/// … and has at most this many words, each of the list.
const BACKCHANNEL_WORDS: usize = 3;

/// What somebody says to show that they listen.
const LISTENING: [&str; 34] = [
    "ah", "aha", "alright", "cool", "cough", "coughs", "exactly", "gotcha", "good", "great", "got",
    "hm", "hmm", "it", "laugh", "laughs", "laughter", "mhm", "mm", "mmhmm", "hmhm", "nice", "oh",
    "ok", "okay", "right", "sure", "true", "uh", "huh", "wow", "yeah", "yep", "yes",
];

/// What ends a monologue.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "the two modes are the meaning")]
pub enum Breaks {
    /// A backchannel ("mm-hmm") ends nothing.
    #[default]
    Tolerant,
    /// Every word of somebody else ends it, as Gong counts.
    Strict,
}

impl Breaks {
    /// The word for the mode.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Tolerant => "tolerant",
            Self::Strict => "strict",
        }
    }
}

/// What one voice says until another one speaks.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Turn<'a> {
    /// Who, if known.
    pub party: Option<&'a PartyId>,
    /// For which side.
    pub side: Side,
    /// From the first word to the last.
    pub span: Span,
    /// Whether it only shows that somebody listens; never in strict mode.
    pub is_backchannel: bool,
}

/// Speech without any pause: the unit that is judged as a backchannel, so that it does not matter
/// where a provider cuts sentences.
struct Piece<'a> {
    party: Option<&'a PartyId>,
    side: Side,
    span: Span,
    words: usize,
    only_listens: bool,
}

/// Cuts a call into turns.
///
/// A turn is a backchannel if each piece of it is one: a second "mm-hmm" a second after the first
/// makes no argument of the two.
pub(super) fn turns<'a>(lines: &[Line<'a>], breaks: Breaks) -> Vec<Turn<'a>> {
    let mut turns: Vec<Turn<'a>> = Vec::new();
    for piece in pieces(lines) {
        let is_backchannel = breaks == Breaks::Tolerant
            && piece.only_listens
            && piece.words <= BACKCHANNEL_WORDS
            && piece.span.end_ms() - piece.span.start_ms() <= BACKCHANNEL_MS;
        match turns.last_mut().filter(|turn| {
            turn.party == piece.party
                && piece.span.start_ms() <= turn.span.end_ms().saturating_add(SAME_TURN_MS)
        }) {
            Some(turn) => {
                turn.span = turn.span.cover(piece.span);
                turn.is_backchannel &= is_backchannel;
            }
            None => turns.push(Turn {
                party: piece.party,
                side: piece.side,
                span: piece.span,
                is_backchannel,
            }),
        }
    }
    turns
}

fn pieces<'a>(lines: &[Line<'a>]) -> Vec<Piece<'a>> {
    let mut ordered: Vec<_> = lines.iter().collect();
    ordered.sort_by_key(|line| (line.span, line.party, line.at));
    let mut pieces: Vec<Piece<'a>> = Vec::new();
    for line in ordered {
        // "Mm-hmm" is one word here.
        let spoken = line.text.split_whitespace().count();
        let only_listens = line
            .words
            .iter()
            .all(|word| LISTENING.contains(&word.lower.as_str()));
        match pieces.last_mut().filter(|piece| {
            piece.party == line.party && line.span.start_ms() <= piece.span.end_ms()
        }) {
            Some(piece) => {
                piece.span = piece.span.cover(line.span);
                piece.words += spoken;
                piece.only_listens &= only_listens;
            }
            None => pieces.push(Piece {
                party: line.party,
                side: line.side,
                span: line.span,
                words: spoken,
                only_listens,
            }),
        }
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::timed_call;

    fn cut(calls: &[(&str, u64, u64, &str)], breaks: Breaks) -> Vec<(Side, u64, u64, bool)> {
        let call = timed_call(calls);
        turns(call.view().lines(), breaks)
            .into_iter()
            .map(|turn| {
                (
                    turn.side,
                    turn.span.start_ms(),
                    turn.span.end_ms(),
                    turn.is_backchannel,
                )
            })
            .collect()
    }

    #[test]
    fn close_sentences_of_one_voice_are_one_turn() {
        let call = [
            ("ours", 0, 1_000, "So, first of all."),
            ("ours", 3_000, 4_000, "Second of all."),
            ("ours", 6_001, 7_000, "And third."),
        ];
        assert_eq!(
            cut(&call, Breaks::Tolerant),
            [
                (Side::Ours, 0, 4_000, false),
                (Side::Ours, 6_001, 7_000, false)
            ]
        );
    }

    #[test]
    fn listening_is_a_backchannel_unless_it_is_long_or_says_something() {
        let is = |end, text| cut(&[("theirs", 0, end, text)], Breaks::Tolerant)[0].3;
        assert!(is(1_500, "Mm-hmm. Got it."));
        assert!(!is(1_501, "Mm-hmm."));
        assert!(!is(900, "Yeah, but no."));
        assert!(!is(1_000, "Yeah yeah yeah yeah."));
        assert!(!cut(&[("theirs", 0, 500, "Yeah.")], Breaks::Strict)[0].3);
    }
}
