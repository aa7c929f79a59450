//! What was said: every utterance and sentence at its place in Gong's own arrays.

use std::collections::HashMap;

use conversation::{Call, PartyId, Sentence, Span, Transcript, Utterance};
use gong_client::{CallTranscript, Monologue};

/// Joins a transcript to the parties of its call. Nulls keep their place, as empty sentences.
pub(crate) fn transcript(gong: &CallTranscript, call: &Call) -> Transcript {
    let mut voices: HashMap<&str, &PartyId> = HashMap::new();
    for party in &call.parties {
        if let Some(speaker) = &party.speaker {
            voices.entry(speaker.as_str()).or_insert(&party.id);
        }
    }
    let utterance = |monologue: &Monologue| {
        let mut utterance = Utterance::new(monologue.sentences.iter().map(sentence).collect());
        utterance.party = monologue
            .speaker_id
            .as_ref()
            .and_then(|speaker| voices.get(speaker.as_str()))
            .map(|&party| party.clone());
        utterance.topic.clone_from(&monologue.topic);
        utterance
    };
    Transcript::new(gong.transcript.iter().map(utterance).collect())
}

fn sentence(gong: &gong_client::Sentence) -> Sentence {
    let millis = |at: gong_client::Millis| u64::try_from(at.as_i64()).unwrap_or(0);
    let (start, end) = (gong.start.map(millis), gong.end.map(millis));
    let start = start.or(end).unwrap_or(0);
    let span = Span::from_millis(start, end.unwrap_or(start));
    Sentence::new(span, gong.text.clone().unwrap_or_default())
}
