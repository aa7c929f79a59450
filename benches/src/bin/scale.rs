//! What saturates first as a company grows: Gong's requests, the embedder, or the disk.
//!
//! ```sh
//! cargo run --release -p gongkit-benches --bin scale
//! ```
//!
//! A simulation of one working day, second by second, not a measurement: calls end at random within
//! ten hours, Gong lets through one request in 400 ms and so many a day, a request brings up to a
//! hundred calls or transcripts, and as many processors as it takes embed them in the order in which
//! they came. What a call takes is measured elsewhere and given as options (docs/scale.md).
#![expect(clippy::print_stdout, reason = "what is computed is the output")]
#![expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    reason = "counts and seconds of a model"
)]

use std::collections::VecDeque;

use clap::Parser;

/// Seconds from one request to the next.
const SLOT: f64 = 0.4;
/// Calls or transcripts that a request brings.
const PER_REQUEST: usize = 100;
const WORKING_DAY: f64 = 10.0 * 3600.0;
const WORKING_DAYS: f64 = 250.0;

#[derive(Parser)]
struct Arguments {
    /// Calls of ten years, by company
    #[arg(long, value_delimiter = ',', default_values_t = [1_000, 10_000, 100_000, 1_000_000, 10_000_000])]
    calls: Vec<u64>,
    /// Requests of a day
    #[arg(long, default_value_t = 10_000)]
    requests: u64,
    /// Tokens of a call
    #[arg(long, default_value_t = 6_600.0)]
    tokens: f64,
    /// Tokens that one processor embeds in a second
    #[arg(long, default_value_t = 6_800.0)]
    pace: f64,
    /// Passages of a call
    #[arg(long, default_value_t = 35.0)]
    passages: f64,
    /// Bytes of a call in the archive
    #[arg(long, default_value_t = 103_000.0)]
    archive: f64,
    /// Bytes of a passage in the index, on the disk
    #[arg(long, default_value_t = 1_890.0)]
    index: f64,
}

/// A generator of numbers that gives the same day each time.
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> f64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 11) as f64) / ((1_u64 << 53) as f64)
    }
}

/// One day of a company.
struct Day {
    requests: u64,
    wait_p50: f64,
    wait_p99: f64,
}

fn main() {
    let arguments = Arguments::parse();
    println!(
        "| calls | a day | backfill, days of requests | processors a day needs | requests a day | wait p50, s | wait p99, s | archive | index on disk | codes in memory |"
    );
    println!("|---|---|---|---|---|---|---|---|---|---|");
    for &calls in &arguments.calls {
        let a_day = calls as f64 / 10.0 / WORKING_DAYS;
        let backfill = 2.0 * calls as f64 / PER_REQUEST as f64 / arguments.requests as f64;
        let each = arguments.tokens / arguments.pace;
        // Twice what the day needs on the mean: a day has hours.
        let processors = (2.0 * a_day * each / WORKING_DAY).ceil().max(1.0) as usize;
        let day = simulated(a_day as usize, each, processors);
        let passages = calls as f64 * arguments.passages;
        println!(
            "| {calls} | {a_day:.0} | {backfill:.2} | {processors} | {} | {:.1} | {:.1} | {} | {} | {} |",
            day.requests,
            day.wait_p50,
            day.wait_p99,
            bytes(calls as f64 * arguments.archive),
            bytes(passages * arguments.index),
            bytes(passages * 48.0),
        );
    }
}

/// Each call waits for the next two free slots, then for a processor.
fn simulated(calls: usize, each: f64, processors: usize) -> Day {
    let mut dice = Dice(7);
    // Half of all calls end in the two busiest of ten hours.
    let mut ended: Vec<f64> = (0..calls)
        .map(|_| {
            if dice.next() < 0.5 {
                7200.0 + dice.next() * 7200.0
            } else {
                dice.next() * WORKING_DAY
            }
        })
        .collect();
    ended.sort_by(f64::total_cmp);
    let mut waiting: VecDeque<f64> = VecDeque::new();
    let mut free = vec![0.0_f64; processors];
    let (mut waits, mut requests, mut slot) = (Vec::new(), 0, 0.0_f64);
    let mut coming = ended.into_iter().peekable();
    while coming.peek().is_some() || !waiting.is_empty() {
        if waiting.is_empty() {
            slot = slot.max(coming.peek().copied().unwrap_or(slot));
        }
        while let Some(call) = coming.next_if(|call| *call <= slot) {
            waiting.push_back(call);
        }
        let batch: Vec<f64> = waiting.drain(..waiting.len().min(PER_REQUEST)).collect();
        // One request for the calls, one for their words.
        requests += 2;
        let fetched = slot + SLOT;
        slot += 2.0 * SLOT;
        for call in batch {
            let first = free.iter_mut().min_by(|a, b| a.total_cmp(b));
            let Some(processor) = first else { continue };
            *processor = processor.max(fetched) + each;
            waits.push(*processor - call);
        }
    }
    waits.sort_by(f64::total_cmp);
    let at = |share: usize| waits.get(waits.len() * share / 100).copied().unwrap_or(0.0);
    Day {
        requests,
        wait_p50: at(50),
        wait_p99: at(99),
    }
}

fn bytes(count: f64) -> String {
    match count {
        count if count >= 1e12 => format!("{:.1} TB", count / 1e12),
        count if count >= 1e9 => format!("{:.1} GB", count / 1e9),
        count => format!("{:.0} MB", count / 1e6),
    }
}
