//! The laws of an [`Llm`], checked on any of them: adapters, decorators and those of others.

use crate::testing::request;
use crate::{Llm, LlmError};

/// Checks the laws that need no knowledge of the server. The model behind must answer two questions
/// with a JSON object, and have read at least 50 tokens for each by its own count.
///
/// # Panics
/// Panics where a law is broken.
pub async fn check(llm: &dyn Llm) {
    let declared = llm.model().clone();
    for _ in 0..2 {
        let answer = llm.answer(&request("What was said.")).await;
        let answer = answer.expect("a small question is answered");
        assert!(answer.value.is_object(), "an answer is a JSON object");
    }
    let context = declared.context.get();
    let words = usize::try_from(context).unwrap_or(usize::MAX);
    let refused = llm.answer(&request(&"word ".repeat(words))).await;
    assert!(
        matches!(refused, Err(LlmError::TooLong { needs, context: of }) if needs > of && of == context),
        "what does not fit is refused before it is sent"
    );
    assert_eq!(llm.model(), &declared, "a model never changes");
}
