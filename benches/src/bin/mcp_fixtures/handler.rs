//! The handler: each method of the protocol, answered as the judge expects it.
#![expect(
    deprecated,
    reason = "the judge of the older protocol wants what the newer one drops"
)]

use std::sync::Arc;
use std::time::Duration;

use rmcp::model::{
    CallToolRequestParams, CallToolResponse, CallToolResult, ClientCapabilities,
    CompleteRequestParams, CompleteResult, CompletionInfo, DiscoverResult, GetPromptRequestParams,
    GetPromptResponse, GetPromptResult, InputRequiredResult, ListPromptsResult,
    ListResourceTemplatesResult, ListResourcesResult, ListToolsResult, LoggingLevel,
    LoggingMessageNotificationParam, PaginatedRequestParams, ProgressNotificationParam,
    ReadResourceRequestParams, ReadResourceResponse, ReadResourceResult, ServerCapabilities,
    ServerConfig, ServerRequest, SetLevelRequestParams, SubscribeRequestParams, SubscriptionFilter,
    Tool, UnsubscribeRequestParams,
};
use rmcp::service::{RequestContext, SubscriptionContext};
use rmcp::{ErrorData, RoleServer, ServerHandler};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use tokio::sync::broadcast;

use super::canned;
use super::rounds::{Next, Seal};

/// Between two steps of a tool that tells of them.
const STEP: Duration = Duration::from_millis(50);
/// Changes that wait for a slow listener.
const WAITING: usize = 16;

/// A list that changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Changed {
    Tools,
    Prompts,
}

/// The handler.
#[derive(Clone, Debug)]
pub(crate) struct Fixtures {
    seal: Arc<Seal>,
    changes: broadcast::Sender<Changed>,
}

impl Fixtures {
    pub(crate) fn new() -> Self {
        Self {
            seal: Arc::new(Seal::new()),
            changes: broadcast::Sender::new(WAITING),
        }
    }

    fn next(
        &self,
        name: &str,
        answers: Option<rmcp::model::InputResponses>,
        state: Option<&str>,
        context: &RequestContext<RoleServer>,
    ) -> Result<Option<Next>, ErrorData> {
        let can = context.client_capabilities().map(|can| json!(can));
        let answers = answers.unwrap_or_default();
        match self
            .seal
            .next(name, answers, state, &can.unwrap_or_default())
        {
            Some(Next::Forged) => {
                let what = "the state is none that was given out here";
                Err(ErrorData::invalid_params(what, None))
            }
            Some(Next::CannotAsk) => Err(ErrorData::missing_required_client_capability(
                ClientCapabilities::builder().enable_sampling().build(),
            )),
            next => Ok(next),
        }
    }
}

/// Reads a whole answer; the SDK takes the word out again for clients of the older protocol.
fn whole<T: DeserializeOwned>(mut value: Value) -> Result<T, ErrorData> {
    value["resultType"] = "complete".into();
    read(value)
}

/// Reads one of the SDK's types from its JSON.
fn read<T: DeserializeOwned>(value: Value) -> Result<T, ErrorData> {
    serde_json::from_value(value)
        .map_err(|error| ErrorData::internal_error(error.to_string(), None))
}

fn said(text: impl Into<String>) -> Result<CallToolResponse, ErrorData> {
    let text: String = text.into();
    let result: CallToolResult = whole(json!({"content": [{"type": "text", "text": text}]}))?;
    Ok(result.into())
}

/// Logs three lines; to a client without a session only if it asked for them.
async fn log(context: &RequestContext<RoleServer>) {
    let is_stateless = context.meta.client_capabilities().is_some();
    if is_stateless && context.meta.log_level().is_none() {
        return;
    }
    for line in ["started", "processing data", "completed"] {
        let line = json!(format!("Tool execution {line}"));
        let message = LoggingMessageNotificationParam::new(LoggingLevel::Info, line);
        // Who does not listen any more is not told.
        let _ = context.peer.notify_logging_message(message).await;
        tokio::time::sleep(STEP).await;
    }
}

async fn progress(context: &RequestContext<RoleServer>) {
    for at in [0.0, 50.0, 100.0] {
        if let Some(token) = context.meta.get_progress_token() {
            let step = ProgressNotificationParam::new(token, at).with_total(100.0);
            let _ = context.peer.notify_progress(step).await;
        }
        tokio::time::sleep(STEP).await;
    }
}

/// Asks the client in the middle of a call, which needs a session.
async fn asked(
    context: &RequestContext<RoleServer>,
    method: &str,
    params: Value,
) -> Result<CallToolResponse, ErrorData> {
    let request: ServerRequest = read(json!({"method": method, "params": params}))?;
    match context.peer.send_request(request).await {
        Ok(answer) => said(format!("The client answered: {}", json!(answer))),
        Err(error) => {
            let text =
                json!({"type": "text", "text": format!("The client cannot be asked: {error}")});
            let result: CallToolResult = whole(json!({"isError": true, "content": [text]}))?;
            Ok(result.into())
        }
    }
}

