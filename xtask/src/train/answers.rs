//! Trains the model that ranks sentences by how well they answer a question.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};
use conversation::SentenceRef;
use insights::CallView;
use insights::answers::{
    Answer, Asked, Candidate, READINGS, Standing, answer_features, apart, readings, standing,
};
use insights::linear::Linear;
use serde_json::Value;

use super::sales::{Vectors, embed};
use super::{Example, Penalty, fit, gold, recorded, shipped};

const PENALTY: Penalty = Penalty {
    strength: 1e-3,
    rarest: 3,
    rounds: 200,
};

/// Sentences that are cited for a question.
const CITED: usize = 3;

/// A question of a call; one that the call does not answer has no answers.
struct Question {
    call: String,
    world: String,
    asked: Asked,
    text: String,
    answers: BTreeSet<usize>,
}

/// Trains on the questions of the invented sales calls; the figures are those of each world, asked
/// with a model that was trained on the other.
pub(super) fn train(root: &Path, shared: &Path) -> Result<String> {
    let part = shared.join("data_sales");
    let recorded = recorded(&part.join("calls"))?;
    let views: BTreeMap<String, CallView<'_>> = recorded
        .iter()
        .map(|call| (call.call.id.to_string(), call.view()))
        .collect();
    let questions = questions(&part, &views)?;
    let vectors = vectors(root, &views, &questions)?;
    let rows: Vec<Vec<Candidate<'_, '_>>> = questions
        .iter()
        .map(|question| candidates(question, &views, &vectors))
        .collect();
    let examples: Vec<Vec<Example>> = questions
        .iter()
        .zip(&rows)
        .map(|(question, rows)| examples(question, rows))
        .collect();

    let worlds: BTreeSet<&str> = questions.iter().map(|q| q.world.as_str()).collect();
    let mut figures = Figures::default();
    for world in worlds {
        let seen = questions.iter().zip(&examples);
        let seen = seen.filter(|(question, _)| question.world != world);
        let model = fit(seen.flat_map(|(_, examples)| examples), PENALTY);
        for ((question, rows), examples) in questions.iter().zip(&rows).zip(&examples) {
            if question.world == world {
                figures.add(&model, question, rows, examples);
            }
        }
    }
    let model = fit(examples.iter().flatten(), PENALTY);
    let bytes = model.to_bytes();
    let path = shipped("answers.bin");
    fs::write(&path, &bytes).with_context(|| format!("cannot write {}", path.display()))?;
    Ok(format!(
        "{}\n{}: {} bytes",
        figures.report(),
        path.display(),
        bytes.len()
    ))
}

fn questions(part: &Path, views: &BTreeMap<String, CallView<'_>>) -> Result<Vec<Question>> {
    let manifest: Value = serde_json::from_slice(&fs::read(part.join("manifest.json"))?)?;
    let worlds: BTreeMap<&str, &str> = manifest["calls"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|call| Some((call["call_id"].as_str()?, call["set"].as_str()?)))
        .collect();
    let mut questions = Vec::new();
    for file in ["queries", "absent"] {
        for line in gold(&part.join("gold").join(format!("{file}.jsonl")))? {
            let call = line["call_id"].as_str().unwrap_or_default().to_owned();
            let text = line["query"].as_str().unwrap_or_default().to_owned();
            let view = views.get(&call).context("a question names its call")?;
            let answers = line["answers"].as_array().into_iter().flatten();
            questions.push(Question {
                world: worlds.get(call.as_str()).map_or("", |set| *set).to_owned(),
                asked: Asked::of(&text),
                answers: answers
                    .filter_map(|place| view.index_of(reference(place)))
                    .collect(),
                call,
                text,
            });
        }
    }
    Ok(questions)
}

fn reference(place: &Value) -> SentenceRef {
    let number = |name: &str| place[name].as_u64().and_then(|n| u32::try_from(n).ok());
    SentenceRef::new(
        number("utterance").unwrap_or(u32::MAX),
        number("sentence").unwrap_or(u32::MAX),
    )
}

fn vectors(
    root: &Path,
    views: &BTreeMap<String, CallView<'_>>,
    questions: &[Question],
) -> Result<Vectors> {
    let mut texts: Vec<String> = questions.iter().map(|one| one.text.clone()).collect();
    for view in views.values() {
        texts.extend((0..view.lines().len()).flat_map(|at| readings(view, at)));
    }
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    embed(root, &texts)
}

