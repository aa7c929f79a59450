//! The three adapters against the wire formats as they are published.

use std::num::NonZeroU32;
use std::time::Duration;

use narration::adapters::{AnswerLimit, Anthropic, Deadlines, Ollama, OpenAi};
use narration::testing::request;
use narration::{Endpoint, Llm, LlmError, Model, Tokens, conformance};
use secrecy::SecretString;
use serde_json::{Value, json};

use crate::server::{Arrived, Reply, Server};

/// What differs between servers.
trait Wire {
    fn connect(base: &str, context: u32, answer: Duration) -> Box<dyn Llm>;
    /// An answer with this content, counts and reason to stop.
    fn reply(content: &str, read: u32, written: u32, stop: &str) -> Value;
    const WHOLE: &'static str;
    const CUT: &'static str;
    const PATH: &'static str;
    fn schema(body: &Value) -> &Value;
    /// Whether the bounds of lists and strings are sent.
    const BOUNDS: bool;
    fn key(arrived: &Arrived) -> Option<&str>;
}

fn model(context: u32) -> Model {
    Model::new("tiny", NonZeroU32::new(context).unwrap())
}

fn deadlines(answer: Duration) -> Deadlines {
    Deadlines {
        answer,
        ..Deadlines::default()
    }
}

fn key() -> SecretString {
    SecretString::from("canary-key")
}

fn header<'a>(arrived: &'a Arrived, name: &str) -> Option<&'a str> {
    arrived.headers.get(name)?.to_str().ok()
}

struct OpenAiWire;
impl Wire for OpenAiWire {
    fn connect(base: &str, context: u32, answer: Duration) -> Box<dyn Llm> {
        let endpoint = Endpoint::parse(&format!("{base}/v1")).unwrap();
        let adapter = OpenAi::new(endpoint, model(context), Some(&key())).unwrap();
        Box::new(adapter.with_deadlines(deadlines(answer)))
    }
    // https://platform.openai.com/docs/api-reference/chat/object
    fn reply(content: &str, read: u32, written: u32, stop: &str) -> Value {
        json!({
            "id": "chatcmpl-1", "object": "chat.completion", "created": 1_741_569_952, "model": "tiny",
            "choices": [{
                "index": 0,
                "message": {"role": "assistant", "content": content, "refusal": null, "annotations": []},
                "logprobs": null, "finish_reason": stop,
            }],
            "usage": {
                "prompt_tokens": read, "completion_tokens": written, "total_tokens": read + written,
                "prompt_tokens_details": {"cached_tokens": 0},
            },
            "service_tier": "default",
        })
    }
    const WHOLE: &'static str = "stop";
    const CUT: &'static str = "length";
    const PATH: &'static str = "/v1/chat/completions";
    fn schema(body: &Value) -> &Value {
        &body["response_format"]["json_schema"]["schema"]
    }
    const BOUNDS: bool = true;
    fn key(arrived: &Arrived) -> Option<&str> {
        header(arrived, "authorization")?.strip_prefix("Bearer ")
    }
}

struct AnthropicWire;
impl Wire for AnthropicWire {
    fn connect(base: &str, context: u32, answer: Duration) -> Box<dyn Llm> {
        let endpoint = Endpoint::parse(base).unwrap();
        let adapter = Anthropic::new(endpoint, model(context), &key()).unwrap();
        Box::new(adapter.with_deadlines(deadlines(answer)))
    }
    // https://docs.claude.com/en/api/messages
    fn reply(content: &str, read: u32, written: u32, stop: &str) -> Value {
        json!({
            "id": "msg_1", "type": "message", "role": "assistant", "model": "tiny",
            "content": [{"type": "text", "text": content}],
            "stop_reason": stop, "stop_sequence": null,
            "usage": {
                "input_tokens": read.saturating_sub(5), "cache_creation_input_tokens": 3,
                "cache_read_input_tokens": 2, "output_tokens": written,
            },
        })
    }
    const WHOLE: &'static str = "end_turn";
    const CUT: &'static str = "max_tokens";
    const PATH: &'static str = "/v1/messages";
    fn schema(body: &Value) -> &Value {
        &body["output_config"]["format"]["schema"]
    }
    const BOUNDS: bool = false;
    fn key(arrived: &Arrived) -> Option<&str> {
        header(arrived, "x-api-key")
    }
}

