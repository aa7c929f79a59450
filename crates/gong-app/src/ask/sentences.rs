//! The sentences of the passages that were found, each with how near it is to the question.

use conversation::Side;
use embeddings::Vector;
use insights::CallView;
use insights::answers::{Candidate, READINGS, readings};

use crate::Error;
use crate::search::{Range, Ranker};

/// More sentences are not compared: their readings are embedded while somebody waits.
const MOST: usize = 80;

/// Sentences with their nearness.
pub(super) struct Near<'c, 'a> {
    rows: Vec<Candidate<'c, 'a>>,
}

impl<'c, 'a> Near<'c, 'a> {
    pub(super) fn rows(&self) -> &[Candidate<'c, 'a>] {
        &self.rows
    }
}

/// The sentences of the places, those of better places first where there are too many; only of the
/// side that is asked for.
pub(super) async fn candidates<'c, 'a>(
    places: &[Range],
    views: &'c [CallView<'a>],
    side: Option<Side>,
    meaning: &Vector,
    ranker: &Ranker,
) -> Result<Near<'c, 'a>, Error> {
    let mut found: Vec<(&'c CallView<'a>, usize)> = Vec::new();
    for place in places {
        let of = |view: &&CallView<'_>| {
            view.id() == &place.call && view.text_revision() == place.text_revision
        };
        let Some(view) = views.iter().find(of) else {
            continue;
        };
        let lines = view.lines().iter().enumerate();
        let inside = lines
            .filter(|(_, line)| place.first <= line.at && line.at <= place.last)
            .filter(|(_, line)| side.is_none_or(|side| line.side == side))
            .filter(|(_, line)| !line.text.trim().is_empty());
        for (at, _) in inside {
            let is_new = !found
                .iter()
                .any(|(other, there)| *there == at && other.id() == view.id());
            if is_new && found.len() < MOST {
                found.push((view, at));
            }
        }
    }
    // In the order of the calls, so that of two equal sentences the earlier one is named.
    found.sort_by(|a, b| (a.0.id(), a.1).cmp(&(b.0.id(), b.1)));
    let texts: Vec<String> = found
        .iter()
        .flat_map(|(view, at)| readings(view, *at))
        .collect();
    let vectors = ranker.kept().of(&texts, ranker.embedder()).await?;
    let near: Vec<f32> = vectors.iter().map(|vector| vector.dot(meaning)).collect();
    let rows = found
        .into_iter()
        .zip(near.chunks_exact(READINGS))
        .map(|((call, at), near)| {
            let mut nearness = [0.0; READINGS];
            nearness.copy_from_slice(near);
            Candidate { call, at, nearness }
        });
    Ok(Near {
        rows: rows.collect(),
    })
}
