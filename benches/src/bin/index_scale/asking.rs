//! Questions to an index: how long they wait, what they cost, and whether the answer is right.

use std::collections::BTreeSet;
use std::fs;
use std::num::NonZeroUsize;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use anyhow::{Context as _, Result};
use gongkit_benches::processor_time;
use memory_store::{Candidates, EmbeddedStore, PassageStore as _, Question};
use serde_json::json;
use tokio::task::JoinSet;

use super::building::{key, space};
use super::vectors::{DIMENSIONS, Embedded, direction, read, values};
use super::world::{Asked, PASSAGES, filters};

/// Clients at once.
const CLIENTS: [usize; 2] = [1, 8];
/// So many of the best must be the true ones.
const BEST: usize = 10;

/// Asks with every filter and prints a line for each.
pub(crate) async fn ask(vectors: &Path, index: &Path, count: usize, checked: usize) -> Result<()> {
    let questions = Arc::new(read(vectors, "questions")?);
    let from = Instant::now();
    let store = EmbeddedStore::follow(index, space(), key()).await?;
    let opened = from.elapsed().as_secs_f64();
    let rows = held(&store).await?;
    let filters = filters(rows / PASSAGES)?;
    let from = Instant::now();
    store.recall(&question(&questions, 0, &filters[0])?).await?;
    let first = from.elapsed().as_secs_f64();
    println!(
        "{}",
        json!({ "rows": rows, "open_s": opened, "first_question_s": first })
    );

    let mut lines = Vec::new();
    for asked in &filters {
        let mut line = json!({ "filter": asked.name });
        for clients in CLIENTS {
            let busy = processor_time()?;
            let mut waits = waits(&store, &questions, asked, clients, count).await?;
            let busy = processor_time()?.saturating_sub(busy) as f64 / 1e6 / waits.len() as f64;
            waits.sort_by(f64::total_cmp);
            let rank = |percent: usize| waits[((waits.len() - 1) * percent).div_ceil(100)];
            line[format!("{clients}_clients")] = json!({
                "p50_ms": rank(50), "p99_ms": rank(99), "cpu_ms": busy,
            });
        }
        lines.push(line);
    }
    let resident = resident_mb()?;

    let plain = values(&fs::read(vectors.join(format!("rows-{rows}.f32")))?);
    for (asked, mut line) in filters.iter().zip(lines) {
        line["recall@10"] = json!(recall(&store, &questions, asked, &plain, checked).await?);
        println!("{line}");
    }
    println!("{}", json!({ "resident_beyond_page_cache_mb": resident }));
    Ok(())
}

async fn held(store: &EmbeddedStore) -> Result<usize> {
    let most = NonZeroUsize::new(1_000).expect("not zero");
    let (mut rows, mut after) = (0, None);
    loop {
        let page = store.holdings(after.as_ref(), most).await?;
        rows += page.held.iter().map(|held| held.passages).sum::<u64>();
        after = page.next;
        if after.is_none() {
            return Ok(usize::try_from(rows)?);
        }
    }
}

/// A question as the product asks it: meaning and words, 400 candidates each.
fn question(questions: &Embedded, number: usize, asked: &Asked) -> Result<Question> {
    let number = number % questions.texts.len();
    Ok(Question::new(asked.filter.clone())
        .meaning(direction(questions.vector(number))?)
        .words(questions.texts[number].text.clone()))
}

async fn waits(
    store: &EmbeddedStore,
    questions: &Arc<Embedded>,
    asked: &Asked,
    clients: usize,
    count: usize,
) -> Result<Vec<f64>> {
    let mut tasks = JoinSet::new();
    for client in 0..clients {
        let store = store.clone();
        let mine = (0..count)
            .map(|n| question(questions, client * 37 + n, asked))
            .collect::<Result<Vec<_>>>()?;
        tasks.spawn(async move {
            let mut waits = Vec::with_capacity(mine.len());
            for question in &mine {
                let from = Instant::now();
                store.recall(question).await?;
                waits.push(from.elapsed().as_secs_f64() * 1e3);
            }
            anyhow::Ok(waits)
        });
    }
    let mut all = Vec::new();
    while let Some(waits) = tasks.join_next().await {
        all.extend(waits??);
    }
    Ok(all)
}

async fn recall(
    store: &EmbeddedStore,
    questions: &Embedded,
    asked: &Asked,
    plain: &[f32],
    checked: usize,
) -> Result<f64> {
    let calls = plain.len() / DIMENSIONS / PASSAGES;
    let (mut found, mut wanted) = (0, 0);
    for number in 0..checked {
        let asked_with = questions.vector(number % questions.texts.len());
        let mut exact: Vec<(f32, usize)> = plain
            .chunks_exact(DIMENSIONS)
            .enumerate()
            .filter(|(row, _)| (asked.passes)(row / PASSAGES, row % PASSAGES, calls))
            .map(|(row, values)| (dot(asked_with, values), row))
            .collect();
        exact.sort_by(|a, b| b.0.total_cmp(&a.0));
        exact.truncate(BEST);
        let here = store.recall(&question(questions, number, asked)?).await?;
        let here = rows_of(&here)?;
        found += exact.iter().filter(|(_, row)| here.contains(row)).count();
        wanted += exact.len();
    }
    Ok(found as f64 / wanted.max(1) as f64)
}

fn rows_of(candidates: &Candidates) -> Result<BTreeSet<usize>> {
    let best = candidates.meaning.iter().take(BEST);
    best.map(|candidate| {
        let call: usize = candidate.place.call.as_str().parse()?;
        Ok(call * PASSAGES + candidate.place.ordinal as usize)
    })
    .collect()
}

fn dot(a: &[f32], b: &[f32]) -> f32 {
    let (a, _) = a.as_chunks::<16>();
    let (b, _) = b.as_chunks::<16>();
    let mut sums = [0.0; 16];
    for (a, b) in a.iter().zip(b) {
        for ((sum, a), b) in sums.iter_mut().zip(a).zip(b) {
            *sum += a * b;
        }
    }
    sums.iter().sum()
}

fn resident_mb() -> Result<f64> {
    let status = fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find(|line| line.starts_with("RssAnon:"));
    let kilobytes = line.and_then(|line| line.split_whitespace().nth(1));
    Ok(kilobytes
        .context("the system tells no memory")?
        .parse::<f64>()?
        / 1e3)
}
