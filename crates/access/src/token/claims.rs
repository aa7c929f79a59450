//! What a verified token says.

use std::str::FromStr as _;

use conversation::UserId;
use jiff::Timestamp;
use serde_json::{Map, Value};

use super::{Identity, LEEWAY, TokenError, TokenRules};
use crate::{Permission, Role};

type Claims = Map<String, Value>;

/// Issuer, audience, and the times by the verifier's clock.
pub(super) fn check(claims: &Claims, rules: &TokenRules, now: Timestamp) -> Result<(), TokenError> {
    if text(claims.get("iss")) != Some(rules.issuer.as_str()) {
        return Err(TokenError::Issuer);
    }
    if !words(claims.get("aud")).any(|audience| audience == rules.audience) {
        return Err(TokenError::Audience);
    }
    let expires = instant(claims.get("exp")).ok_or(TokenError::Malformed)?;
    if expires + LEEWAY <= now {
        return Err(TokenError::Expired);
    }
    for claim in ["nbf", "iat"] {
        let Some(from) = claims.get(claim) else {
            continue;
        };
        let from = instant(Some(from)).ok_or(TokenError::Malformed)?;
        if from > now + LEEWAY {
            return Err(TokenError::NotYet);
        }
    }
    Ok(())
}

/// Whom it names, in which role.
pub(super) fn identity(claims: &Claims, rules: &TokenRules) -> Result<Identity, TokenError> {
    let subject = text(claims.get("sub")).filter(|subject| !subject.is_empty());
    let subject = subject.ok_or(TokenError::Malformed)?.to_owned();
    let user = rules.user_claim.as_deref();
    let user = user
        .and_then(|claim| text(named(claims, claim)))
        .and_then(|id| UserId::new(id).ok());
    let is_verified = claims.get("email_verified") == Some(&Value::Bool(true));
    let email = text(claims.get("email")).filter(|_| is_verified);
    Ok(Identity {
        subject,
        role: role(claims, rules)?,
        user,
        email: email.map(str::to_owned),
        permissions: permissions(claims),
    })
}

/// The one role that the configured claim gives. Two roles are none: which was meant is not guessed.
fn role(claims: &Claims, rules: &TokenRules) -> Result<Role, TokenError> {
    let mut roles: Vec<Role> = words(named(claims, &rules.role_claim))
        .filter_map(|word| word.strip_prefix(&rules.role_prefix))
        .filter_map(|word| Role::from_str(word).ok())
        .collect();
    roles.sort_unstable();
    roles.dedup();
    match roles[..] {
        [role] => Ok(role),
        _ => Err(TokenError::NoRole),
    }
}

/// Scopes that are permissions limit the token; scopes of other people's say nothing here.
fn permissions(claims: &Claims) -> Option<Vec<Permission>> {
    let scopes = words(claims.get("scope")).chain(words(claims.get("scp")));
    let known: Vec<Permission> = scopes
        .flat_map(|scope| scope.split(' '))
        .filter_map(|word| word.parse().ok())
        .collect();
    (!known.is_empty()).then_some(known)
}

/// A claim by its name, or by a JSON pointer.
fn named<'c>(claims: &'c Claims, name: &str) -> Option<&'c Value> {
    let Some(path) = name.strip_prefix('/') else {
        return claims.get(name);
    };
    let (first, rest) = path.split_once('/').map_or((path, ""), |split| split);
    let value = claims.get(first)?;
    if rest.is_empty() {
        Some(value)
    } else {
        value.pointer(&format!("/{rest}"))
    }
}

fn text(value: Option<&Value>) -> Option<&str> {
    value?.as_str()
}

/// A text, or the texts of a list.
fn words(value: Option<&Value>) -> impl Iterator<Item = &str> {
    let one = value.and_then(Value::as_str);
    let many = value.and_then(Value::as_array).into_iter().flatten();
    one.into_iter().chain(many.filter_map(Value::as_str))
}

/// Seconds since 1970; some issuers write fractions.
fn instant(value: Option<&Value>) -> Option<Timestamp> {
    let value = value?;
    if let Some(seconds) = value.as_i64() {
        return Timestamp::from_second(seconds).ok();
    }
    let seconds = value.as_f64().filter(|seconds| seconds.is_finite())?;
    let length = jiff::SignedDuration::try_from_secs_f64(seconds.floor()).ok()?;
    Timestamp::UNIX_EPOCH.checked_add(length).ok()
}
