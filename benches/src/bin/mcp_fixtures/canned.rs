//! What does not depend on who asks: tools with one answer, resources, prompts.

use serde_json::{Value, json};

/// One red pixel.
const PNG: &str =
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGP4z8AAAAMBAQDJ/pLvAAAAAElFTkSuQmCC";
/// No sound at all.
const WAV: &str = "UklGRiQAAABXQVZFZm10IBAAAAABAAEAQB8AAIA+AAACABAAZGF0YQAAAAA=";
/// The tools that need no argument.
const PLAIN: [&str; 22] = [
    "test_simple_text",
    "test_image_content",
    "test_audio_content",
    "test_embedded_resource",
    "test_multiple_content_types",
    "test_error_handling",
    "test_tool_with_logging",
    "test_logging_tool",
    "test_tool_with_progress",
    "test_reconnection",
    "test_missing_capability",
    "test_streaming_elicitation",
    "test_trigger_tool_change",
    "test_trigger_prompt_change",
    "test_elicitation_sep1034_defaults",
    "test_elicitation_sep1330_enums",
    "test_input_required_result_elicitation",
    "test_input_required_result_sampling",
    "test_input_required_result_list_roots",
    "test_input_required_result_request_state",
    "test_input_required_result_multiple_inputs",
    "test_input_required_result_multi_round",
];

/// Every tool, as it is listed.
pub(crate) fn tools() -> Vec<Value> {
    let tool = |name: &str, schema: Value| {
        let about = format!("What the judge expects of {name}");
        json!({"name": name, "description": about, "inputSchema": schema})
    };
    let nothing = || json!({"type": "object", "properties": {}});
    let text = |name: &str| {
        json!({
            "type": "object",
            "properties": {name: {"type": "string", "description": "What to ask"}},
            "required": [name]
        })
    };
    let mut tools: Vec<Value> = PLAIN.iter().map(|name| tool(name, nothing())).collect();
    tools.extend([
        tool("test_input_required_result_tampered_state", nothing()),
        tool("test_input_required_result_capabilities", nothing()),
        tool("test_sampling", text("prompt")),
        tool("test_elicitation", text("message")),
        tool("json_schema_2020_12_tool", schema_of_2020()),
        tool(
            "test_headers",
            json!({
                "type": "object",
                "properties": {"region": {
                    "type": "string", "description": "Stands in a header too", "x-mcp-header": "Region"
                }},
                "required": ["region"]
            }),
        ),
    ]);
    tools
}

/// The schema whose words the judge looks for in the list.
fn schema_of_2020() -> Value {
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "object",
        "$defs": {"address": {
            "$anchor": "addressDef",
            "type": "object",
            "properties": {"street": {"type": "string"}, "city": {"type": "string"}}
        }},
        "properties": {
            "name": {"type": "string"},
            "address": {"$ref": "#/$defs/address"},
            "contactMethod": {"type": "string", "enum": ["phone", "email"]},
            "phone": {"type": "string"},
            "email": {"type": "string"}
        },
        "allOf": [{"anyOf": [{"required": ["phone"]}, {"required": ["email"]}]}],
        "if": {"properties": {"contactMethod": {"const": "phone"}}, "required": ["contactMethod"]},
        "then": {"required": ["phone"]},
        "else": {"required": ["email"]},
        "additionalProperties": false
    })
}

