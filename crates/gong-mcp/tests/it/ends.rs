//! What is under way when the server is to stop.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use gong_mcp::{HttpOptions, Listening};
use rmcp::model::{
    CallToolRequestParams, CallToolResponse, CallToolResult, ProgressNotificationParam,
};
use rmcp::service::RequestContext;
use rmcp::{ErrorData, RoleServer, ServerHandler};
use serde_json::json;
use tokio_util::sync::CancellationToken;

use crate::office::Office;

/// A tool that says that it has begun, and ends when it is told to.
#[derive(Clone, Default)]
struct Endless {
    was_told: Arc<AtomicBool>,
}

impl ServerHandler for Endless {
    async fn call_tool(
        &self,
        _: CallToolRequestParams,
        context: RequestContext<RoleServer>,
    ) -> Result<CallToolResponse, ErrorData> {
        if let Some(token) = context.meta.get_progress_token() {
            let begun = ProgressNotificationParam::new(token, 1.0);
            let _ = context.peer.notify_progress(begun).await;
        }
        context.ct.cancelled().await;
        self.was_told.store(true, Ordering::SeqCst);
        Ok(CallToolResult::default().into())
    }
}

#[tokio::test]
async fn an_open_stream_ends_with_the_server_and_its_tool_is_told() {
    let office = Office::empty();
    let handler = Endless::default();
    let stop = CancellationToken::new();
    let options = HttpOptions::new(([127, 0, 0, 1], 0).into());
    let listening = Listening::open(options).await.expect("open");
    let url = listening.url();
    let serving = listening.serve_handler(office.app(), handler.clone(), stop.clone());
    let serving = tokio::spawn(serving);
    let call = json!({
        "jsonrpc": "2.0", "id": 1, "method": "tools/call",
        "params": {"name": "endless", "arguments": {}, "_meta": {"progressToken": 1}}
    });
    let request = reqwest::Client::new()
        .post(url)
        .header("content-type", "application/json")
        .header("accept", "application/json, text/event-stream")
        .header("mcp-protocol-version", "2025-11-25")
        .body(call.to_string());
    let mut stream = request.send().await.expect("answered");
    let begun = stream.chunk().await.expect("read").expect("an event");
    assert!(String::from_utf8_lossy(&begun).contains("notifications/progress"));

    stop.cancel();
    let ended = tokio::time::timeout(Duration::from_secs(20), async {
        while let Ok(Some(_)) = stream.chunk().await {}
        serving.await.expect("joined").expect("ended well");
    });
    ended.await.expect("in time");

    assert!(handler.was_told.load(Ordering::SeqCst));
}
