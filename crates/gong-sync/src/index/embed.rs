//! Vectors for the passages that need one.

use embeddings::{Embedder, Purpose};

use crate::IndexWriter;
use crate::index::prepare::{Batch, Prepared};

/// Embeds a batch. A call that cannot be embedded is marked; the others go on.
pub(super) async fn batch(writer: &IndexWriter, batch: Option<Batch>) -> Option<Batch> {
    let mut batch = batch?;
    let needing = |call: &&mut Prepared| !call.is_facts_only;
    let mut calls: Vec<&mut Prepared> = batch.calls.iter_mut().filter(needing).collect();
    embed(writer, &mut calls).await;
    Some(batch)
}

/// Embeds all passages of these calls at once; if that fails, call by call.
pub(super) async fn embed(writer: &IndexWriter, calls: &mut [&mut Prepared]) {
    let Err(_) = at_once(&*writer.embedder, calls).await else {
        return;
    };
    for call in calls {
        if let Err(reason) = at_once(&*writer.embedder, std::slice::from_mut(call)).await {
            call.failed = Some(reason);
        }
    }
}

async fn at_once(embedder: &dyn Embedder, calls: &mut [&mut Prepared]) -> Result<(), String> {
    let texts: Vec<String> = calls
        .iter()
        .flat_map(|call| &call.passages)
        .map(|passage| passage.text.clone())
        .collect();
    if texts.is_empty() {
        return Ok(());
    }
    let vectors = embedder
        .embed(Purpose::Passage, &texts)
        .await
        .map_err(|error| error.to_string())?;
    if vectors.len() != texts.len() {
        return Err("the embedder gave another number of vectors than of texts".to_owned());
    }
    let mut vectors = vectors.into_iter();
    for call in calls {
        for vector in &mut call.vectors {
            *vector = vectors.next();
        }
    }
    Ok(())
}
