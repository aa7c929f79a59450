//! Requests to the identity provider: over https, with a deadline, and no longer than it makes sense.

use std::time::Duration;

use reqwest::{Client, RequestBuilder, StatusCode, header};
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::Value;
use url::{Url, form_urlencoded};

use crate::{Error, ErrorKind};

use super::Document;

/// A request takes no longer, its answer included.
const DEADLINE: Duration = Duration::from_secs(5);
/// A longer answer is none.
const LONGEST: usize = 256 * 1024;

/// Whom a browser that was sent to the provider's page comes back for.
pub(crate) struct Buyer<'a> {
    pub(crate) client_id: &'a str,
    pub(crate) client_secret: Option<&'a SecretString>,
    pub(crate) redirect: &'a str,
}

/// Reads a page of the provider.
pub(super) async fn get(url: &Url) -> Result<String, Error> {
    let (status, text) = sent(client()?.get(url.clone())).await?;
    if status.is_success() {
        Ok(text)
    } else {
        Err(failed())
    }
}

/// Gives a code for what the provider says about who signed in. A code is taken once, and only with
/// the text whose hash went with the question (PKCE).
///
/// # Errors
/// `NotAuthorised` where the provider does not take the code, `NotConfigured` where it does not take
/// the client, `TryLater` where it does not answer.
pub(crate) async fn bought(
    document: &Document,
    buyer: &Buyer<'_>,
    code: &str,
    verifier: &str,
) -> Result<String, Error> {
    let request = request_for(document, buyer, code, verifier)?;
    let (status, text) = sent(request).await?;
    match status {
        status if status.is_success() => {
            // What came is not quoted, and what else came is not looked at: it may hold tokens.
            let bought: Option<Value> = serde_json::from_str(&text).ok();
            let token = bought
                .as_ref()
                .and_then(|bought| bought["id_token"].as_str());
            token.map(str::to_owned).ok_or_else(failed)
        }
        StatusCode::BAD_REQUEST if says(&text, "invalid_grant") => Err(Error::new(
            ErrorKind::NotAuthorised,
            "the identity provider does not take the code",
        )),
        StatusCode::BAD_REQUEST | StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => {
            Err(Error::new(
                ErrorKind::NotConfigured,
                "the identity provider does not take gongkit as a client",
            )
            .hint("check auth.client_id, auth.client_secret and auth.redirect"))
        }
        _ => Err(failed()),
    }
}

/// The request for a token.
fn request_for(
    document: &Document,
    buyer: &Buyer<'_>,
    code: &str,
    verifier: &str,
) -> Result<RequestBuilder, Error> {
    let mut form = form_urlencoded::Serializer::new(String::new());
    form.append_pair("grant_type", "authorization_code")
        .append_pair("code", code)
        .append_pair("redirect_uri", buyer.redirect)
        .append_pair("code_verifier", verifier);
    let mut request = client()?.post(safe(&document.tokens)?);
    match buyer.client_secret {
        Some(secret) if document.takes_basic => {
            // RFC 6749, 2.3.1: id and secret are written as in a form, then as basic authorisation.
            let id = encoded(buyer.client_id);
            request = request.basic_auth(id, Some(encoded(secret.expose_secret())));
        }
        Some(secret) => {
            form.append_pair("client_id", buyer.client_id)
                .append_pair("client_secret", secret.expose_secret());
        }
        None => {
            form.append_pair("client_id", buyer.client_id);
        }
    }
    let kind = "application/x-www-form-urlencoded";
    Ok(request
        .header(header::CONTENT_TYPE, kind)
        .header(header::ACCEPT, "application/json")
        .body(form.finish()))
}

/// Whether a refusal is this one.
fn says(text: &str, error: &str) -> bool {
    let refusal: Option<Value> = serde_json::from_str(text).ok();
    refusal.is_some_and(|refusal| refusal["error"].as_str() == Some(error))
}

fn encoded(text: &str) -> String {
    form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

fn client() -> Result<Client, Error> {
    Client::builder()
        .timeout(DEADLINE)
        .redirect(reqwest::redirect::Policy::none())
        .build()
        .map_err(|error| failed().caused_by(error))
}

async fn sent(request: RequestBuilder) -> Result<(StatusCode, String), Error> {
    let broken = |error: reqwest::Error| failed().caused_by(error.without_url());
    let mut answer = request.send().await.map_err(broken)?;
    let mut bytes = Vec::new();
    while let Some(chunk) = answer.chunk().await.map_err(broken)? {
        bytes.extend_from_slice(&chunk);
        if bytes.len() > LONGEST {
            return Err(failed());
        }
    }
    let text = String::from_utf8(bytes).map_err(|error| failed().caused_by(error))?;
    Ok((answer.status(), text))
}

/// The provider is asked over https, or on this machine.
pub(super) fn safe(address: &str) -> Result<Url, Error> {
    let url: Option<Url> = address.parse().ok();
    let is_safe = url.as_ref().is_some_and(|url| {
        let is_here = match url.host() {
            Some(url::Host::Ipv4(host)) => host.is_loopback(),
            Some(url::Host::Ipv6(host)) => host.is_loopback(),
            Some(url::Host::Domain(host)) => host == "localhost",
            None => false,
        };
        url.scheme() == "https" || (url.scheme() == "http" && is_here)
    });
    url.filter(|_| is_safe).ok_or_else(|| {
        let what = "the identity provider must be reached over https";
        Error::new(ErrorKind::NotConfigured, what).hint("check auth.issuer and auth.jwks_url")
    })
}

pub(crate) fn failed() -> Error {
    Error::new(
        ErrorKind::TryLater,
        "the identity provider does not answer as it should",
    )
}
