//! A model that never learns who took part: names and numbers that lead to a person are taken out
//! before, and put back into the answer.

mod names;
mod patterns;
mod redaction;

use async_trait::async_trait;
use serde_json::Value;

use self::redaction::Redaction;
use crate::{Answer, Llm, LlmError, Model, Request};

/// A model behind pseudonyms.
///
/// Each participant is `Person_1`, `Person_2` and so on, in the order in which they are given, in
/// every request; e-mail addresses, telephone numbers, cards (by Luhn) and IBANs (by their check
/// digits) are numbered as they appear in a request. A name that is only spoken of on a call is not
/// known to be one, and stays.
pub struct Redacting<L> {
    inner: L,
    people: Vec<String>,
}

impl<L: Llm> Redacting<L> {
    /// Hides these people (by their full names) from `inner`.
    pub fn new(inner: L, people: impl IntoIterator<Item = String>) -> Self {
        Self {
            inner,
            people: people.into_iter().collect(),
        }
    }
}

#[async_trait]
impl<L: Llm> Llm for Redacting<L> {
    fn model(&self) -> &Model {
        self.inner.model()
    }

    async fn answer(&self, request: &Request) -> Result<Answer, LlmError> {
        let mut redaction = Redaction::of(&self.people);
        let hidden = Request {
            instructions: redaction.hide(&request.instructions),
            data: redaction.hide(&request.data),
            ..request.clone()
        };
        let mut answer = self.inner.answer(&hidden).await?;
        restore(&mut answer.value, &redaction);
        Ok(answer)
    }
}

/// Puts back what was hidden, in every text of an answer. Names of fields are ours, not the model's.
fn restore(value: &mut Value, redaction: &Redaction) {
    match value {
        Value::String(text) => *text = redaction.restore(text),
        Value::Array(items) => items.iter_mut().for_each(|item| restore(item, redaction)),
        Value::Object(fields) => fields
            .values_mut()
            .for_each(|field| restore(field, redaction)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::testing::{Scripted, request};

    #[tokio::test]
    async fn the_model_sees_pseudonyms_and_the_answer_names() {
        let said = json!({"claims": [{"text": "Person_2 will call Person_1 on Phone_1.", "n": 3}]});
        let people = ["Dana Whitfield", "Omar Haddad"].map(str::to_owned);
        let redacting = Redacting::new(Scripted::saying([said]), people);
        let data = "Dana: call me, that's +44 20 7946 0018.\nOmar Haddad: I will, Dana.";

        let answer = redacting.answer(&request(data)).await.expect("an answer");

        let sent = &redacting.inner.asked()[0].data;
        assert_eq!(
            sent,
            "Person_1: call me, that's Phone_1.\nPerson_2: I will, Person_1."
        );
        assert_eq!(
            answer.value,
            json!({"claims": [{"text": "Omar Haddad will call Dana Whitfield on +44 20 7946 0018.", "n": 3}]})
        );
    }
}
