//! Where passages are remembered, and how a move stands.

use gong_app::views::{MemoryIndexView, MemoryMoveView, MemoryStatusView, RecallCheckView};

use super::table;

/// Every index.
pub(crate) fn memory_status(view: &MemoryStatusView) -> String {
    let mut rows = vec![
        vec!["store".to_owned(), view.store.to_owned()],
        vec![
            "calls with words".to_owned(),
            view.with_transcript.to_string(),
        ],
    ];
    for index in &view.indexes {
        rows.push(vec!["index".to_owned(), index.index_id.clone()]);
        rows.push(vec!["  state".to_owned(), state(index).to_owned()]);
        rows.push(vec!["  place".to_owned(), index.place.clone()]);
        rows.push(vec!["  space".to_owned(), index.space.clone()]);
        let holds = format!("{} calls, {} passages", index.calls, index.passages);
        rows.push(vec!["  holds".to_owned(), holds]);
        if let Some(server) = &index.server {
            rows.push(vec!["  server".to_owned(), format!("Qdrant {server}")]);
        }
        if let Some(problem) = &index.problem {
            rows.push(vec!["  problem".to_owned(), problem.clone()]);
        }
    }
    table(&[], rows)
}

fn state(index: &MemoryIndexView) -> &'static str {
    if index.is_answering {
        "answers"
    } else if index.is_target {
        "is moved to, and written beside the one that answers"
    } else {
        "is dropped by the next sync"
    }
}

/// What a move did.
pub(crate) fn memory_moved(view: &MemoryMoveView) -> String {
    let mut rows = vec![
        vec!["to".to_owned(), view.to.clone()],
        vec!["index".to_owned(), view.index_id.clone()],
        vec!["calls verified".to_owned(), view.verified.to_string()],
        vec!["passages".to_owned(), view.passages.to_string()],
        vec!["calls left".to_owned(), view.left.to_string()],
    ];
    for call in &view.differing {
        rows.push(vec!["  not whole".to_owned(), call.clone()]);
    }
    let mut text = table(&[], rows);
    text.push_str(&super::reports::failures(&view.failures));
    text
}

/// What a server's recall is.
pub(crate) fn recall_check(view: &RecallCheckView) -> String {
    let share = |share: f64| format!("{share:.4}");
    table(
        &[],
        [
            vec!["place".to_owned(), view.place.clone()],
            vec!["questions".to_owned(), view.questions.to_string()],
            vec!["answers compared".to_owned(), view.answers.to_string()],
            vec!["recall".to_owned(), share(view.recall)],
            vec!["lowest".to_owned(), share(view.lowest)],
            vec!["questions with a miss".to_owned(), view.missed.to_string()],
        ],
    )
}
