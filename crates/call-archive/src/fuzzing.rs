//! Doors for the fuzz targets: what reads bytes that could come from anywhere, with its laws.

use conversation::Tenant;
use zeroize::Zeroizing;

use crate::cursor::Cursor;
use crate::stored::{Key, Logged, Place, read_key_text, unpack, write_key_text};

/// An erase log is read or refused; a whole line more or less changes nothing else.
pub fn erase_log(text: &str) {
    let tenant = Tenant::default();
    let Ok(found) = Logged::parse(text, &tenant) else {
        return;
    };
    let torn = format!("{text}\ncall default 00");
    let again = Logged::parse(&torn, &tenant).map(|again| again.calls.len());
    // The text may itself have ended in the midst of a line, which is whole now.
    assert!(again.is_err() || again.is_ok_and(|calls| calls >= found.calls.len()));
}

/// A key file is read or refused, and reads back as it is written.
pub fn key_file(text: &str) {
    let Ok(keys) = read_key_text(text) else {
        return;
    };
    assert!(!keys.is_empty(), "a key file without a key was read");
    let written = write_key_text(&keys);
    let again = read_key_text(&written).expect("what was written reads");
    assert_eq!(keys.len(), again.len());
    for (one, other) in keys.iter().zip(&again) {
        assert!(one.id() == other.id() && one.expose_bytes() == other.expose_bytes());
    }
}

/// A sealed value opens or does not; one that opens does not when its last byte is changed.
pub fn sealed(bytes: &[u8]) {
    let tenant = Tenant::default();
    let place = Place {
        tenant: &tenant,
        table: "calls",
        row: "1",
        column: "title",
    };
    let key = Key::from_bytes(Zeroizing::new([7; 32]));
    if key.open(place, bytes).is_ok() {
        let mut changed = bytes.to_vec();
        if let Some(last) = changed.last_mut() {
            *last ^= 1;
        }
        assert!(key.open(place, &changed).is_err(), "a changed value opens");
    }
    // What stands behind the seal, as if it had been opened.
    drop(unpack(bytes));
}

/// The place where a page ended is read or refused, and reads back as it is written.
pub fn cursor(text: &str) {
    if let Ok(cursor) = Cursor::parse(text) {
        let again = Cursor::parse(&cursor.to_text()).expect("what was written reads");
        assert_eq!(again, cursor);
    }
}
