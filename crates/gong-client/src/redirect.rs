//! What a redirect of Gong's means: it is never followed, and explained instead.
use gong_auth::BaseUrl;
use url::Url;

use crate::{Error, ErrorKind};

/// A key used on the wrong host of Gong's is answered by a redirect to the right one. A client
/// that followed it would drop the `Authorization` header on the way, as it must, and show a
/// puzzling 401.
pub(crate) fn explain(status: u16, asked: &Url, location: Option<&str>) -> Error {
    let target = location.and_then(|location| asked.join(location).ok());
    let kind = match target {
        None => ErrorKind::Redirected {
            to: "an address that is none".into(),
        },
        Some(target) => {
            let to = target.origin().ascii_serialization();
            if to != asked.origin().ascii_serialization() && is_api(&target) {
                ErrorKind::WrongHost { base_url: to }
            } else {
                ErrorKind::Redirected { to }
            }
        }
    };
    Error::new(kind).answered(status, None, Vec::new())
}

/// Whether it would be right to send credentials there: a portal's page must not talk a person
/// into it.
fn is_api(target: &Url) -> bool {
    let is_web_page = target.host_str().is_some_and(|host| {
        host == "app.gong.io" || host.ends_with(".app.gong.io") || host == "www.gong.io"
    });
    !is_web_page && BaseUrl::parse(&target.origin().ascii_serialization()).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(location: Option<&str>, message: &str) {
        let asked = Url::parse("https://api.gong.io/v2/calls?cursor=secret").unwrap();

        let error = explain(302, &asked, location);

        assert_eq!(error.to_string(), format!("{message} (status 302)"));
        assert!(!error.is_transient());
    }

    #[test]
    fn a_redirect_to_another_host_of_the_api_names_the_base_url_to_set() {
        let belongs = "this key belongs to https://us-1.api.gong.io; \
                       set GONG_BASE_URL=https://us-1.api.gong.io";
        check(
            Some("https://us-1.api.gong.io/v2/calls?cursor=secret"),
            belongs,
        );
        check(Some("//us-1.api.gong.io"), belongs);
        check(
            Some("http://127.0.0.1:9/v2"),
            "this key belongs to http://127.0.0.1:9; set GONG_BASE_URL=http://127.0.0.1:9",
        );
    }

    #[test]
    fn nobody_is_told_to_send_a_key_to_a_page_or_to_a_stranger() {
        for (location, to) in [
            ("https://app.gong.io/login?x=1", "https://app.gong.io"),
            ("http://us-1.api.gong.io/", "http://us-1.api.gong.io"),
            ("https://portal.example/login", "https://portal.example"),
            (
                "https://api.gong.io.example/",
                "https://api.gong.io.example",
            ),
            ("/v3/calls", "https://api.gong.io"),
        ] {
            check(
                Some(location),
                &format!("a redirect to {to} was not followed"),
            );
        }
        check(
            None,
            "a redirect to an address that is none was not followed",
        );
    }
}
