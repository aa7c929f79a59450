//! A question to all calls, answered by a language model on this machine, which may only say what
//! the sentences it cites bear.
//!
//! `LLM_URL=http://127.0.0.1:8080/v1` asks your server (llama.cpp, vLLM, LM Studio). Without it a
//! scripted one stands in, which is no model: it makes two claims, and invents the second.
use anyhow::{Context as _, Result};
use axum::{Json, Router, routing::post};
use gong_app::AskRequest;
use gongkit_examples::sample_app;
use serde_json::{Value, json};
use tokio::net::TcpListener;

/// Claims the first long sentence that denies nothing; then it claims a price of its own.
async fn scripted(Json(asked): Json<Value>) -> Json<Value> {
    let shown = asked["messages"][1]["content"].as_str().unwrap_or_default();
    let lines = shown
        .lines()
        .filter_map(|line| line.strip_prefix('[')?.split_once("] "));
    let denies = |said: &str| {
        ["n't", "no", "No", "ever"]
            .iter()
            .any(|word| said.contains(word))
    };
    let mut plain = lines.filter(|(_, said)| said.len() > 70 && !denies(said));
    let (id, said) = plain.next().unwrap_or(("S1", "nothing"));
    let said = said.split_once(": ").map_or(said, |(_, said)| said);
    let claim = |text: &str| json!({"type": "answer", "text": text, "owner": null, "due": null, "sentence_ids": [id]});
    let claims = [claim(said), claim("It was 999,999 dollars a day.")];
    let content = json!({"claims": claims}).to_string();
    Json(json!({
        "choices": [{"message": {"content": content}, "finish_reason": "stop"}],
        "usage": {"prompt_tokens": asked.to_string().len() / 4, "completion_tokens": 60},
    }))
}

async fn scripted_server() -> Result<String> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let url = format!("http://{}/v1", listener.local_addr()?);
    let routes = Router::new().route("/v1/chat/completions", post(scripted));
    tokio::spawn(async move { axum::serve(listener, routes).await });
    Ok(url)
}

#[tokio::main]
async fn main() -> Result<()> {
    let own = std::env::var("LLM_URL").ok();
    let is_scripted = own.is_none();
    let url = match own {
        Some(url) => url,
        None => scripted_server().await?,
    };
    let (app, _home) = sample_app(&[
        ("GONGKIT__LLM__PROVIDER", "openai"),
        ("GONGKIT__LLM__BASE_URL", &url),
        ("GONGKIT__LLM__MODEL", "local-model"),
    ])
    .await?;

    let answer = app
        .ask(&AskRequest::new("How many dollars do wrong orders cost?"))
        .await?;
    println!("{} ({})", answer.question, answer.standing);
    let prose = answer.prose.context("the model was asked")?;
    for statement in &prose.statements {
        println!("- {}", statement.text);
        for moment in &statement.evidence {
            let url = moment.url.as_deref().unwrap_or_default();
            println!("  {} {url}", moment.time);
        }
    }
    println!("{} claims, dropped: {:?}", prose.claims, prose.dropped);
    if is_scripted {
        assert!(prose.statements.len() * 2 == prose.claims && prose.claims > 0);
    }
    Ok(())
}
