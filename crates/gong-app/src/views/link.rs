//! The link that opens a call at the moment that is cited.

use conversation::Span;
use url::Url;
use url::form_urlencoded::byte_serialize;

/// A call's own address, if it is a web address without a password in it.
pub(crate) fn plain_link(url: &str) -> Option<String> {
    Some(web_address(url)?.to_string())
}

fn web_address(url: &str) -> Option<Url> {
    let address = Url::parse(url.trim()).ok()?;
    let is_web = matches!(address.scheme(), "https" | "http");
    let is_plain = address.username().is_empty() && address.password().is_none();
    (is_web && is_plain).then_some(address)
}

/// The call's own address; at Gong, with the moment marked in the form of Gong's own documents
/// (`highlights`, in whole seconds). What is no web address gives no link.
pub(crate) fn moment_link(url: &str, span: Span) -> Option<String> {
    let address = web_address(url)?;
    let is_gong = address
        .host_str()
        .is_some_and(|host| host == "gong.io" || host.ends_with(".gong.io"));
    let mut link = address.to_string();
    if !is_gong || address.scheme() != "https" {
        return Some(link);
    }
    let from = span.start_ms() / 1_000;
    let to = span.end_ms().div_ceil(1_000).max(from + 1);
    let moment = format!(r#"[{{"to": {to}, "from": {from}, "type": "LIBRARY"}}]"#);
    let moment: String = byte_serialize(moment.as_bytes()).collect();
    let fragment = link.find('#').unwrap_or(link.len());
    let join = if address.query().is_some() { '&' } else { '?' };
    link.insert_str(fragment, &format!("{join}highlights={moment}"));
    Some(link)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn link(url: &str, from: u64, to: u64) -> Option<String> {
        moment_link(url, Span::from_millis(from, to))
    }

    #[test]
    fn a_link_into_gong_has_the_form_of_gongs_own_example() {
        assert_eq!(
            link(
                "https://app.gong.io/call?id=3636865806219496180",
                1_200_000,
                3_240_000
            )
            .as_deref(),
            Some(
                "https://app.gong.io/call?id=3636865806219496180&highlights=%5B%7B%22to%22%3A+3240%2C+%22from%22%3A+1200%2C+%22type%22%3A+%22LIBRARY%22%7D%5D"
            )
        );
    }

    #[test]
    fn a_moment_is_at_least_a_second_and_holds_what_was_said() {
        let short = link("https://us-1.app.gong.io/call?id=1#x", 1_500, 1_900).expect("a link");
        assert!(
            short.contains("%22to%22%3A+2%2C+%22from%22%3A+1%2C"),
            "{short}"
        );
        assert!(short.ends_with("#x"), "{short}");
    }

    #[test]
    fn an_address_elsewhere_stays_as_it_is_and_what_is_none_gives_no_link() {
        assert_eq!(
            link("https://app.gong.example/call?id=1", 0, 1).as_deref(),
            Some("https://app.gong.example/call?id=1")
        );
        assert_eq!(
            link("https://evilgong.io/call?id=1", 0, 1).as_deref(),
            Some("https://evilgong.io/call?id=1")
        );
        for bad in [
            "javascript:alert(1)",
            "",
            "call 7",
            "https://gong.io@evil.example/x",
            "file:///etc/passwd",
        ] {
            assert_eq!(link(bad, 0, 1), None, "{bad}");
        }
    }

    #[test]
    fn nothing_in_an_address_moves_a_terminal() {
        let link =
            link("https://app.gong.example/\u{1b}[2J\u{202e}?a=\u{7}", 0, 1).expect("a link");
        assert!(link.chars().all(|c| c.is_ascii_graphic()), "{link}");
    }
}
