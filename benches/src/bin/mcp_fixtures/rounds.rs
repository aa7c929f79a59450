//! Tools that ask their caller before they answer: which questions, in which round, and what the
//! state that goes round must be to be believed.

use std::collections::BTreeMap;
use std::hash::{BuildHasher as _, RandomState};

use serde_json::{Map, Value, json};

/// Questions by their names; each is a request that a client can answer.
type Questions = Map<String, Value>;
/// What a client answered, by the names of the questions.
pub(crate) type Answers = BTreeMap<String, Value>;

/// What comes next.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Next {
    /// The client is asked.
    Ask(Value),
    /// Everything was answered.
    Done(Answers),
    /// The client can answer none of the questions.
    CannotAsk,
    /// The state is none that was given out.
    Forged,
}

/// The questions of each round, or nothing for what asks none.
fn rounds(name: &str) -> Option<Vec<Questions>> {
    let of = |questions: Value| match questions {
        Value::Object(questions) => questions,
        _ => Questions::new(),
    };
    let text = |question: &str, field: &str| form(question, field, "string");
    let one = |name: &str, request: Value| vec![of(json!({name: request}))];
    let name_of = || text("What is your name?", "name");
    let roots = || json!({"method": "roots/list", "params": {}});
    Some(match name {
        "test_input_required_result_elicitation" | "test_streaming_elicitation" => {
            one("user_name", name_of())
        }
        "test_input_required_result_sampling" | "test_missing_capability" => one(
            "capital_question",
            sampling("What is the capital of France?"),
        ),
        "test_input_required_result_list_roots" => one("client_roots", roots()),
        "test_input_required_result_request_state"
        | "test_input_required_result_tampered_state" => {
            one("confirm", form("Please confirm", "ok", "boolean"))
        }
        "test_input_required_result_multiple_inputs"
        | "test_input_required_result_capabilities" => vec![of(json!({
            "user_name": name_of(),
            "greeting": sampling("Generate a greeting"),
            "client_roots": roots(),
        }))],
        "test_input_required_result_multi_round" => vec![
            of(json!({"step1": text("Step 1: What is your name?", "name")})),
            of(json!({"step2": text("Step 2: What is your favourite colour?", "color")})),
        ],
        "test_input_required_result_prompt" => one(
            "user_context",
            text("What context should the prompt use?", "context"),
        ),
        _ => return None,
    })
}

/// Whether what goes round carries a state.
fn has_state(name: &str) -> bool {
    [
        "request_state",
        "tampered_state",
        "multiple_inputs",
        "multi_round",
    ]
    .iter()
    .any(|end| name.ends_with(end))
}

fn form(question: &str, field: &str, kind: &str) -> Value {
    json!({"method": "elicitation/create", "params": {
        "message": question,
        "requestedSchema": {
            "type": "object", "properties": {field: {"type": kind}}, "required": [field]
        }
    }})
}

fn sampling(question: &str) -> Value {
    let content = json!({"type": "text", "text": question});
    json!({"method": "sampling/createMessage", "params": {
        "messages": [{"role": "user", "content": content}], "maxTokens": 100
    }})
}

/// States that only this process can have made.
#[derive(Clone, Debug)]
pub(crate) struct Seal(RandomState);

impl Seal {
    pub(crate) fn new() -> Self {
        Self(RandomState::new())
    }

    fn state(&self, name: &str, round: usize) -> String {
        format!("{round}.{:016x}", self.0.hash_one((name, round)))
    }

    fn round(&self, name: &str, state: &str) -> Option<usize> {
        let round = state.split_once('.')?.0.parse().ok()?;
        (self.state(name, round) == state).then_some(round)
    }

    /// What comes next, or nothing if this asks no questions. `can` are the capabilities that the
    /// client declared.
    pub(crate) fn next(
        &self,
        name: &str,
        answers: Answers,
        state: Option<&str>,
        can: &Value,
    ) -> Option<Next> {
        let mut rounds = rounds(name)?;
        let round = match state {
            None => 0,
            Some(state) => match self.round(name, state) {
                Some(round) if round < rounds.len() => round,
                _ => return Some(Next::Forged),
            },
        };
        let last = round + 1 == rounds.len();
        let questions = can_answer(rounds.swap_remove(round), can);
        if questions.is_empty() {
            return Some(Next::CannotAsk);
        }
        let is_answered = questions
            .keys()
            .all(|name| answers.get(name).is_some_and(Value::is_object));
        Some(if !is_answered {
            self.ask(name, round, &questions)
        } else if last {
            Next::Done(answers)
        } else {
            self.ask(name, round + 1, &can_answer(rounds.pop()?, can))
        })
    }

    fn ask(&self, name: &str, round: usize, questions: &Questions) -> Next {
        let mut asked = json!({"resultType": "input_required", "inputRequests": questions});
        if has_state(name) {
            asked["requestState"] = self.state(name, round).into();
        }
        Next::Ask(asked)
    }
}

/// The questions whose kind the client declared.
fn can_answer(questions: Questions, can: &Value) -> Questions {
    let is_declared = |request: &Value| {
        let method = request["method"].as_str().unwrap_or_default();
        let kind = method.split('/').next().unwrap_or_default();
        can.get(kind).is_some_and(|kind| !kind.is_null())
    };
    questions
        .into_iter()
        .filter(|(_, request)| is_declared(request))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rounds_go_on_by_their_state_and_a_forged_one_is_refused() {
        let seal = Seal::new();
        let name = "test_input_required_result_multi_round";
        let can = json!({"elicitation": {}});
        let said = |key: &str| Answers::from([(key.to_owned(), json!({"action": "accept"}))]);
        let state = |next: &Option<Next>| match next {
            Some(Next::Ask(asked)) => asked["requestState"].as_str().map(str::to_owned),
            _ => None,
        };

        let first = seal.next(name, Answers::new(), None, &can);
        let first = state(&first).expect("a state");
        let second = seal.next(name, said("step1"), Some(&first), &can);
        let second = state(&second).expect("another state");

        assert_ne!(first, second);
        assert_eq!(
            seal.next(name, said("step2"), Some(&second), &can),
            Some(Next::Done(said("step2")))
        );
        let forged = format!("{second}0");
        assert_eq!(
            seal.next(name, said("step2"), Some(&forged), &can),
            Some(Next::Forged)
        );
        assert_eq!(
            seal.next(name, Answers::new(), None, &json!({})),
            Some(Next::CannotAsk)
        );
    }
}