struct OllamaWire;
impl Wire for OllamaWire {
    fn connect(base: &str, context: u32, answer: Duration) -> Box<dyn Llm> {
        let endpoint = Endpoint::parse(base).unwrap();
        let adapter = Ollama::new(endpoint, model(context), Some(&key())).unwrap();
        Box::new(adapter.with_deadlines(deadlines(answer)))
    }
    // https://github.com/ollama/ollama/blob/main/docs/api.md#generate-a-chat-completion
    fn reply(content: &str, read: u32, written: u32, stop: &str) -> Value {
        json!({
            "model": "tiny", "created_at": "2024-12-06T00:46:58.265747Z",
            "message": {"role": "assistant", "content": content},
            "done_reason": stop, "done": true,
            "total_duration": 2_254_970_291_u64, "load_duration": 574_751_416,
            "prompt_eval_count": read, "prompt_eval_duration": 1_502_000_000,
            "eval_count": written, "eval_duration": 175_000_000,
        })
    }
    const WHOLE: &'static str = "stop";
    const CUT: &'static str = "length";
    const PATH: &'static str = "/api/chat";
    fn schema(body: &Value) -> &Value {
        &body["format"]
    }
    const BOUNDS: bool = true;
    fn key(arrived: &Arrived) -> Option<&str> {
        header(arrived, "authorization")?.strip_prefix("Bearer ")
    }
}

const LONG: Duration = Duration::from_secs(30);

fn whole<W: Wire>(content: &str) -> Reply {
    Reply::Json(W::reply(content, 90, 12, W::WHOLE))
}

async fn outcome<W: Wire>(reply: Reply) -> Result<Value, LlmError> {
    let server = Server::start([reply]).await;
    let llm = W::connect(&server.url(""), 4_096, LONG);
    llm.answer(&request("What was said."))
        .await
        .map(|answer| answer.value)
}

/// Every law of an adapter, in every server's words.
async fn keeps_the_laws<W: Wire>() {
    // What is sent: the schema, the key, the data between its markers.
    let server = Server::start([whole::<W>("{\"n\": 3}")]).await;
    let llm = W::connect(&server.url(""), 4_096, LONG);
    let mut asked = request("What was said.");
    let unbound = asked.schema.clone();
    asked.schema["properties"]["n"]["maxItems"] = json!(3);
    asked.schema["properties"]["n"]["maxLength"] = json!(3);

    let answer = llm.answer(&asked).await.unwrap();

    assert_eq!(answer.value, json!({"n": 3}));
    let tokens = Tokens {
        read: 90,
        written: 12,
    };
    assert_eq!(answer.tokens, tokens);
    let arrived = server.arrived();
    assert_eq!(arrived[0].path, W::PATH);
    let bound = if W::BOUNDS { &asked.schema } else { &unbound };
    assert_eq!(W::schema(&arrived[0].body), bound);
    assert_eq!(W::key(&arrived[0]), Some("canary-key"));
    assert_eq!(arrived[0].body["model"], "tiny");
    let sent = arrived[0].body.to_string();
    assert_eq!(sent.matches(&asked.marker.to_string()).count(), 3);
    assert!(!sent.contains("\"tools\""));

    // What comes back wrong is an error, by what can be done about it.
    let status = |status: u16| Reply::Text(status, "{\"error\":\"canary-body\"}".to_owned());
    let limited = Reply::Headers(429, vec![("retry-after", "7".to_owned())]);
    let away = Reply::Headers(
        307,
        vec![("location", "https://elsewhere.example/".to_owned())],
    );
    let cut = Reply::Json(W::reply("{\"n\": ", 90, 100, W::CUT));
    let truncated = Reply::Json(W::reply("{\"n\": 3}", 6, 12, W::WHOLE));
    let bad = |problem| LlmError::BadAnswer { problem };
    for (reply, expected) in [
        (status(401), LlmError::Unauthorized { status: 401 }),
        (status(403), LlmError::Unauthorized { status: 403 }),
        (status(400), LlmError::NotAccepted { status: 400 }),
        (
            status(503),
            LlmError::Server {
                status: 503,
                retry_after: None,
            },
        ),
        (
            limited,
            LlmError::RateLimited {
                retry_after: Some(Duration::from_secs(7)),
            },
        ),
        (away, LlmError::Redirected { status: 307 }),
        (cut, LlmError::CutOff { written: 100 }),
        (whole::<W>("Sure! Here it is."), bad("is no JSON")),
        (whole::<W>("[1, 2]"), bad("is no JSON object")),
        (
            Reply::Text(200, "<html>".to_owned()),
            bad("came in no JSON"),
        ),
    ] {
        let error = outcome::<W>(reply).await.unwrap_err();
        assert!(
            !format!("{error} {error:?}").contains("canary"),
            "{error:?}"
        );
        assert_eq!(error, expected);
    }
    let error = outcome::<W>(truncated).await.unwrap_err();
    assert!(
        matches!(error, LlmError::Truncated { read: 6, .. }),
        "{error:?}"
    );
    let huge = Reply::Text(200, " ".repeat(5 * 1024 * 1024));
    let error = outcome::<W>(huge).await.unwrap_err();
    assert_eq!(error, bad("is larger than any answer can be"));

    // Every wait ends.
    let server = Server::start([Reply::Never]).await;
    let llm = W::connect(&server.url(""), 4_096, Duration::from_millis(50));
    assert_eq!(llm.answer(&request("a")).await, Err(LlmError::TimedOut));
    let nobody = W::connect("http://127.0.0.1:1", 4_096, LONG);
    assert_eq!(
        nobody.answer(&request("a")).await,
        Err(LlmError::Unreachable)
    );

    // The suite that every model passes.
    let replies = (0..2).map(|_| Reply::Json(W::reply("{\"n\": 3}", 1_000, 1, W::WHOLE)));
    let server = Server::start(replies).await;
    conformance::check(&*W::connect(&server.url(""), 4_096, LONG)).await;
    assert_eq!(server.arrived().len(), 2, "what does not fit was not sent");
}

