//! Map, merge, verify, render: from calls to statements that their own sentences bear.

use std::collections::HashSet;
use std::fmt::Write as _;
use std::num::NonZeroU32;

use jiff::Timestamp;
use serde_json::{Value, json};

use crate::claim::TOKENS_OF_A_CLAIM;
use crate::words::content;
use crate::{
    Claim, Llm, LlmError, Markers, Material, Prose, Reason, Request, Statement, Task, Tokens,
    Verifier,
};

/// The longest answer to one window, in tokens.
const LONGEST_ANSWER: u32 = 2_400;
/// Windows of one run; more than this is a year of calls, and wants a shorter selection first.
const MOST_WINDOWS: usize = 64;
/// Claims that one second look reads.
const LOOKED_AT_ONCE: usize = 10;

/// Writes with a model.
pub struct Narrator<'l> {
    llm: &'l dyn Llm,
    looks_twice: SecondLook,
}

/// Whether a model looks again at each statement, with nothing before it but the cited sentences.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "it looks, or it does not")]
pub enum SecondLook {
    /// The checks of words decide alone.
    #[default]
    Off,
    /// What is not found to be supported is dropped as well. It costs another request for each ten
    /// statements, and can only drop.
    On,
}

/// Why nothing was written.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NarrateError {
    /// The model gave no answer.
    #[error("the model gave no answer")]
    Llm(#[source] LlmError),
    /// The model's context holds the instructions and no sentence beside them.
    #[error("the model's context of {context} tokens is too small")]
    ContextTooSmall {
        /// What it declares.
        context: u32,
    },
    /// There is more to read than one run may.
    #[error("{windows} windows to read, at most {MOST_WINDOWS} in one run")]
    TooMuch {
        /// How many windows it would take.
        windows: usize,
    },
}

impl<'l> Narrator<'l> {
    /// Writes with this model.
    pub const fn new(llm: &'l dyn Llm) -> Self {
        Self {
            llm,
            looks_twice: SecondLook::Off,
        }
    }

    /// Looks twice, or not.
    #[must_use = "the narrator is what is returned"]
    pub const fn with_second_look(mut self, look: SecondLook) -> Self {
        self.looks_twice = look;
        self
    }

    /// Writes. What comes back holds no claim that was not checked; it may hold none at all.
    ///
    /// # Errors
    /// [`NarrateError`] where the model cannot be asked; nothing is written in part.
    pub async fn write(
        &self,
        task: &Task,
        material: &Material<'_, '_>,
        markers: &mut Markers,
        now: Timestamp,
    ) -> Result<Prose, NarrateError> {
        let model = self.llm.model();
        let context = model.context.get();
        let longest = longest_answer(context);
        let schema = Claim::schema(task.kinds(), most_claims(longest));
        let empty = Request::new(
            task.instructions(),
            "",
            markers.next_for(""),
            schema,
            longest,
        );
        let room = context
            .checked_sub(empty.needs())
            .filter(|room| *room >= MIN_ROOM)
            .ok_or(NarrateError::ContextTooSmall { context })?;
        let (windows, too_long) = material.windows(room);
        if windows.len() > MOST_WINDOWS {
            return Err(NarrateError::TooMuch {
                windows: windows.len(),
            });
        }
        let mut prose = Prose {
            statements: Vec::new(),
            model: model.name.clone(),
            written: now,
            claims: 0,
            dropped: std::collections::BTreeMap::new(),
            left_out: 0,
            withheld: material.withheld(),
            too_long: too_long.len(),
            tokens: Tokens::default(),
        };
        let verifier = Verifier::new(material);
        for window in windows {
            let request = Request {
                marker: markers.next_for(&window.text),
                data: window.text,
                ..empty.clone()
            };
            let answer = self.llm.answer(&request).await.map_err(NarrateError::Llm)?;
            prose.tokens += answer.tokens;
            let claims = claims_of(&answer.value).map_err(NarrateError::Llm)?;
            for value in claims {
                prose.claims += 1;
                let claim = Claim::from_json(value)
                    .filter(|claim| task.kinds().contains(&claim.kind))
                    .filter(|claim| {
                        // A model that cites what it was not shown has made it up.
                        let (first, last) = window.ids;
                        claim.sentences.iter().all(|id| (first..=last).contains(id))
                    });
                let checked = claim.ok_or(Reason::Malformed);
                match checked.and_then(|claim| verifier.check(&claim)) {
                    Ok(statement) => prose.statements.push(statement),
                    Err(reason) => *prose.dropped.entry(reason).or_default() += 1,
                }
            }
        }
        if self.looks_twice == SecondLook::On {
            self.look_again(&mut prose, markers).await?;
        }
        merge(&mut prose, task.most());
        Ok(prose)
    }

