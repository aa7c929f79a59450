//! The address that the key is sent to: Gong over https or this machine, whatever was typed.

use gong_auth::BaseUrl;

/// Reads an address and joins a resource to it.
///
/// # Panics
/// When an address is taken that is neither Gong's nor loopback, or an id leaves its segment.
pub fn base_url(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let (address, id) = text.split_once('\n').unwrap_or((&text, "7"));
    let Ok(base) = BaseUrl::parse(address) else {
        return;
    };
    assert!(!base.is_foreign(), "a foreign host was taken");
    let again = BaseUrl::parse(&base.to_string()).expect("what was read once reads again");
    assert_eq!(again, base);
    let url = base.join(["v2", "calls", id]);
    assert_eq!(url.origin().ascii_serialization(), base.origin());
    let is_ours = url.scheme() == "https"
        && url
            .host_str()
            .is_some_and(|host| host == "gong.io" || host.ends_with(".gong.io"));
    assert!(is_ours || base.is_loopback(), "an id led to another host");
    assert!(
        url.query().is_none() && url.fragment().is_none(),
        "an id left the path"
    );
    // An empty id and dots alone say nothing, nor do tabs and line ends; every other id is one segment.
    let said = id.replace(['\t', '\n', '\r'], "");
    if !matches!(&*said, "" | "." | "..") {
        let segments = url.path_segments().map_or(0, Iterator::count);
        let below = BaseUrl::parse(address).map_or(0, |base| {
            base.join(["x"]).path_segments().map_or(0, Iterator::count)
        });
        assert_eq!(segments, below + 2, "an id is one segment");
    }
}
