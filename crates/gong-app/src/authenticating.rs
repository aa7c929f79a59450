//! What somebody shows into who he is: an API key, or a token of the company's identity provider.

use access::{
    Caller, Identity, Operation, Permission, Proof, Reach, ShownKey, TokenError, TokenRules,
    team_of,
};
use call_archive::{ApiKey, Archive};
use conversation::{Tenant, UserId};
use jiff::SignedDuration;

use crate::api_keys::{role, words_of_permissions};
use crate::app::App;
use crate::provider::token_rules;
use crate::views::{CallerView, CanView};
use crate::{Error, ErrorKind};

/// How exactly the last use of a key is kept.
const USE_NOTED: SignedDuration = SignedDuration::from_secs(60);

/// What stands before the id of a key where it acts.
const KEY_ACTOR: &str = "key:";

impl App {
    /// Finds out who shows this: the text of an `Authorization: Bearer` header. Everything that is
    /// not accepted is refused alike, so that nobody learns how close he came; why stands in the
    /// log.
    pub async fn authenticate(&self, bearer: &str) -> Result<Caller, Error> {
        let archive = self.existing_archive().await?.as_ref();
        if bearer.starts_with(access::KEY_PREFIX) {
            return self.holder_of_key(archive, bearer).await;
        }
        let Some(rules) = token_rules(&self.config().settings.auth)? else {
            return Err(refused("tokens are not configured"));
        };
        let identity = self.identity(bearer, &rules).await?;
        holder_of_token(archive, identity).await
    }

    /// Whom a token of the provider names, if it is one by these rules.
    pub(crate) async fn identity(
        &self,
        token: &str,
        rules: &TokenRules,
    ) -> Result<Identity, Error> {
        let (settings, now) = (&self.config().settings.auth, self.now());
        let provider = &self.shared.provider;
        let keys = provider.keys(settings, now).await?;
        let identity = match access::verify(token, &keys, rules, now) {
            // The provider may have new keys since.
            Err(TokenError::UnknownKey) => {
                let keys = provider.newer_keys(settings, &keys, now).await?;
                access::verify(token, &keys, rules, now)
            }
            verified => verified,
        };
        identity.map_err(|error| refused(&error.to_string()))
    }

    /// The same caller as he is now, for whoever recognised him a while ago: a key that was revoked
    /// or is over since works for nobody, and a team may be another. A token is not asked for again.
    pub async fn renewed(&self, caller: &Caller) -> Result<Caller, Error> {
        if caller.proof() != Proof::ApiKey {
            return Ok(caller.clone());
        }
        let archive = self.existing_archive().await?.as_ref();
        let id = caller.actor().strip_prefix(KEY_ACTOR).unwrap_or_default();
        let known = archive.api_key(id).await?;
        let key = known.ok_or_else(|| refused("the API key is gone"))?;
        self.of_key(archive, key).await
    }

    /// Who this app works for.
    pub fn whoami(&self) -> CallerView {
        let caller = self.caller();
        let permissions = Permission::ALL.into_iter().filter_map(|permission| {
            let reach = caller.reach(permission);
            let is_open = reach != Reach::Nothing && caller.has(permission).is_ok();
            is_open.then(|| (permission.as_str(), reach.as_str()))
        });
        CallerView {
            actor: caller.actor().to_owned(),
            proof: caller.proof().as_str(),
            role: caller.role().map(access::Role::as_str),
            user_id: caller.user().map(ToString::to_string),
            team: caller.team().len(),
            permissions: permissions.collect(),
        }
    }

    /// How far a role reaches with a permission, or with what an operation needs.
    pub fn can_i(&self, role_word: &str, what: &str) -> Result<CanView, Error> {
        let role = role(role_word)?;
        let operation: Option<Operation> = what.parse().ok();
        let permission = operation.map_or_else(|| what.parse(), |found| Ok(found.permission()));
        let permission: Permission = permission.map_err(|_| {
            let operations: Vec<&str> = Operation::all().map(Operation::as_str).collect();
            let operations = operations.join(", ");
            Error::new(ErrorKind::Usage, "there is no such permission or operation").hint(format!(
                "{}; operations are {operations}",
                words_of_permissions()
            ))
        })?;
        let reach = access::reach(role, permission);
        Ok(CanView {
            role: role.as_str(),
            operation: operation.map(Operation::as_str),
            permission: permission.as_str(),
            reach: match reach {
                Reach::Nothing => "no",
                reach => reach.as_str(),
            },
            is_allowed: reach != Reach::Nothing,
        })
    }

