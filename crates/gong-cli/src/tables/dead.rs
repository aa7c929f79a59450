//! Jobs that were given up.

use gong_app::views::{DeadJobView, DeadView};

use super::table;

/// One line a job.
pub(crate) fn dead(view: &DeadView) -> String {
    if view.jobs.is_empty() {
        return "none".to_owned();
    }
    let heads = ["id", "job", "call", "failed", "abandoned", "class"];
    table(&heads, view.jobs.iter().map(line))
}

fn line(job: &DeadJobView) -> Vec<String> {
    vec![
        job.id.to_string(),
        job.kind.to_owned(),
        job.call_id.clone(),
        job.failed.to_string(),
        job.abandoned.to_string(),
        job.class.clone().unwrap_or_default(),
    ]
}
