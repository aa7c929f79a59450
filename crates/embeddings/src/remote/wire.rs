//! What is said to the server and what it answers.

use serde::{Deserialize, Serialize};

#[derive(Serialize)]
pub(super) struct Request<'a> {
    model: &'a str,
    input: &'a [String],
    encoding_format: &'static str,
}

#[derive(Deserialize)]
pub(super) struct Answer {
    pub(super) data: Vec<Row>,
}

#[derive(Deserialize)]
pub(super) struct Row {
    pub(super) index: usize,
    pub(super) embedding: Vec<f32>,
}

impl<'a> Request<'a> {
    pub(super) fn new(model: &'a str, input: &'a [String]) -> Self {
        Self {
            model,
            input,
            encoding_format: "float",
        }
    }
}
