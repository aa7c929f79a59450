//! The few cookies: reading them, and setting them as strictly as browsers allow.

use axum::http::{HeaderMap, HeaderValue, header};
use jiff::SignedDuration;

/// The names of the cookies of a listener. Browsers do not keep cookies of two ports of a host apart,
/// so the port stands in the names.
#[derive(Clone, Debug)]
pub(crate) struct Cookies {
    /// What lets a browser in.
    pub(crate) session: String,
    /// What the login form is tied to.
    pub(crate) before_login: String,
    /// What a sign-in on the identity provider's page is tied to.
    pub(crate) sign_in: String,
    /// Dark, light, or as the system has it.
    pub(crate) theme: String,
    is_secure: bool,
}

impl Cookies {
    /// Those of a listener at a port; secure where browsers reach it by https.
    pub(crate) fn of(port: u16, is_secure: bool) -> Self {
        // Browsers take a cookie of this name only if it is secure and of this very host.
        let prefix = if is_secure { "__Host-" } else { "" };
        Self {
            session: format!("{prefix}gongkit-{port}"),
            before_login: format!("{prefix}gongkit-login-{port}"),
            sign_in: format!("{prefix}gongkit-sign-in-{port}"),
            theme: format!("{prefix}gongkit-theme-{port}"),
            is_secure,
        }
    }

    /// Sets a cookie.
    pub(crate) fn set(&self, name: &str, value: &str, lasts: SignedDuration) -> HeaderValue {
        self.set_for(name, value, lasts, "Strict")
    }

    /// Sets a cookie that comes along when a browser is sent here from another site, too.
    pub(crate) fn set_across(&self, name: &str, value: &str, lasts: SignedDuration) -> HeaderValue {
        self.set_for(name, value, lasts, "Lax")
    }

    fn set_for(&self, name: &str, value: &str, lasts: SignedDuration, site: &str) -> HeaderValue {
        let secure = if self.is_secure { "; Secure" } else { "" };
        let age = lasts.as_secs();
        let text =
            format!("{name}={value}; Path=/; Max-Age={age}; HttpOnly; SameSite={site}{secure}");
        HeaderValue::from_str(&text).expect("names and values here are plain words")
    }

    /// Takes a cookie back.
    pub(crate) fn forget(&self, name: &str) -> HeaderValue {
        self.set(name, "", SignedDuration::ZERO)
    }
}

/// The value of a cookie; none where it comes twice.
pub(crate) fn cookie<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    let lines = headers.get_all(header::COOKIE).iter();
    let pairs = lines
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='));
    let mut of_name = pairs.filter(|(found, _)| *found == name);
    match (of_name.next(), of_name.next()) {
        (Some((_, value)), None) => Some(value),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cookie_is_found_by_its_whole_name_and_two_are_none() {
        let mut headers = HeaderMap::new();
        let line = "a=1; gongkit-9004=x=y;b=; gongkit-90=2";
        headers.insert(header::COOKIE, HeaderValue::from_static(line));

        assert_eq!(cookie(&headers, "gongkit-9004"), Some("x=y"));
        assert_eq!(cookie(&headers, "b"), Some(""));
        assert_eq!(cookie(&headers, "gongkit"), None);

        headers.append(header::COOKIE, HeaderValue::from_static("a=2"));
        assert_eq!(cookie(&headers, "a"), None);
    }

    #[test]
    fn no_script_and_no_other_site_has_a_cookie() {
        let plain = Cookies::of(9004, false);
        let set = plain.set(&plain.session, "v", SignedDuration::from_secs(60));
        assert_eq!(
            set.to_str().expect("text"),
            "gongkit-9004=v; Path=/; Max-Age=60; HttpOnly; SameSite=Strict"
        );
        let secure = Cookies::of(9004, true);
        let set = secure.forget(&secure.session);
        assert_eq!(
            set.to_str().expect("text"),
            "__Host-gongkit-9004=; Path=/; Max-Age=0; HttpOnly; SameSite=Strict; Secure"
        );
    }
}
