//! The text of an API key: how it is made, read and compared.
//!
//! ```text
//! gongkit_<id, 12 hex digits>_<secret, 64 hex digits>_<checksum, 8 hex digits>
//! ```
//!
//! The checksum lets a scanner tell a leaked key from noise and a typing error from a wrong key.
//! The secret is 256 random bits, so its plain SHA-256 can be kept: there is nothing to guess.

use aws_lc_rs::constant_time::verify_slices_are_equal;
use aws_lc_rs::digest;
use secrecy::SecretString;

/// What every key begins with.
pub const KEY_PREFIX: &str = "gongkit_";
const ID_BYTES: usize = 6;
const SECRET_BYTES: usize = 32;

/// A key that was made just now: shown once, then only its hash is known.
#[derive(Debug)]
#[non_exhaustive]
pub struct NewKey {
    /// Its id.
    pub id: String,
    /// What its holder is given.
    pub text: SecretString,
    /// What is kept.
    pub hash: String,
}

impl NewKey {
    /// Makes a key of random bytes.
    pub fn of(random: &[u8; ID_BYTES + SECRET_BYTES]) -> Self {
        let (id, secret) = random.split_at(ID_BYTES);
        let id = hex::encode(id);
        let body = format!("{KEY_PREFIX}{id}_{}", hex::encode(secret));
        Self {
            hash: hash(secret),
            text: format!("{body}_{}", checksum(&body)).into(),
            id,
        }
    }
}

/// A key that somebody shows.
pub struct ShownKey {
    id: String,
    hash: String,
}

impl ShownKey {
    /// Reads a key; none if the text is not one.
    pub fn read(text: &str) -> Option<Self> {
        let (body, sum) = text.rsplit_once('_')?;
        if sum != checksum(body) {
            return None;
        }
        let (id, secret) = body.strip_prefix(KEY_PREFIX)?.split_once('_')?;
        let secret = hex::decode(secret).ok()?;
        let is_whole = id.len() == 2 * ID_BYTES && secret.len() == SECRET_BYTES;
        is_whole.then(|| Self {
            id: id.to_owned(),
            hash: hash(&secret),
        })
    }

    /// The id that it claims.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Whether its secret has this hash, in a time that does not tell how much of it is right.
    pub fn fits(&self, hash: &str) -> bool {
        verify_slices_are_equal(self.hash.as_bytes(), hash.as_bytes()).is_ok()
    }
}

fn hash(secret: &[u8]) -> String {
    hex::encode(digest::digest(&digest::SHA256, secret))
}

fn checksum(body: &str) -> String {
    let digest = digest::digest(&digest::SHA256, body.as_bytes());
    let mut text = hex::encode(digest);
    text.truncate(8);
    text
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret as _;

    use super::*;

    fn made(byte: u8) -> NewKey {
        NewKey::of(&[byte; ID_BYTES + SECRET_BYTES])
    }

    #[test]
    fn a_key_that_is_shown_fits_its_hash_and_no_other() {
        let key = made(7);
        let shown = ShownKey::read(key.text.expose_secret()).expect("a key");
        assert_eq!(shown.id(), key.id);
        assert!(shown.fits(&key.hash));
        assert!(!shown.fits(&made(8).hash));
        assert!(!shown.fits("") && !shown.fits(&key.hash[..60]));
    }

    #[test]
    fn any_character_that_is_changed_is_no_key() {
        let text = made(7).text.expose_secret().to_owned();
        assert_eq!(text.len(), 94);
        for at in 0..text.len() {
            let mut bytes = text.clone().into_bytes();
            bytes[at] = if bytes[at] == b'x' { b'y' } else { b'x' };
            let changed = String::from_utf8(bytes).expect("ASCII");
            assert!(ShownKey::read(&changed).is_none(), "{at}");
        }
        for cut in 0..text.len() {
            assert!(ShownKey::read(&text[..cut]).is_none());
        }
        for foreign in ["", "_", "gongkit_", "eyJhbGciOiJSUzI1NiJ9.e30.x"] {
            assert!(ShownKey::read(foreign).is_none());
        }
    }

    #[test]
    fn neither_a_new_key_nor_its_debug_form_holds_the_secret_openly() {
        let key = made(0xab);
        let secret = "ab".repeat(SECRET_BYTES);
        assert!(!format!("{key:?}").contains(&secret));
        assert!(!key.hash.contains(&secret));
    }
}
