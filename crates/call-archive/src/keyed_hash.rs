//! People and erased calls as keyed hashes, so that equal ones meet and nobody can be guessed.

use aws_lc_rs::{digest, hmac};
use conversation::{CallId, DealId, Tenant};

use crate::HashKey;
use crate::deals::folded;

impl HashKey {
    /// The hash of an e-mail address; letters' case and blanks around it do not matter.
    ///
    /// `None` for an address without any character.
    pub fn email(&self, address: &str) -> Option<String> {
        let address = address.trim().to_lowercase();
        (!address.is_empty()).then(|| self.tagged("email", &[&address]))
    }

    /// The hash of a phone number; only its digits matter. `None` for one without digits.
    pub fn phone(&self, number: &str) -> Option<String> {
        let digits: String = number.chars().filter(char::is_ascii_digit).collect();
        (!digits.is_empty()).then(|| self.tagged("phone", &[&digits]))
    }

    /// The keyed form of a fingerprint, so that nobody without the key can tell whether a guess of
    /// what it was made from is right.
    pub fn fingerprint(&self, digest: &str) -> [u8; 32] {
        let mut bytes = [0; 32];
        let code = self.code("fingerprint", &[digest]);
        for (place, byte) in bytes.iter_mut().zip(code.as_ref()) {
            *place = *byte;
        }
        bytes
    }

    /// A detector's id as it is kept: what stands behind a colon is a fingerprint of a user's own
    /// text and is keyed.
    pub fn detector(&self, id: &str) -> String {
        let Some((kind, _)) = id.split_once(':') else {
            return id.to_owned();
        };
        let print = hex::encode(self.fingerprint(id));
        format!("{kind}:{}", print.get(..16).unwrap_or(&print))
    }

    /// The hash of one of our own people, by the vendor's id.
    pub(crate) fn user(&self, id: &str) -> String {
        self.tagged("user", &[id])
    }

    /// The name under which a receipt keeps an account.
    pub(crate) fn account(&self, id: &str) -> String {
        self.tagged("account", &[id])
    }

    /// The hash of the name of a customer; letters' case and blanks around it do not matter.
    pub fn account_name(&self, name: &str) -> String {
        self.tagged("account name", &[&folded(name)])
    }

    /// The name under which a tombstone keeps a deal.
    pub(crate) fn deal(&self, tenant: &Tenant, deal: &DealId) -> String {
        self.tagged("deal", &[tenant.as_str(), &deal.to_string()])
    }

    /// The name under which a tombstone keeps a call.
    pub(crate) fn call(&self, tenant: &Tenant, call: &CallId) -> String {
        self.tagged("call", &[tenant.as_str(), call.as_str()])
    }

    /// The name under which a delivery about a call is known again.
    pub(crate) fn delivery(&self, tenant: &Tenant, call: &CallId, body: &[u8]) -> String {
        let body = hex::encode(digest::digest(&digest::SHA256, body));
        self.tagged("delivery", &[tenant.as_str(), call.as_str(), &body])
    }

    /// The name of a write to a CRM.
    pub(crate) fn write(&self, tenant: &Tenant, run: &str, subject: &str) -> String {
        self.tagged("crm write", &[tenant.as_str(), run, subject])
    }

    /// HMAC-SHA-256 over the kind and the parts, each after a line feed, which none can hold
    /// where it matters: ids have no control characters.
    fn tagged(&self, kind: &str, parts: &[&str]) -> String {
        hex::encode(self.code(kind, parts).as_ref())
    }

    fn code(&self, kind: &str, parts: &[&str]) -> hmac::Tag {
        let key = hmac::Key::new(hmac::HMAC_SHA256, &self.bytes);
        let mut context = hmac::Context::with_key(&key);
        context.update(kind.as_bytes());
        for part in parts {
            context.update(b"\n");
            context.update(part.as_bytes());
        }
        context.sign()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(byte: u8) -> HashKey {
        HashKey {
            id: "h".to_owned(),
            bytes: [byte; 32],
        }
    }

    #[test]
    fn an_address_has_one_hash_however_it_is_written() {
        let hash = key(1).email("ada@example.com");

        assert_eq!(key(1).email(" Ada@Example.COM\n"), hash);
        assert_ne!(key(1).email("ada@example.org"), hash);
        assert_ne!(key(2).email("ada@example.com"), hash, "another key");
        assert_eq!(key(1).email("  "), None);
    }

    #[test]
    fn a_fingerprint_is_told_by_nobody_without_the_key() {
        let tracker = "tracker:0123456789abcdef";

        assert_eq!(key(1).fingerprint("a"), key(1).fingerprint("a"));
        assert_ne!(key(1).fingerprint("a"), key(1).fingerprint("b"));
        assert_ne!(key(1).fingerprint("a"), key(2).fingerprint("a"));
        assert_eq!(key(1).detector("objections"), "objections");
        assert!(key(1).detector(tracker).starts_with("tracker:"));
        assert_ne!(key(1).detector(tracker), tracker);
        assert_ne!(key(1).detector(tracker), key(2).detector(tracker));
    }

    #[test]
    fn a_phone_number_is_its_digits() {
        assert_eq!(key(1).phone("+1 (555) 0100"), key(1).phone("15550100"));
        assert_eq!(key(1).phone("none"), None);
    }
}
