//! Keys as text: pairs of lines `id = …` and `key = …`, the newest pair first.
//!
//! The key is 64 hexadecimal digits. Lines that begin with `#` and lines without `=` say nothing.
//! Digits alone are a key as well; its id is then made from it, so that it is always the same.

use std::fmt::Write as _;

use zeroize::Zeroizing;

use crate::{Error, ErrorKind, Kek};

const PREAMBLE: &str = "\
# The key of the call archive in this folder. If there are several, the first is in use and the
# others open backups.
# Keep a copy in a safe place apart from the archive and its backups. Without this key nobody can
# read the archive again; whoever has both can read every call.
";

/// Reads every key of a text; at least one.
pub(crate) fn read_key_text(text: &str) -> Result<Vec<Kek>, Error> {
    if let Some(key) = digits(text.trim()) {
        let id = blake3::derive_key("gongkit 2026-11 id of a key-encryption key", key.as_slice());
        return Ok(vec![Kek::new(format!("k-{}", hex::encode(&id[..8])), key)?]);
    }
    let mut keys: Vec<Kek> = Vec::new();
    let mut id = None;
    for line in text
        .lines()
        .filter(|line| !line.trim_start().starts_with('#'))
    {
        let Some((name, value)) = line.split_once('=') else {
            continue;
        };
        match name.trim() {
            "id" if id.is_none() => id = Some(value.trim()),
            "key" => {
                let id = id.take().ok_or_else(malformed)?;
                let key = digits(value.trim()).ok_or_else(malformed)?;
                if keys.iter().any(|held| held.id() == id) {
                    return Err(malformed());
                }
                keys.push(Kek::new(id, key)?);
            }
            _ => return Err(malformed()),
        }
    }
    if id.is_some() || keys.is_empty() {
        return Err(malformed());
    }
    Ok(keys)
}

/// Writes keys as they are read.
pub(crate) fn write_key_text(keys: &[Kek]) -> Zeroizing<String> {
    // As long as it will be, so that growing leaves no copy behind.
    let mut text = Zeroizing::new(String::with_capacity(PREAMBLE.len() + keys.len() * 256));
    text.push_str(PREAMBLE);
    for kek in keys {
        let digits = Zeroizing::new(hex::encode(kek.expose_bytes()));
        // Writing into a string cannot fail.
        let _ = write!(text, "id = {}\nkey = {}\n", kek.id(), digits.as_str());
    }
    text
}

fn digits(text: &str) -> Option<Zeroizing<[u8; 32]>> {
    let mut bytes = Zeroizing::new([0; 32]);
    hex::decode_to_slice(text, bytes.as_mut_slice()).ok()?;
    Some(bytes)
}

fn malformed() -> Error {
    Error::new(ErrorKind::WrongKey, "the key file is malformed")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_read_back_as_they_were_written() {
        let keys = [
            Kek::random().expect("random"),
            Kek::random().expect("random"),
        ];

        let text = write_key_text(&keys);
        let again = read_key_text(&text).expect("keys");

        let bare = |keys: &[Kek]| -> Vec<(String, [u8; 32])> {
            let keys = keys.iter();
            keys.map(|kek| (kek.id().to_owned(), *kek.expose_bytes()))
                .collect()
        };
        assert_eq!(bare(&again), bare(&keys));
    }

    #[test]
    fn digits_alone_are_a_key_with_an_id_of_their_own() {
        let ids = |text: &str| {
            let keys = read_key_text(text).expect("keys");
            keys.iter()
                .map(|kek| kek.id().to_owned())
                .collect::<Vec<_>>()
        };

        let first = ids(&format!(" {}\n", "01".repeat(32)));

        assert_eq!(first, ids(&"01".repeat(32)));
        assert_ne!(first, ids(&"02".repeat(32)));
    }

    #[test]
    fn a_text_that_holds_no_keys_is_refused() {
        let digits = "0".repeat(64);
        for bad in [
            String::new(),
            "hello".to_owned(),
            "id = k\nkey = 00\n".to_owned(),
            format!("key = {digits}\n"),
            format!("id = \nkey = {digits}\n"),
            format!("id = a b\nkey = {digits}\n"),
            format!("id = a\nid = b\nkey = {digits}\n"),
            format!("id = a\nkey = {digits}\nid = a\nkey = {digits}\n"),
            format!("id = a\nkey = {digits}\nid = b\n"),
            format!("id = a\nkey = {digits}\ncolour = red\n"),
        ] {
            let refused = read_key_text(&bad).map(|_| ()).map_err(|e| e.kind());
            assert_eq!(refused, Err(ErrorKind::WrongKey), "{bad:?}");
        }
        assert!(read_key_text(&format!("# c = d\n id=k\nkey={digits}")).is_ok());
    }
}
