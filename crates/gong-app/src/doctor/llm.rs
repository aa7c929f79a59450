//! The language model, if one is configured: settings, key, and whether a local server is there.
//! Nothing is sent to it.

use std::time::Duration;

use narration::Endpoint;
use tokio::net::TcpStream;
use url::Url;

use super::check::Check;
use crate::app::App;
use crate::config::{LlmProvider, YesNo};
use crate::llm;

const ID: &str = "llm";
/// How long a server on this machine may take to take a connection.
const DEADLINE: Duration = Duration::from_secs(2);

impl App {
    pub(super) async fn language_model(&self) -> Check {
        let settings = &self.config().settings.llm;
        if settings.provider == LlmProvider::Off {
            return Check::skip(ID, "none is configured, and nothing is sent to any");
        }
        let endpoint = match llm::endpoint(self.config()) {
            Ok(endpoint) => endpoint,
            Err(error) => return Check::failed(ID, &error),
        };
        let key = match llm::key(settings) {
            Ok(key) => key,
            Err(error) => return Check::failed(ID, &error),
        };
        if key.is_none() && !endpoint.is_loopback() {
            return Check::fail(ID, format!("{endpoint} is asked without a key"))
                .fix("set GONGKIT__LLM__API_KEY_FILE, or llm.api_key_file");
        }
        if endpoint.is_loopback() && !is_listening(&endpoint).await {
            return Check::warn(ID, format!("nobody listens at {endpoint}"))
                .why("summaries and answers by the model fail until its server runs")
                .fix("start the server, or set llm.base_url to where it is");
        }
        let what = format!(
            "{} by {} at {endpoint}; {} tokens at once, {} for one command",
            settings.model.trim(),
            settings.provider.as_str(),
            settings.context,
            settings.budget_tokens
        );
        if settings.redact == YesNo::No {
            return Check::warn(ID, what)
                .why("names, addresses and telephone numbers are sent as they are")
                .fix("set llm.redact to yes");
        }
        Check::ok(ID, what)
    }
}

async fn is_listening(endpoint: &Endpoint) -> bool {
    let Ok(url) = Url::parse(&endpoint.to_string()) else {
        return false;
    };
    let Ok(addresses) = url.socket_addrs(|| None) else {
        return false;
    };
    let connecting = TcpStream::connect(addresses.as_slice());
    let connected = tokio::time::timeout(DEADLINE, connecting).await;
    connected.is_ok_and(|connected| connected.is_ok())
}
