//! A running simulator: where it is, what it was asked, and how its world changes.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::keys::Keys;
use crate::server::Shared;
use crate::{
    Failure, Faults, Limits, LoginStats, Operation, Recorded, Result, SimClock, SimStats, World,
    WorldCall,
};

/// A running simulator. It stops when the handle is dropped; [`SimHandle::shutdown`] also waits for it.
#[derive(Debug)]
pub struct SimHandle {
    pub(crate) shared: Arc<Shared>,
    pub(crate) base_url: String,
    pub(crate) key: String,
    pub(crate) secret: String,
    pub(crate) ca_pem: Option<String>,
    pub(crate) stop: CancellationToken,
    pub(crate) serving: Option<JoinHandle<()>>,
}

/// Where it is and how to get in.
impl SimHandle {
    /// Scheme, host and port, without a slash at the end.
    pub fn base_url(&self) -> &str {
        &self.base_url
    }

    /// The first access key.
    pub fn access_key(&self) -> &str {
        &self.key
    }

    /// The secret of the first access key.
    pub fn access_secret(&self) -> &str {
        &self.secret
    }

    /// The id and the secret of the OAuth app that may log in: `/oauth2/authorize` agrees at once,
    /// `/oauth2/generate-customer-token` takes each code and each refresh token once.
    pub fn oauth_app(&self) -> (String, String) {
        let company = self.shared.company();
        let (id, secret) = company.logins.app();
        (id.to_owned(), secret.to_owned())
    }

    /// The certificate authority to trust, when the simulator speaks TLS.
    pub fn ca_pem(&self) -> Option<&str> {
        self.ca_pem.as_deref()
    }
}

/// What it was asked.
impl SimHandle {
    /// The counts so far.
    pub fn stats(&self) -> SimStats {
        self.shared.company().ledger.counts()
    }

    /// The counts of the token endpoint so far.
    pub fn logins(&self) -> LoginStats {
        self.shared.company().logins.stats
    }

    /// The latest requests (at most 2,000), oldest first.
    pub fn recorded(&self) -> Vec<Recorded> {
        self.shared.company().ledger.recorded()
    }
}

/// How its world changes.
impl SimHandle {
    /// A new call appears.
    pub fn add_call(&self, call: WorldCall) -> Result<()> {
        let mut company = self.shared.company();
        company.people.meet(&call);
        company.book.add(call)
    }

    /// A call gets its transcript, at once; one that it had is replaced.
    pub fn add_transcript(&self, id: &str, transcript: Value) -> Result<()> {
        let now = self.clock().now();
        self.edit_call(id, |call| call.transcript_after(now).transcript(transcript))
    }

    /// Gong corrects a transcript: `correct` changes the list of monologues.
    pub fn correct_transcript(&self, id: &str, correct: impl FnOnce(&mut Value)) -> Result<()> {
        self.edit_call(id, |call| {
            let mut transcript = call
                .transcript_json()
                .unwrap_or_else(|| Value::Array(Vec::new()));
            correct(&mut transcript);
            call.transcript(transcript)
        })
    }

    /// A call becomes private, or comes back.
    pub fn set_private(&self, id: &str, is_private: bool) -> Result<()> {
        self.edit_call(id, |call| call.private(is_private))
    }

    /// A call changes in any way: its JSON, or when it shows.
    pub fn edit_call(
        &self,
        id: &str,
        edit: impl FnOnce(WorldCall) -> Result<WorldCall>,
    ) -> Result<()> {
        self.shared.company().book.change(id, edit)
    }

    /// A call is deleted in Gong.
    pub fn remove_call(&self, id: &str) -> Result<()> {
        self.shared.company().book.remove(id).map(drop)
    }

    /// A user changes, such as their e-mail address.
    pub fn edit_user(&self, id: &str, edit: impl FnOnce(&mut Value)) -> Result<()> {
        self.shared.company().people.edit(id, edit)
    }

    /// The same address and keys lead to another company.
    pub fn replace_world(&self, world: World) {
        self.shared.company().replace_world(world);
    }
}

/// How it behaves from now on.
impl SimHandle {
    /// The simulator's clock.
    pub fn clock(&self) -> &SimClock {
        &self.shared.clock
    }

    /// The simulator's time.
    pub fn now(&self) -> Timestamp {
        self.clock().now()
    }

    /// Moves the simulator's clock; a negative duration moves it backwards.
    pub fn advance(&self, by: SignedDuration) {
        self.clock().advance(by);
    }

    /// Every cursor given so far has expired.
    pub fn expire_cursors(&self) {
        self.shared.company().cursor_epoch += 1;
    }

    /// Other faults from now on. Those by share start again from their seed.
    pub fn set_faults(&self, faults: Faults) {
        self.shared.company().set_faults(faults);
    }

    /// Other limits from now on, with what was used today kept.
    pub fn set_limits(&self, limits: Limits) {
        self.shared.company().gate.limits = limits;
    }

    /// Other keys from now on; the old ones get 401.
    pub fn set_keys(&self, keys: &[(&str, &str)]) {
        self.shared.company().keys = Keys::of(keys);
    }

    /// Logins from now on are granted these scopes at the most, whatever they ask for.
    pub fn grant_scopes(&self, scopes: &[&str]) {
        let scopes = scopes.iter().map(|scope| (*scope).to_owned());
        self.shared.company().logins.granted = Some(scopes.collect());
    }

    /// Access tokens from now on are said to be good for this long, so that a client renews them
    /// early. They are good for a day all the same.
    pub fn say_token_life(&self, life: SignedDuration) {
        self.shared.company().logins.stated_life = life;
    }

    /// Every access token given so far is over; refresh tokens stay good.
    pub fn expire_access_tokens(&self) {
        self.shared.company().logins.expire();
    }

    /// Every token given so far is worthless, as when an administrator removes the app.
    pub fn revoke_tokens(&self) {
        self.shared.company().logins.revoke();
    }

    /// The next request (of one operation, when given) fails in this way. Orders are kept in their order.
    pub fn fail_next(&self, operation: Option<Operation>, failure: Failure) {
        self.shared
            .company()
            .ordered
            .push_back((operation, failure));
    }
}

/// How it ends.
impl SimHandle {
    /// Stops listening, lets the requests in hand finish for a moment, and tells the final counts.
    pub async fn shutdown(mut self) -> SimStats {
        self.stop.cancel();
        if let Some(serving) = self.serving.take()
            && let Err(error) = serving.await
        {
            tracing::error!(%error, "the simulator ended badly");
        }
        self.stats()
    }
}

impl Drop for SimHandle {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}