    async fn holder_of_key(&self, archive: &dyn Archive, bearer: &str) -> Result<Caller, Error> {
        let shown = ShownKey::read(bearer).ok_or_else(|| refused("it is no API key"))?;
        let known = archive.api_key(shown.id()).await?;
        // An id that is not known takes the same way, so that time does not tell.
        let hash = known.as_ref().map_or("", |key| key.hash.as_str());
        let is_right = shown.fits(hash);
        let key = known
            .filter(|_| is_right)
            .ok_or_else(|| refused("no such API key"))?;
        self.of_key(archive, key).await
    }

    /// Who holds a key, if it still stands.
    async fn of_key(&self, archive: &dyn Archive, key: ApiKey) -> Result<Caller, Error> {
        let now = self.now();
        if key.revoked.is_some() {
            return Err(refused("the API key was revoked"));
        }
        if key.expires <= now {
            return Err(refused("the API key is over"));
        }
        let is_noted = |used: jiff::Timestamp| now.duration_since(used) < USE_NOTED;
        if !key.last_used.is_some_and(is_noted) {
            self.shared.recorder.used(&key.id, now);
        }
        let actor = format!("{KEY_ACTOR}{}", key.id);
        let caller = Caller::recognised(Tenant::default(), actor, Proof::ApiKey, key.role);
        let caller = being(archive, caller, key.user).await?;
        Ok(match key.permissions {
            Some(permissions) => caller.limited_to(permissions),
            None => caller,
        })
    }
}

pub(crate) async fn holder_of_token(
    archive: &dyn Archive,
    identity: Identity,
) -> Result<Caller, Error> {
    let user = match (&identity.user, &identity.email) {
        (Some(user), _) => Some(user.clone()),
        (None, Some(email)) => user_of_address(archive, email).await?,
        (None, None) => None,
    };
    // A subject may be an address or a name: in the log it is a keyed hash.
    let actor = if let Some(user) = &user {
        format!("user:{user}")
    } else {
        let key = archive.audit_key().await?;
        let hash = key.params(["subject", &identity.subject]);
        format!("subject:{}", hash.get(..16).unwrap_or_default())
    };
    let caller = Caller::recognised(Tenant::default(), actor, Proof::Token, identity.role);
    let caller = being(archive, caller, user).await?;
    Ok(match identity.permissions {
        Some(permissions) => caller.limited_to(permissions),
        None => caller,
    })
}

/// The one active user of an address; if several have it, who is meant is not guessed.
async fn user_of_address(archive: &dyn Archive, email: &str) -> Result<Option<UserId>, Error> {
    let Some(hash) = archive.hash_key().await?.email(email) else {
        return Ok(None);
    };
    let users = archive.users_by_email(&hash).await?;
    let mut active = users.into_iter().filter(|user| user.is_active);
    let first = active.next();
    Ok(first
        .filter(|_| active.next().is_none())
        .map(|user| user.id))
}

/// Binds a caller to a user and the user's team, as the archive knows it now.
async fn being(
    archive: &dyn Archive,
    caller: Caller,
    user: Option<UserId>,
) -> Result<Caller, Error> {
    let Some(user) = user else {
        return Ok(caller);
    };
    let leads = Permission::ALL
        .into_iter()
        .any(|permission| caller.reach(permission) == Reach::Team);
    let team = if leads {
        let users = archive.users().await?;
        let led = users.into_iter().map(|user| (user.id, user.manager));
        team_of(&user, led)
    } else {
        std::collections::BTreeSet::new()
    };
    Ok(caller.being(user, team))
}

pub(crate) fn refused(why: &str) -> Error {
    tracing::info!(why, "somebody was not recognised");
    Error::new(
        ErrorKind::NotAuthorised,
        "this is not accepted as a key or a token",
    )
    .hint("show an API key (`gongkit auth keys create`) or a token of the configured issuer")
}

#[cfg(test)]
mod tests;
