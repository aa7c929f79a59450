//! One exchange of one request for one answer, with a deadline and a limit of size.
use std::{error, io, time::Duration};

use bytes::{Bytes, BytesMut};
use gong_auth::BaseUrl;
use reqwest::{Certificate, header, redirect::Policy, retry};
use secrecy::{ExposeSecret as _, SecretString};
use url::Url;

use crate::{Error, ErrorKind, Failure, Method, form::Form};

/// The longest that making a connection may take.
pub const CONNECT_DEADLINE: Duration = Duration::from_secs(10);
/// The longest that one attempt may take, from connecting to the last byte; a file to send has
/// more, at [`crate::SLOWEST_UPLOAD`].
pub const REQUEST_DEADLINE: Duration = Duration::from_mins(1);
/// The largest body of an answer. A full page of everything is a few megabytes.
pub const MAX_BODY: usize = 64 * 1024 * 1024;
/// Connections that Gong may already have closed are not used again.
const IDLE_CONNECTION: Duration = Duration::from_secs(30);
/// The largest body of an error; more of it is not read.
const MAX_ERROR_BODY: usize = 64 * 1024;

/// How connections are made and what they may cost.
#[derive(Clone, Debug)]
pub(crate) struct Limits {
    pub(crate) connect: Duration,
    pub(crate) request: Duration,
    pub(crate) max_body: usize,
}

#[derive(Debug)]
pub(crate) struct Transport {
    http: reqwest::Client,
    limits: Limits,
}

/// A request ready to be sent, as often as need be.
#[derive(Debug)]
pub(crate) struct Prepared {
    pub(crate) method: Method,
    pub(crate) url: Url,
    pub(crate) body: Option<Bytes>,
    pub(crate) form: Option<Form>,
}

/// What came back, whatever its status.
#[derive(Debug)]
pub(crate) struct Received {
    pub(crate) status: u16,
    pub(crate) location: Option<String>,
    pub(crate) retry_after: Option<Duration>,
    pub(crate) body: Bytes,
}

impl Transport {
    pub(crate) fn new(
        base: &BaseUrl,
        limits: Limits,
        user_agent: &str,
        root_certificate: Option<&[u8]>,
    ) -> Result<Self, Error> {
        let setup = |error: reqwest::Error| Error::new(ErrorKind::Setup).caused_by(error);
        let own = root_certificate
            .map(Certificate::from_pem)
            .transpose()
            .map_err(setup)?;
        let builder = reqwest::Client::builder()
            .user_agent(user_agent)
            .redirect(Policy::none())
            .retry(retry::never())
            .no_proxy()
            .referer(false)
            .connect_timeout(limits.connect)
            .pool_idle_timeout(IDLE_CONNECTION);
        // On loopback only the given certificate counts, and the machine needs none installed.
        let builder = if base.is_loopback() {
            builder.tls_certs_only(own)
        } else {
            builder.tls_certs_merge(own)
        };
        Ok(Self {
            http: builder.build().map_err(setup)?,
            limits,
        })
    }

    pub(crate) fn deadline(&self) -> Duration {
        self.limits.request
    }

    pub(crate) async fn exchange(
        &self,
        prepared: &Prepared,
        authorization: &SecretString,
    ) -> Result<Received, (Failure, Error)> {
        let exchange = self.exchange_without_deadline(prepared, authorization);
        let sending = prepared.form.as_ref().map_or(Duration::ZERO, Form::time);
        tokio::time::timeout(self.limits.request + sending, exchange)
            .await
            .unwrap_or_else(|late| Err((Failure::TimedOut, timed_out().caused_by(late))))
    }

    async fn exchange_without_deadline(
        &self,
        prepared: &Prepared,
        authorization: &SecretString,
    ) -> Result<Received, (Failure, Error)> {
        let mut authorization = header::HeaderValue::from_str(authorization.expose_secret())
            .map_err(|_| {
                let reason = "the authorization is no valid header value";
                (
                    Failure::Final,
                    Error::new(ErrorKind::Credentials).caused_by(reason),
                )
            })?;
        authorization.set_sensitive(true);
        let mut request = self
            .http
            .request(prepared.method.into(), prepared.url.clone())
            .header(header::AUTHORIZATION, authorization)
            .header(header::ACCEPT, "application/json");
        if let Some(body) = &prepared.body {
            request = request
                .header(header::CONTENT_TYPE, "application/json")
                .body(body.clone());
        }
        if let Some(form) = &prepared.form {
            request = request
                .header(header::CONTENT_TYPE, form.content_type())
                .header(header::CONTENT_LENGTH, form.length())
                .body(form.body().await.map_err(|error| (Failure::Final, error))?);
        }
        let mut response = request.send().await.map_err(failed)?;
        let status = response.status().as_u16();
        let text = |name| {
            response
                .headers()
                .get(name)
                .and_then(|value| value.to_str().ok())
                .map(str::to_owned)
        };
        let location = text(header::LOCATION);
        let retry_after =
            text(header::RETRY_AFTER).and_then(|text| crate::gong_error::retry_after(&text));
        let body = if (200..300).contains(&status) {
            read_body(&mut response, self.limits.max_body).await?
        } else {
            // The status says what happened even when the rest of the answer does not arrive.
            read_body(&mut response, MAX_ERROR_BODY)
                .await
                .unwrap_or_default()
        };
        Ok(Received {
            status,
            location,
            retry_after,
            body,
        })
    }
}

impl From<Method> for reqwest::Method {
    fn from(method: Method) -> Self {
        match method {
            Method::Get => Self::GET,
            Method::Post => Self::POST,
            Method::Put => Self::PUT,
            Method::Patch => Self::PATCH,
            Method::Delete => Self::DELETE,
        }
    }
}

async fn read_body(
    response: &mut reqwest::Response,
    limit: usize,
) -> Result<Bytes, (Failure, Error)> {
    let too_large = || (Failure::Final, Error::new(ErrorKind::TooLarge { limit }));
    if response
        .content_length()
        .is_some_and(|length| length > limit as u64)
    {
        return Err(too_large());
    }
    let mut body = BytesMut::new();
    while let Some(chunk) = response.chunk().await.map_err(failed)? {
        if body.len() + chunk.len() > limit {
            return Err(too_large());
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body.freeze())
}

fn failed(error: reqwest::Error) -> (Failure, Error) {
    let (failure, kind) = if is_about_certificate(&error) {
        (Failure::Final, ErrorKind::Untrusted)
    } else if error.is_connect() {
        (Failure::NotConnected, ErrorKind::Unreachable)
    } else if error.is_timeout() {
        (Failure::TimedOut, ErrorKind::TimedOut)
    } else if error.is_builder() {
        (Failure::Final, ErrorKind::Setup)
    } else {
        (Failure::Interrupted, ErrorKind::Interrupted)
    };
    (failure, Error::new(kind).caused_by(error.without_url()))
}

/// A certificate that is not trusted now will not be trusted at the next attempt.
fn is_about_certificate(error: &(dyn error::Error + 'static)) -> bool {
    if let Some(tls) = error.downcast_ref::<rustls::Error>() {
        return matches!(tls, rustls::Error::InvalidCertificate(_));
    }
    // An `io::Error` does not count what it wraps among its sources.
    let wrapped = error
        .downcast_ref::<io::Error>()
        .and_then(io::Error::get_ref);
    match wrapped {
        Some(wrapped) => is_about_certificate(wrapped),
        None => error.source().is_some_and(is_about_certificate),
    }
}

pub(crate) fn timed_out() -> Error {
    Error::new(ErrorKind::TimedOut)
}
