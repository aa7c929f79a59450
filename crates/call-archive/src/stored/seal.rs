//! Sealing: AES-256-GCM under a key of its own, bound to the place the value stands in.
//!
//! A sealed value is a format byte, a random nonce of 12 bytes, the ciphertext and a tag of 16
//! bytes. Format 1 seals the bytes as they are, format 2 after zstd. What is authenticated beside
//! it are six lines joined by line feeds: `call-archive`, the format byte as a decimal number, the
//! tenant, the table, the row (the key columns after the tenant, joined by `/`), and the column.
//! A value that is moved to another row or column does not open there.

use aws_lc_rs::aead::{AES_256_GCM, Aad, NONCE_LEN, Nonce, RandomizedNonceKey};
use aws_lc_rs::rand;
use conversation::Tenant;
use zeroize::Zeroizing;

use crate::{Error, ErrorKind};

use super::fault::damaged;

const PLAIN: u8 = 1;
const COMPRESSED: u8 = 2;
const LEVEL: i32 = 3;

/// The longest value that is unpacked: beyond the longest recorded day by far.
const MOST_BYTES: usize = 256 * 1024 * 1024;

/// A key of 256 bits, gone from memory when it is dropped.
pub(crate) struct Key(Zeroizing<[u8; 32]>);

/// Where a sealed value stands.
#[derive(Clone, Copy)]
pub(crate) struct Place<'a> {
    pub(crate) tenant: &'a Tenant,
    pub(crate) table: &'static str,
    pub(crate) row: &'a str,
    pub(crate) column: &'static str,
}

impl Place<'_> {
    fn line_up(self, format: u8) -> String {
        let Self {
            tenant,
            table,
            row,
            column,
        } = self;
        format!("call-archive\n{format}\n{tenant}\n{table}\n{row}\n{column}")
    }
}

impl Key {
    /// A new random key.
    pub(crate) fn random() -> Result<Self, Error> {
        let mut bytes = Zeroizing::new([0; 32]);
        rand::fill(bytes.as_mut_slice()).map_err(|_| failed("no random numbers to be had"))?;
        Ok(Self(bytes))
    }

    pub(crate) fn from_bytes(bytes: Zeroizing<[u8; 32]>) -> Self {
        Self(bytes)
    }

    pub(crate) fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// Seals bytes as they are.
    pub(crate) fn seal(&self, place: Place<'_>, plain: &[u8]) -> Result<Vec<u8>, Error> {
        self.seal_as(PLAIN, place, plain)
    }

    /// Seals bytes after making them small.
    pub(crate) fn seal_small(&self, place: Place<'_>, plain: &[u8]) -> Result<Vec<u8>, Error> {
        let packed = zstd::bulk::compress(plain, LEVEL)
            .map_err(|error| failed("a value could not be compressed").caused_by(error))?;
        self.seal_as(COMPRESSED, place, &Zeroizing::new(packed))
    }

    fn seal_as(&self, format: u8, place: Place<'_>, plain: &[u8]) -> Result<Vec<u8>, Error> {
        let mut body = plain.to_vec();
        let aad = Aad::from(place.line_up(format));
        let (nonce, tag) = self
            .cipher()?
            .seal_in_place_separate_tag(aad, &mut body)
            .map_err(|_| failed("a value could not be sealed"))?;
        let mut sealed = Vec::with_capacity(1 + NONCE_LEN + body.len() + tag.as_ref().len());
        sealed.push(format);
        sealed.extend_from_slice(nonce.as_ref());
        sealed.extend_from_slice(&body);
        sealed.extend_from_slice(tag.as_ref());
        Ok(sealed)
    }

    /// Opens what was sealed with this key for this place.
    pub(crate) fn open(
        &self,
        place: Place<'_>,
        sealed: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>, Error> {
        let bad = || damaged("a sealed value does not open");
        let (&format, rest) = sealed.split_first().ok_or_else(bad)?;
        let (nonce, body) = rest.split_at_checked(NONCE_LEN).ok_or_else(bad)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| bad())?;
        let mut body = Zeroizing::new(body.to_vec());
        let aad = Aad::from(place.line_up(format));
        let length = self
            .cipher()?
            .open_in_place(nonce, aad, &mut body)
            .map_err(|_| bad())?
            .len();
        body.truncate(length);
        match format {
            PLAIN => Ok(body),
            COMPRESSED => unpack(&body).map(Zeroizing::new),
            _ => Err(bad()),
        }
    }

    /// Seals another key.
    pub(crate) fn wrap(&self, place: Place<'_>, key: &Key) -> Result<Vec<u8>, Error> {
        self.seal(place, key.as_bytes())
    }

    /// Opens another key.
    pub(crate) fn unwrap(&self, place: Place<'_>, wrapped: &[u8]) -> Result<Key, Error> {
        let bytes = self.open(place, wrapped)?;
        let bytes: [u8; 32] = bytes
            .as_slice()
            .try_into()
            .map_err(|_| damaged("a wrapped key has the wrong length"))?;
        Ok(Key(Zeroizing::new(bytes)))
    }

    fn cipher(&self) -> Result<RandomizedNonceKey, Error> {
        RandomizedNonceKey::new(&AES_256_GCM, self.0.as_slice())
            .map_err(|_| failed("the cipher did not take its key"))
    }
}

pub(crate) fn unpack(packed: &[u8]) -> Result<Vec<u8>, Error> {
    let bad = || damaged("a sealed value does not unpack");
    let size = zstd::bulk::Decompressor::upper_bound(packed).ok_or_else(bad)?;
    if size > MOST_BYTES {
        return Err(bad());
    }
    zstd::bulk::decompress(packed, size).map_err(|error| bad().caused_by(error))
}

fn failed(what: &'static str) -> Error {
    Error::new(ErrorKind::Storage, what)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place<'a>(tenant: &'a Tenant, row: &'a str) -> Place<'a> {
        Place {
            tenant,
            table: "calls",
            row,
            column: "title",
        }
    }

    #[test]
    fn what_was_sealed_opens_at_its_place_only() {
        let tenant = Tenant::default();
        let other = Tenant::new("other").expect("valid");
        let key = Key::random().expect("random numbers");

        for sealed in [
            key.seal(place(&tenant, "1"), b"words"),
            key.seal_small(place(&tenant, "1"), b"words"),
        ] {
            let sealed = sealed.expect("sealable");
            let at = |place| key.open(place, &sealed).map(|plain| plain.to_vec()).ok();
            assert_eq!(at(place(&tenant, "1")), Some(b"words".to_vec()));
            assert_eq!(at(place(&tenant, "2")), None);
            assert_eq!(at(place(&other, "1")), None);
        }
    }

    #[test]
    fn no_byte_of_a_sealed_value_can_be_changed() {
        let tenant = Tenant::default();
        let key = Key::random().expect("random numbers");
        let sealed = key.seal(place(&tenant, "1"), b"words").expect("sealable");

        for at in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[at] ^= 1;
            let opened = key.open(place(&tenant, "1"), &changed);
            assert_eq!(
                opened.map_err(|error| error.kind()).err(),
                Some(ErrorKind::Integrity),
                "byte {at}"
            );
            assert!(key.open(place(&tenant, "1"), &sealed[..at]).is_err());
        }
    }

    #[test]
    fn equal_values_do_not_look_equal() {
        let tenant = Tenant::default();
        let key = Key::random().expect("random numbers");
        let seal = || key.seal(place(&tenant, "1"), b"words").expect("sealable");

        assert_ne!(seal(), seal());
    }
}