/// The form that a tool asks the client to fill in, in a session.
fn form(tool: &str) -> Value {
    let choices = |values: [&str; 3], titles: [&str; 3]| {
        let pairs = values.into_iter().zip(titles);
        pairs
            .map(|(value, title)| json!({"const": value, "title": title}))
            .collect::<Vec<_>>()
    };
    let values = ["value1", "value2", "value3"];
    let options = json!(["option1", "option2", "option3"]);
    let properties = match tool {
        "test_elicitation_sep1034_defaults" => json!({
            "name": {"type": "string", "default": "John Doe"},
            "age": {"type": "integer", "default": 30},
            "score": {"type": "number", "default": 95.5},
            "status": {
                "type": "string", "enum": ["active", "inactive", "pending"], "default": "active"
            },
            "verified": {"type": "boolean", "default": true}
        }),
        "test_elicitation_sep1330_enums" => json!({
            "untitledSingle": {"type": "string", "enum": options},
            "titledSingle": {
                "type": "string",
                "oneOf": choices(values, ["First Option", "Second Option", "Third Option"])
            },
            "legacyEnum": {
                "type": "string", "enum": ["opt1", "opt2", "opt3"],
                "enumNames": ["Option One", "Option Two", "Option Three"]
            },
            "untitledMulti": {"type": "array", "items": {"type": "string", "enum": options}},
            "titledMulti": {"type": "array", "items": {
                "anyOf": choices(values, ["First Choice", "Second Choice", "Third Choice"])
            }}
        }),
        _ => json!({
            "username": {"type": "string", "description": "User's response"},
            "email": {"type": "string", "description": "User's email address"}
        }),
    };
    json!({"type": "object", "properties": properties})
}

impl ServerHandler for Fixtures {
    fn get_info(&self) -> ServerConfig {
        let capabilities = ServerCapabilities::builder()
            .enable_tools()
            .enable_tool_list_changed()
            .enable_prompts()
            .enable_prompts_list_changed()
            .enable_resources()
            .enable_resources_subscribe()
            .enable_completions()
            .enable_logging()
            .build();
        ServerConfig::new(capabilities)
    }

    async fn discover(&self, _: RequestContext<RoleServer>) -> Result<DiscoverResult, ErrorData> {
        let versions = self.supported_protocol_versions().into_owned();
        let mut info = self.get_info();
        info.capabilities.logging = None;
        Ok(DiscoverResult::from_server_info(versions, info))
    }

    async fn list_tools(
        &self,
        _: Option<PaginatedRequestParams>,
        _: RequestContext<RoleServer>,
    ) -> Result<ListToolsResult, ErrorData> {
        whole(json!({"tools": canned::tools(), "ttlMs": 1000, "cacheScope": "private"}))
    }

    fn get_tool(&self, name: &str) -> Option<Tool> {
        let mut tools = canned::tools().into_iter();
        tools
            .find(|tool| tool["name"] == name)
            .and_then(|tool| serde_json::from_value(tool).ok())
    }

