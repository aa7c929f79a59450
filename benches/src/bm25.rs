//! Textbook BM25 over a few thousand passages, in memory.

use std::collections::{BTreeSet, HashMap};

use rust_stemmers::{Algorithm, Stemmer};
use unicode_segmentation::UnicodeSegmentation as _;

const K1: f64 = 1.2;
const B: f64 = 0.75;

/// An index of texts by their stemmed words.
pub struct Bm25 {
    postings: HashMap<String, Vec<(usize, f64)>>,
    lengths: Vec<f64>,
    mean_length: f64,
    stemmer: Stemmer,
}

impl Bm25 {
    /// Indexes texts; a text is named by its position.
    pub fn new<'a>(texts: impl IntoIterator<Item = &'a str>) -> Self {
        let stemmer = Stemmer::create(Algorithm::English);
        let mut postings: HashMap<String, Vec<(usize, f64)>> = HashMap::new();
        let mut lengths = Vec::new();
        for (text, words) in texts
            .into_iter()
            .map(|text| words(&stemmer, text))
            .enumerate()
        {
            lengths.push(words.len() as f64);
            let mut counts: HashMap<String, f64> = HashMap::new();
            for word in words {
                *counts.entry(word).or_default() += 1.0;
            }
            for (word, count) in counts {
                postings.entry(word).or_default().push((text, count));
            }
        }
        let mean_length = lengths.iter().sum::<f64>() / (lengths.len().max(1) as f64);
        Self {
            postings,
            lengths,
            mean_length,
            stemmer,
        }
    }

    /// Scores every text against a query.
    pub fn scores(&self, query: &str) -> Vec<f64> {
        let mut scores = vec![0.0; self.lengths.len()];
        let words: BTreeSet<String> = words(&self.stemmer, query).into_iter().collect();
        for postings in words.iter().filter_map(|word| self.postings.get(word)) {
            let (all, with) = (self.lengths.len() as f64, postings.len() as f64);
            let idf = (1.0 + (all - with + 0.5) / (with + 0.5)).ln();
            for &(text, count) in postings {
                let norm = 1.0 - B + B * self.lengths[text] / self.mean_length;
                scores[text] += idf * count * (K1 + 1.0) / (count + K1 * norm);
            }
        }
        scores
    }
}

fn words(stemmer: &Stemmer, text: &str) -> Vec<String> {
    let text = text.to_lowercase();
    text.unicode_words()
        .map(|word| stemmer.stem(word).into_owned())
        .collect()
}