    /// Asks whether the cited sentences say what each statement says, and drops what they do not.
    async fn look_again(
        &self,
        prose: &mut Prose,
        markers: &mut Markers,
    ) -> Result<(), NarrateError> {
        let mut kept = Vec::new();
        let statements = std::mem::take(&mut prose.statements);
        for part in statements.chunks(LOOKED_AT_ONCE) {
            let data = sheet(part);
            let longest = longest_answer(self.llm.model().context.get());
            let marker = markers.next_for(&data);
            let request = Request::new(SECOND_LOOK, data, marker, verdict_schema(), longest);
            let answer = self.llm.answer(&request).await.map_err(NarrateError::Llm)?;
            prose.tokens += answer.tokens;
            let supported = supported(&answer.value);
            for (number, statement) in (1u64..).zip(part) {
                if supported.contains(&number) {
                    kept.push(statement.clone());
                } else {
                    *prose.dropped.entry(Reason::SecondLook).or_default() += 1;
                }
            }
        }
        prose.statements = kept;
        Ok(())
    }
}

/// A window of less would hold a sentence or two.
const MIN_ROOM: u32 = 200;

/// A quarter of a small context at most is kept for the answer.
fn longest_answer(context: u32) -> NonZeroU32 {
    NonZeroU32::new(LONGEST_ANSWER.min(context / 4)).unwrap_or(NonZeroU32::MIN)
}

/// As many claims as an answer has room for, so that a list that is full is not cut off.
fn most_claims(longest: NonZeroU32) -> u32 {
    (longest.get() / TOKENS_OF_A_CLAIM).max(1)
}

fn claims_of(answer: &Value) -> Result<&Vec<Value>, LlmError> {
    answer
        .get("claims")
        .and_then(Value::as_array)
        .ok_or(LlmError::BadAnswer {
            problem: "holds no list of claims",
        })
}

/// Leaves one of those that say the same, puts them in order, and keeps as many as are shown.
fn merge(prose: &mut Prose, most: usize) {
    let mut kept: Vec<(Statement, HashSet<String>)> = Vec::new();
    for statement in std::mem::take(&mut prose.statements) {
        let words: HashSet<String> = content(&statement.text).into_iter().collect();
        let is_known = kept
            .iter()
            .any(|(other, of)| says_the_same(&statement, &words, other, of));
        if is_known {
            prose.left_out += 1;
        } else {
            kept.push((statement, words));
        }
    }
    kept.sort_by_key(|(statement, _)| (statement.kind, statement.ids.iter().min().copied()));
    prose.left_out += kept.len().saturating_sub(most);
    kept.truncate(most);
    prose.statements = kept.into_iter().map(|(statement, _)| statement).collect();
}

fn says_the_same(
    one: &Statement,
    words: &HashSet<String>,
    other: &Statement,
    of: &HashSet<String>,
) -> bool {
    const ALIKE: f64 = 0.6;
    let shares_sentence = one.ids.iter().any(|id| other.ids.contains(id));
    let both = words.intersection(of).count() as f64;
    let all = words.union(of).count().max(1) as f64;
    one.text == other.text || (shares_sentence && both / all >= ALIKE)
}

const SECOND_LOOK: &str = "Each numbered statement is followed by the sentences it rests on. For each, \
decide from those sentences alone: supported, partly or not. A statement that says more, or that says \
the opposite, or that names another person, number or date, is not supported.";

/// Statements with their sentences, a line each.
fn sheet(statements: &[Statement]) -> String {
    let mut sheet = String::new();
    for (number, statement) in (1..).zip(statements) {
        let _ = writeln!(sheet, "Statement {number}: {}", statement.text);
        for (citation, said) in &statement.evidence {
            let said = crate::material::one_line(said);
            let _ = writeln!(sheet, "  {}: {said}", citation.side);
        }
    }
    sheet
}

fn verdict_schema() -> Value {
    json!({
        "type": "object",
        "properties": {
            "verdicts": {
                "type": "array",
                "maxItems": LOOKED_AT_ONCE,
                "items": {
                    "type": "object",
                    "properties": {
                        "statement": {"type": "integer"},
                        "verdict": {"type": "string", "enum": ["supported", "partly", "not"]},
                    },
                    "required": ["statement", "verdict"],
                    "additionalProperties": false,
                },
            },
        },
        "required": ["verdicts"],
        "additionalProperties": false,
    })
}

/// The numbers of the statements that were found to be supported, and nothing else.
fn supported(answer: &Value) -> HashSet<u64> {
    let verdicts = answer.get("verdicts").and_then(Value::as_array);
    let number = |verdict: &Value| verdict.get("statement").and_then(Value::as_u64);
    let is = |verdict: &&Value| verdict.get("verdict").and_then(Value::as_str) == Some("supported");
    verdicts
        .into_iter()
        .flatten()
        .filter(is)
        .filter_map(number)
        .collect()
}