    async fn call_tool(
        &self,
        request: CallToolRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<CallToolResponse, ErrorData> {
        let name = request.name.as_ref();
        let given = json!(request.arguments.unwrap_or_default());
        let state = request.request_state.as_deref();
        if let Some(answer) = canned::answer(name) {
            let answer: CallToolResult = whole(answer)?;
            return Ok(answer.into());
        }
        match self.next(name, request.input_responses, state, &context)? {
            Some(Next::Ask(asked)) => {
                let asked: InputRequiredResult = read(asked)?;
                return Ok(asked.into());
            }
            Some(Next::Done(answers)) => return said(format!("state-ok: {}", json!(answers))),
            _ => {}
        }
        match name {
            "test_tool_with_logging" | "test_logging_tool" => log(&context).await,
            "test_tool_with_progress" => progress(&context).await,
            "test_reconnection" => tokio::time::sleep(STEP).await,
            "test_trigger_tool_change" | "test_trigger_prompt_change" => {
                let which = if name.contains("tool") {
                    Changed::Tools
                } else {
                    Changed::Prompts
                };
                // Nobody listening is allowed.
                let _ = self.changes.send(which);
            }
            "test_sampling" => {
                let content = json!({"type": "text", "text": given["prompt"]});
                let messages = json!([{"role": "user", "content": content}]);
                let params = json!({"messages": messages, "maxTokens": 100});
                return asked(&context, "sampling/createMessage", params).await;
            }
            "test_elicitation"
            | "test_elicitation_sep1034_defaults"
            | "test_elicitation_sep1330_enums" => {
                let message = given["message"].as_str().unwrap_or("Please fill this in");
                let params = json!({"message": message, "requestedSchema": form(name)});
                return asked(&context, "elicitation/create", params).await;
            }
            _ => return Err(ErrorData::invalid_params("there is no such tool", None)),
        }
        said("Done.")
    }

    async fn list_resources(
        &self,
        _: Option<PaginatedRequestParams>,
        _: RequestContext<RoleServer>,
    ) -> Result<ListResourcesResult, ErrorData> {
        whole(json!({"resources": canned::resources(), "ttlMs": 1000, "cacheScope": "private"}))
    }

    async fn list_resource_templates(
        &self,
        _: Option<PaginatedRequestParams>,
        _: RequestContext<RoleServer>,
    ) -> Result<ListResourceTemplatesResult, ErrorData> {
        let templates = canned::templates();
        whole(json!({"resourceTemplates": templates, "ttlMs": 1000, "cacheScope": "private"}))
    }

    async fn read_resource(
        &self,
        request: ReadResourceRequestParams,
        _: RequestContext<RoleServer>,
    ) -> Result<ReadResourceResponse, ErrorData> {
        let Some(contents) = canned::contents(&request.uri) else {
            let data = json!({"uri": request.uri});
            let what = "there is no such resource";
            return Err(ErrorData::resource_not_found(what, Some(data)));
        };
        let result: ReadResourceResult =
            whole(json!({"contents": [contents], "ttlMs": 1000, "cacheScope": "private"}))?;
        Ok(result.into())
    }

    async fn list_prompts(
        &self,
        _: Option<PaginatedRequestParams>,
        _: RequestContext<RoleServer>,
    ) -> Result<ListPromptsResult, ErrorData> {
        whole(json!({"prompts": canned::prompts(), "ttlMs": 1000, "cacheScope": "private"}))
    }

    async fn get_prompt(
        &self,
        request: GetPromptRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<GetPromptResponse, ErrorData> {
        let state = request.request_state.as_deref();
        let given = match self.next(&request.name, request.input_responses, state, &context)? {
            Some(Next::Ask(asked)) => {
                let asked: InputRequiredResult = read(asked)?;
                return Ok(asked.into());
            }
            Some(Next::Done(answers)) => json!(answers),
            _ => json!(request.arguments.unwrap_or_default()),
        };
        let Some(prompt) = canned::prompt(&request.name, &given) else {
            return Err(ErrorData::invalid_params("there is no such prompt", None));
        };
        let prompt: GetPromptResult = whole(prompt)?;
        Ok(prompt.into())
    }

    async fn complete(
        &self,
        request: CompleteRequestParams,
        _: RequestContext<RoleServer>,
    ) -> Result<CompleteResult, ErrorData> {
        let begun = format!("{}-completed", request.argument.value);
        let values = CompletionInfo::with_all_values(vec![begun]).unwrap_or_default();
        Ok(CompleteResult::new(values))
    }

    async fn set_level(
        &self,
        _: SetLevelRequestParams,
        _: RequestContext<RoleServer>,
    ) -> Result<(), ErrorData> {
        Ok(())
    }

    async fn subscribe(
        &self,
        _: SubscribeRequestParams,
        _: RequestContext<RoleServer>,
    ) -> Result<(), ErrorData> {
        Ok(())
    }

    async fn unsubscribe(
        &self,
        _: UnsubscribeRequestParams,
        _: RequestContext<RoleServer>,
    ) -> Result<(), ErrorData> {
        Ok(())
    }

    fn accepted_subscription_filter(
        &self,
        requested: &SubscriptionFilter,
    ) -> Option<SubscriptionFilter> {
        let all = SubscriptionFilter::builder()
            .tools_list_changed()
            .prompts_list_changed()
            .build();
        Some(requested.intersection(&all))
    }

    async fn listen(&self, context: SubscriptionContext) -> Result<(), ErrorData> {
        let mut changes = self.changes.subscribe();
        let accepted = context.accepted().clone();
        loop {
            let changed = tokio::select! {
                changed = changes.recv() => changed,
                () = context.cancelled() => return Ok(()),
            };
            let sent = match changed {
                Ok(Changed::Tools) if accepted.tools_list_changed == Some(true) => {
                    context.sink().notify_tool_list_changed().await
                }
                Ok(Changed::Prompts) if accepted.prompts_list_changed == Some(true) => {
                    context.sink().notify_prompt_list_changed().await
                }
                Err(broadcast::error::RecvError::Closed) => return Ok(()),
                _ => Ok(()),
            };
            if sent.is_err() {
                return Ok(());
            }
        }
    }
}
