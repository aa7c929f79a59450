//! Who is let in, for how long: only the hash of what a browser holds is kept.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use aws_lc_rs::{digest, rand};
use gong_app::Caller;
use jiff::{SignedDuration, Timestamp};

/// How long a browser stays let in.
const LASTS: SignedDuration = SignedDuration::from_hours(12);
/// How long with a token, which its issuer may have taken back since.
const TOKEN_LASTS: SignedDuration = SignedDuration::from_hours(1);
/// Browsers that are let in at once; one more, and the one that would go first goes.
const MOST: usize = 1_000;
/// Wrong tries in a row before each has to wait.
const TRIES: u32 = 10;
/// How long until one more try is given.
const TRY_EVERY: SignedDuration = SignedDuration::from_secs(6);

type Hash = [u8; 32];

/// Who is let in.
#[derive(Default)]
pub(crate) struct Sessions {
    kept: Mutex<HashMap<Hash, Kept>>,
    /// The hash of the link that lets the person at this machine in.
    link: Mutex<Option<Hash>>,
    tries: Mutex<Tries>,
    /// Sign-ins whose answer was taken, until they would be over.
    spent: Mutex<HashMap<Hash, Timestamp>>,
}

struct Kept {
    caller: Caller,
    ends: Timestamp,
}

/// Wrong tries, and since when they are forgiven one after the other.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Tries {
    spent: u32,
    since: Timestamp,
}

impl Sessions {
    /// Lets somebody in; what the browser is to hold, and for how long.
    pub(crate) fn begin(&self, caller: Caller, now: Timestamp) -> (String, SignedDuration) {
        let lasts = if caller.proof().as_str() == "token" {
            TOKEN_LASTS
        } else {
            LASTS
        };
        let token = secret();
        let ends = now.checked_add(lasts).unwrap_or(now);
        let mut kept = lock(&self.kept);
        kept.retain(|_, one| one.ends > now);
        if kept.len() >= MOST {
            let first = kept.iter().min_by_key(|(_, one)| one.ends);
            if let Some(first) = first.map(|(hash, _)| *hash) {
                kept.remove(&first);
            }
        }
        kept.insert(hash(&token), Kept { caller, ends });
        (token, lasts)
    }

    /// Who holds this, if he is still let in.
    pub(crate) fn holder(&self, token: &str, now: Timestamp) -> Option<Caller> {
        let kept = lock(&self.kept);
        let one = kept.get(&hash(token))?;
        (one.ends > now).then(|| one.caller.clone())
    }

    /// Lets whoever holds this in no longer.
    pub(crate) fn end(&self, token: &str) {
        lock(&self.kept).remove(&hash(token));
    }

    /// A link that works once, in place of the one before.
    pub(crate) fn new_link(&self) -> String {
        let token = secret();
        *lock(&self.link) = Some(hash(&token));
        token
    }

    /// Whether this is the link; it is not any more afterwards.
    pub(crate) fn take_link(&self, token: &str) -> bool {
        let shown = hash(token);
        lock(&self.link).take_if(|link| *link == shown).is_some()
    }

    /// Takes the answer to a sign-in, once: whether nobody did before. [`Self::may_try`] bounds how
    /// many are remembered.
    pub(crate) fn take_sign_in(&self, secret: &str, ends: Timestamp, now: Timestamp) -> bool {
        let mut spent = lock(&self.spent);
        spent.retain(|_, ends| *ends > now);
        spent.insert(hash(secret), ends).is_none()
    }

    /// Whether one more may be tried now. A try that was right is given back.
    pub(crate) fn may_try(&self, now: Timestamp) -> bool {
        let mut tries = lock(&self.tries);
        *tries = tries.forgiven(now);
        let may = tries.spent < TRIES;
        tries.spent += u32::from(may);
        may
    }

    /// The last try was right.
    pub(crate) fn was_right(&self) {
        let mut tries = lock(&self.tries);
        tries.spent = tries.spent.saturating_sub(1);
    }
}