#[tokio::test]
async fn chat_completions_keep_the_laws() {
    keeps_the_laws::<OpenAiWire>().await;
}

#[tokio::test]
async fn messages_keep_the_laws() {
    keeps_the_laws::<AnthropicWire>().await;
}

#[tokio::test]
async fn ollama_keeps_the_laws() {
    keeps_the_laws::<OllamaWire>().await;
}

#[tokio::test]
async fn a_refusal_is_told_from_an_answer() {
    let mut refused = OpenAiWire::reply("", 90, 1, "stop");
    refused["choices"][0]["message"]["refusal"] = "I can't help with that.".into();
    refused["choices"][0]["message"]["content"] = Value::Null;
    let error = outcome::<OpenAiWire>(Reply::Json(refused)).await;
    assert_eq!(error, Err(LlmError::Refused));

    let filtered = Reply::Json(OpenAiWire::reply("{}", 90, 1, "content_filter"));
    assert_eq!(
        outcome::<OpenAiWire>(filtered).await,
        Err(LlmError::Refused)
    );

    let refused = Reply::Json(AnthropicWire::reply("", 90, 1, "refusal"));
    assert_eq!(
        outcome::<AnthropicWire>(refused).await,
        Err(LlmError::Refused)
    );
}

#[tokio::test]
async fn ollama_is_told_the_context_size_and_must_say_what_it_read() {
    let mut silent = OllamaWire::reply("{\"n\": 3}", 90, 12, "stop");
    silent.as_object_mut().unwrap().remove("prompt_eval_count");
    let server = Server::start([whole::<OllamaWire>("{\"n\": 3}"), Reply::Json(silent)]).await;
    let llm = OllamaWire::connect(&server.url(""), 4_096, LONG);

    llm.answer(&request("a")).await.unwrap();
    let error = llm.answer(&request("a")).await.unwrap_err();

    let options = &server.arrived()[0].body["options"];
    assert_eq!(
        (&options["num_ctx"], &options["num_predict"]),
        (&json!(4_096), &json!(100))
    );
    let problem = "does not say how many tokens were read and written";
    assert_eq!(error, LlmError::BadAnswer { problem });
}

#[tokio::test]
async fn a_reasoning_model_gets_its_own_limit() {
    let server = Server::start([whole::<OpenAiWire>("{\"n\": 3}")]).await;
    let endpoint = Endpoint::parse(&server.url("/v1")).unwrap();
    let llm = OpenAi::new(endpoint, model(4_096), None).unwrap();

    llm.with_limit(AnswerLimit::MaxCompletionTokens)
        .answer(&request("a"))
        .await
        .unwrap();

    let arrived = &server.arrived()[0];
    assert_eq!(arrived.body["max_completion_tokens"], 100);
    assert!(
        arrived.body.get("temperature").is_none() && header(arrived, "authorization").is_none()
    );
}

#[test]
fn keys_are_printed_by_nobody() {
    let endpoint = Endpoint::parse("https://models.example").unwrap();
    let llm = Anthropic::new(endpoint, model(100), &key()).unwrap();
    assert!(!format!("{llm:?}").contains("canary-key"));
}
