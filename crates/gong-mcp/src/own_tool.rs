//! The seam for tools that gongkit does not have: yours, beside ours, for the same callers.

use std::sync::Arc;

use async_trait::async_trait;
use gong_app::{App, Error, ErrorKind};
use rmcp::model::{Tool, ToolAnnotations};
use serde_json::{Map, Value, json};

use crate::answer::{MOST, size};
use crate::refusal::Refusal;
use crate::tools::ALL;

/// The longest name that clients take.
const LONGEST_NAME: usize = 64;

/// A tool of your own.
///
/// It is given the app of whoever asks, so that what it reads is what its caller may see, and each
/// use case leaves its record. Words of calls are neutralised in the views it gets; text from
/// elsewhere is for the tool to make harmless.
#[async_trait]
pub trait OwnTool: Send + Sync {
    /// Its name: 1 to 64 letters, digits, `-` or `_`, and none of ours.
    fn name(&self) -> &str;

    /// What it is good for, for the model that chooses among tools.
    fn about(&self) -> &str;

    /// The JSON schema of its arguments: an object. Nobody checks them before they come.
    fn input_schema(&self) -> Map<String, Value>;

    /// Answers. An error is shown to the model with its hint, never with its causes.
    async fn call(&self, app: &App, given: &Map<String, Value>) -> Result<Value, Error>;

    /// Whether it changes nothing anywhere: clients ask a person before others.
    fn only_reads(&self) -> bool {
        false
    }
}

/// The tools of the user's own that a server has. Cheap to clone.
#[derive(Clone, Default)]
pub(crate) struct OwnTools(Vec<Arc<dyn OwnTool>>);

impl OwnTools {
    pub(crate) fn add(&mut self, tool: Arc<dyn OwnTool>) -> Result<(), Error> {
        let name = tool.name();
        let is_plain = |char: char| char.is_ascii_alphanumeric() || matches!(char, '-' | '_');
        if !(1..=LONGEST_NAME).contains(&name.len()) || !name.chars().all(is_plain) {
            let what = "a tool's name is 1 to 64 letters, digits, - or _";
            return Err(Error::new(ErrorKind::Usage, what));
        }
        if ALL.iter().any(|ours| ours.name == name) || self.find(name).is_some() {
            let what = format!("there is a tool {name} already");
            return Err(Error::new(ErrorKind::Usage, what));
        }
        self.0.push(tool);
        Ok(())
    }

    pub(crate) fn find(&self, name: &str) -> Option<&Arc<dyn OwnTool>> {
        self.0.iter().find(|tool| tool.name() == name)
    }

    pub(crate) fn advertised(&self) -> impl Iterator<Item = Tool> {
        self.0.iter().map(|tool| {
            let name = tool.name().to_owned();
            let mut made = Tool::new(name, tool.about().to_owned(), Arc::new(tool.input_schema()));
            made.annotations = Some(ToolAnnotations::new().read_only(tool.only_reads()));
            made
        })
    }
}

/// Calls it, and holds its answer to the bound of all answers.
pub(crate) async fn call(
    tool: &dyn OwnTool,
    app: &App,
    given: &Map<String, Value>,
) -> Result<Value, Refusal> {
    let value = match tool.call(app, given).await? {
        object @ Value::Object(_) => object,
        other => json!({ "value": other }),
    };
    if size(&value) > MOST {
        return Err(Refusal::saying(
            "The answer is larger than any answer may be. Ask this tool for less.",
        ));
    }
    Ok(value)
}