fn candidates<'c, 'a>(
    question: &Question,
    views: &'c BTreeMap<String, CallView<'a>>,
    vectors: &Vectors,
) -> Vec<Candidate<'c, 'a>> {
    let Some(call) = views.get(&question.call) else {
        return Vec::new();
    };
    let meaning = vectors.of(&question.text);
    let near = |text: &String| {
        vectors
            .of(text)
            .iter()
            .zip(meaning)
            .map(|(a, b)| a * b)
            .sum()
    };
    (0..call.lines().len())
        .map(|at| {
            let texts = readings(call, at);
            let nearness: [f32; READINGS] = std::array::from_fn(|reading| near(&texts[reading]));
            Candidate { call, at, nearness }
        })
        .collect()
}

/// Each question counts the same, answers and the rest alike; neighbours of an answer, which count as
/// found, are neither.
fn examples(question: &Question, rows: &[Candidate<'_, '_>]) -> Vec<Example> {
    if question.answers.is_empty() {
        return Vec::new();
    }
    let features = answer_features(&question.asked, rows);
    let (wanted, all) = (question.answers.len() as f32, rows.len() as f32);
    features
        .into_iter()
        .enumerate()
        .filter(|(at, _)| {
            let is = question.answers.contains(at);
            is || !question
                .answers
                .iter()
                .any(|answer| answer.abs_diff(*at) <= 1)
        })
        .map(|(at, features)| {
            let is = question.answers.contains(&at);
            let weight = if is { 1.0 / wanted } else { 1.0 / all };
            Example {
                features,
                is,
                weight: weight * 30.0,
                fold: 0,
            }
        })
        .collect()
}

/// What became of the questions of worlds left out.
#[derive(Default)]
struct Figures {
    answerable: usize,
    hit: usize,
    answered: usize,
    answered_hit: usize,
    absent: usize,
    abstained: usize,
    open_absent: usize,
    open_abstained: usize,
}

impl Figures {
    fn add(
        &mut self,
        model: &Linear,
        question: &Question,
        rows: &[Candidate<'_, '_>],
        seen: &[Example],
    ) {
        debug_assert!(seen.is_empty() || !question.answers.is_empty());
        let features = answer_features(&question.asked, rows);
        let scores: Vec<f32> = features.iter().map(|one| model.score(one)).collect();
        let ranking = Answer::ranking(&question.asked, rows, &scores);
        let cited = apart(&ranking, rows, CITED);
        let is_hit = cited.iter().any(|one| {
            let reached = |answer: &usize| answer.abs_diff(rows[one.candidate].at) <= 1;
            question.answers.iter().any(reached)
        });
        let nearest = cited.first().map_or(0.0, |one| {
            let nearness = rows[one.candidate].nearness;
            nearness.into_iter().fold(f32::MIN, f32::max)
        });
        let shared = cited.first().map_or(0, |one| one.shared_words);
        let is_answered = standing(&question.asked, nearest, shared) == Standing::Answered;
        if question.answers.is_empty() {
            self.absent += 1;
            self.abstained += usize::from(!is_answered);
            let is_open = !question.asked.is_yes_or_no();
            self.open_absent += usize::from(is_open);
            self.open_abstained += usize::from(is_open && !is_answered);
        } else {
            self.answerable += 1;
            self.hit += usize::from(is_hit);
            self.answered += usize::from(is_answered);
            self.answered_hit += usize::from(is_answered && is_hit);
        }
    }

    fn report(&self) -> String {
        let share = |part: usize, of: usize| part as f64 / of.max(1) as f64;
        let answered = share(self.answered, self.answerable);
        let abstained = share(self.abstained, self.absent);
        format!(
            "answers, each world left out: {} questions with an answer, {} without\n\
             an answer among three sentences, always: {:.3}\n\
             called answered: {answered:.3}, with an answer among three: {:.3}\n\
             abstained: {abstained:.3}, balanced {:.3}; of {} absent questions that are not \
             yes-or-no: {:.3}",
            self.answerable,
            self.absent,
            share(self.hit, self.answerable),
            share(self.answered_hit, self.answerable),
            f64::midpoint(answered, abstained),
            self.open_absent,
            share(self.open_abstained, self.open_absent),
        )
    }
}