impl Tries {
    /// What is left of them by now.
    fn forgiven(self, now: Timestamp) -> Self {
        if self.spent == 0 || now < self.since {
            return Self { since: now, ..self };
        }
        let passed = now.duration_since(self.since).as_secs() / TRY_EVERY.as_secs();
        let spent = self
            .spent
            .saturating_sub(u32::try_from(passed).unwrap_or(u32::MAX));
        let since = if spent == 0 {
            now
        } else {
            let step = SignedDuration::from_secs(passed * TRY_EVERY.as_secs());
            self.since.checked_add(step).unwrap_or(now)
        };
        Self { spent, since }
    }
}

/// 256 random bits as text.
pub(crate) fn secret() -> String {
    let mut bytes = [0; 32];
    rand::fill(&mut bytes).expect("the system has randomness");
    hex::encode(bytes)
}

/// What a form must show that was written for whoever holds this: it cannot be made without it.
pub(crate) fn form_token(token: &str) -> String {
    hex::encode(hash(&format!("form {token}")))
}

/// Whether a form shows it. Both are hashes of what nobody else knows.
pub(crate) fn is_form_token(shown: &str, token: &str) -> bool {
    let right = form_token(token);
    aws_lc_rs::constant_time::verify_slices_are_equal(shown.as_bytes(), right.as_bytes()).is_ok()
}

fn hash(text: &str) -> Hash {
    let digest = digest::digest(&digest::SHA256, text.as_bytes());
    let mut hash = [0; 32];
    hash.copy_from_slice(digest.as_ref());
    hash
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_second(1_800_000_000 + seconds).expect("an instant")
    }

    #[expect(
        clippy::default_trait_access,
        reason = "a front end has no name for a tenant"
    )]
    fn caller() -> Caller {
        Caller::local(Default::default())
    }

    #[test]
    fn a_session_is_found_by_what_the_browser_holds_until_it_ends() {
        let sessions = Sessions::default();
        let (token, lasts) = sessions.begin(caller(), at(0));

        assert_eq!(sessions.holder(&token, at(1)), Some(caller()));
        assert_eq!(sessions.holder("another", at(1)), None);
        assert_eq!(sessions.holder(&token, at(lasts.as_secs())), None);
        sessions.end(&token);
        assert_eq!(sessions.holder(&token, at(1)), None);
    }

    #[test]
    fn what_is_kept_is_no_text_that_a_browser_holds() {
        let sessions = Sessions::default();
        let (token, _) = sessions.begin(caller(), at(0));

        let kept = lock(&sessions.kept);
        let kept: Vec<String> = kept.keys().map(hex::encode).collect();
        assert_eq!(kept.len(), 1);
        assert_ne!(kept[0], token);
        assert!(is_form_token(&form_token(&token), &token));
        assert!(!is_form_token(&form_token("other"), &token));
        assert!(!is_form_token(&token, &token));
    }

    #[test]
    fn a_thousand_are_let_in_and_the_one_that_ends_first_makes_room() {
        let sessions = Sessions::default();
        let (first, _) = sessions.begin(caller(), at(0));
        let (second, _) = sessions.begin(caller(), at(1));
        for _ in 2..=MOST {
            sessions.begin(caller(), at(2));
        }

        assert_eq!(lock(&sessions.kept).len(), MOST);
        assert_eq!(sessions.holder(&first, at(3)), None);
        assert!(sessions.holder(&second, at(3)).is_some());
    }

    #[test]
    fn a_link_works_once_and_a_newer_one_takes_its_place() {
        let sessions = Sessions::default();
        let old = sessions.new_link();
        let link = sessions.new_link();

        assert!(!sessions.take_link(&old));
        assert!(!sessions.take_link(""));
        assert!(sessions.take_link(&link));
        assert!(!sessions.take_link(&link));
    }

    #[test]
    fn wrong_tries_run_out_and_come_back_one_by_one() {
        let sessions = Sessions::default();
        for _ in 0..TRIES {
            assert!(sessions.may_try(at(0)));
        }
        assert!(!sessions.may_try(at(5)));
        assert!(sessions.may_try(at(6)));
        assert!(!sessions.may_try(at(7)));

        assert!(sessions.may_try(at(600)));
        sessions.was_right();
        for _ in 0..TRIES {
            assert!(sessions.may_try(at(600)));
        }
        assert!(!sessions.may_try(at(600)));
    }
}