/// The answer of a tool that has only one.
pub(crate) fn answer(tool: &str) -> Option<Value> {
    let text = |text: &str| json!({"type": "text", "text": text});
    let image = || json!({"type": "image", "data": PNG, "mimeType": "image/png"});
    let resource = |uri: &str, kind: &str, text: &str| json!({"type": "resource", "resource": {"uri": uri, "mimeType": kind, "text": text}});
    let content = match tool {
        "test_simple_text" | "test_headers" | "json_schema_2020_12_tool" => {
            vec![text("This is a simple text response for testing.")]
        }
        "test_image_content" => vec![image()],
        "test_audio_content" => {
            vec![json!({"type": "audio", "data": WAV, "mimeType": "audio/wav"})]
        }
        "test_embedded_resource" => vec![resource(
            "test://embedded-resource",
            "text/plain",
            "This is an embedded resource content.",
        )],
        "test_multiple_content_types" => vec![
            text("Multiple content types test:"),
            image(),
            resource(
                "test://mixed-content-resource",
                "application/json",
                r#"{"test":"data","value":123}"#,
            ),
        ],
        "test_error_handling" => {
            let why = text("This tool intentionally returns an error for testing");
            return Some(json!({"isError": true, "content": [why]}));
        }
        _ => return None,
    };
    Some(json!({"content": content}))
}

/// The resources, as they are listed.
pub(crate) fn resources() -> Value {
    let listed = |uri: &str, kind: &str| json!({"uri": uri, "name": uri, "description": "A fixture", "mimeType": kind});
    json!([
        listed("test://static-text", "text/plain"),
        listed("test://static-binary", "image/png"),
        listed("test://watched-resource", "text/plain"),
    ])
}

/// The one template.
pub(crate) fn templates() -> Value {
    json!([{
        "uriTemplate": "test://template/{id}/data", "name": "template",
        "description": "A fixture with an id", "mimeType": "application/json"
    }])
}

/// What a resource holds.
pub(crate) fn contents(uri: &str) -> Option<Value> {
    let text = |kind: &str, text: String| json!({"uri": uri, "mimeType": kind, "text": text});
    Some(match uri {
        "test://static-text" | "test://watched-resource" => text(
            "text/plain",
            "This is the content of the static text resource.".to_owned(),
        ),
        "test://static-binary" => json!({"uri": uri, "mimeType": "image/png", "blob": PNG}),
        _ => {
            let id = uri
                .strip_prefix("test://template/")
                .and_then(|rest| rest.strip_suffix("/data"))?;
            let data =
                json!({"id": id, "templateTest": true, "data": format!("Data for ID: {id}")});
            text("application/json", data.to_string())
        }
    })
}

/// The prompts, as they are listed.
pub(crate) fn prompts() -> Value {
    let argument = |name: &str| json!({"name": name, "description": "A text", "required": true});
    json!([
        {"name": "test_simple_prompt", "description": "A text"},
        {
            "name": "test_prompt_with_arguments", "description": "A text with what was given",
            "arguments": [argument("arg1"), argument("arg2")]
        },
        {
            "name": "test_prompt_with_embedded_resource", "description": "A text and a resource",
            "arguments": [argument("resourceUri")]
        },
        {"name": "test_prompt_with_image", "description": "A text and an image"},
        {"name": "test_input_required_result_prompt", "description": "Asks first"},
    ])
}

/// What a prompt says, with what was given for its arguments.
pub(crate) fn prompt(name: &str, given: &Value) -> Option<Value> {
    let message = |content: Value| json!({"role": "user", "content": content});
    let text = |text: &str| message(json!({"type": "text", "text": text}));
    let of = |name: &str| given[name].as_str().unwrap_or_default();
    let messages = match name {
        "test_simple_prompt" => vec![text("This is a simple prompt for testing.")],
        "test_prompt_with_arguments" => vec![text(&format!(
            "Prompt with arguments: arg1='{}', arg2='{}'",
            of("arg1"),
            of("arg2")
        ))],
        "test_prompt_with_embedded_resource" => {
            let resource = json!({
                "uri": of("resourceUri"), "mimeType": "text/plain",
                "text": "Embedded resource content for testing."
            });
            vec![
                message(json!({"type": "resource", "resource": resource})),
                text("Please process the embedded resource above."),
            ]
        }
        "test_prompt_with_image" => vec![
            message(json!({"type": "image", "data": PNG, "mimeType": "image/png"})),
            text("Please analyse the image above."),
        ],
        "test_input_required_result_prompt" => vec![text(&format!("Asked for: {given}"))],
        _ => return None,
    };
    Some(json!({"messages": messages}))
}
