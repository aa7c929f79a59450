//! API keys: made, listed, taken back.

use std::collections::BTreeSet;
use std::str::FromStr as _;

use access::{NewKey, Operation, Permission, Reach, Role};
use call_archive::ApiKey;
use conversation::UserId;
use jiff::{SignedDuration, Timestamp};
use secrecy::ExposeSecret as _;

use crate::acting::{bytes, unrecorded};
use crate::app::App;
use crate::views::{ApiKeyView, ApiKeysView, NewApiKeyView};
use crate::{Error, ErrorKind};

/// The longest that a key is accepted.
pub const LONGEST_KEY_DAYS: u32 = 366;
/// The longest label.
const LONGEST_LABEL: usize = 40;

/// A key that is asked for.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ApiKeyRequest {
    /// What it is for: small letters, digits and hyphens; no name of a person.
    pub label: String,
    /// The role of its holder.
    pub role: String,
    /// The company's user that its holder stands for.
    pub user: Option<String>,
    /// What it may do at most; empty for all that the role gives.
    pub permissions: Vec<String>,
    /// How many days it is accepted.
    pub days: u32,
}

impl ApiKeyRequest {
    /// A key of a role, for ninety days.
    pub fn new(label: impl Into<String>, role: impl Into<String>) -> Self {
        Self {
            label: label.into(),
            role: role.into(),
            user: None,
            permissions: Vec::new(),
            days: 90,
        }
    }
}

impl App {
    /// Makes a key and gives it, this once.
    pub async fn create_api_key(&self, request: &ApiKeyRequest) -> Result<NewApiKeyView, Error> {
        self.permit(Operation::API_KEYS).await?;
        let archive = self.existing_archive().await?;
        let wanted = Wanted::of(request)?;
        if let Some(user) = &wanted.user {
            let known = archive.users_by_id(std::slice::from_ref(user)).await?;
            if !known.iter().any(|user| user.is_active) {
                self.listener().note(
                    "The archive knows no active user of this id yet: the key reaches what this id \
                     reaches once `gongkit sync` has brought the company's users.",
                );
            }
        }
        let mut random = [0; 38];
        aws_lc_rs::rand::fill(&mut random)
            .map_err(|_| Error::new(ErrorKind::Failed, "no random numbers to be had"))?;
        let made = NewKey::of(&random);
        let now = self.now();
        let expires = now
            .checked_add(SignedDuration::from_hours(24 * i64::from(request.days)))
            .map_err(|_| usage("the key would be accepted for too long"))?;
        let mut key = ApiKey::new(made.id.clone(), made.hash, wanted.role, now, expires);
        key.label.clone_from(&request.label);
        key.user = wanted.user;
        key.permissions = wanted.permissions;
        let view = NewApiKeyView {
            key: ApiKeyView::new(&key, now),
            secret: made.text.expose_secret().to_owned(),
        };
        // The key and its record are one transaction.
        let entry = self
            .entry(Operation::API_KEYS, "created")
            .concerning([made.id.as_str()])
            .bytes(bytes(&view));
        archive
            .add_api_key(&key, &entry)
            .await
            .map_err(unrecorded)?;
        Ok(view)
    }

    /// All keys, without what nobody can know any more.
    pub async fn api_keys(&self) -> Result<ApiKeysView, Error> {
        let work = async {
            let archive = self.existing_archive().await?;
            let now = self.now();
            let keys = archive.api_keys().await?;
            Ok(ApiKeysView {
                keys: keys.iter().map(|key| ApiKeyView::new(key, now)).collect(),
            })
        };
        self.reading(Operation::API_KEYS, "list", work, |_| Vec::new())
            .await
    }

    /// Takes a key back, for good.
    pub async fn revoke_api_key(&self, id: &str) -> Result<ApiKeyView, Error> {
        self.permit(Operation::API_KEYS).await?;
        let archive = self.existing_archive().await?;
        let now = self.now();
        let not_found = || {
            Error::new(ErrorKind::NotFound, "there is no API key of this id")
                .hint("`gongkit auth keys list` names all")
        };
        let mut key = archive.api_key(id).await?.ok_or_else(not_found)?;
        let kept = Timestamp::from_microsecond(now.as_microsecond()).unwrap_or(now);
        key.revoked.get_or_insert(kept);
        let view = ApiKeyView::new(&key, now);
        let entry = self
            .entry(Operation::API_KEYS, "revoked")
            .concerning([id])
            .bytes(bytes(&view));
        if !archive.revoke_api_key(id, now, &entry).await? {
            return Err(not_found());
        }
        Ok(view)
    }
}

/// A request whose words were understood.
#[derive(Debug)]
struct Wanted {
    role: Role,
    user: Option<UserId>,
    permissions: Option<BTreeSet<Permission>>,
}

impl Wanted {
    fn of(request: &ApiKeyRequest) -> Result<Self, Error> {
        let is_label = (1..=LONGEST_LABEL).contains(&request.label.len())
            && request
                .label
                .chars()
                .all(|char| char.is_ascii_lowercase() || char.is_ascii_digit() || char == '-');
        if !is_label {
            return Err(usage(
                "a label is 1 to 40 small letters, digits and hyphens, such as nightly-sync",
            ));
        }
        if !(1..=LONGEST_KEY_DAYS).contains(&request.days) {
            return Err(usage(&format!(
                "a key is accepted for 1 to {LONGEST_KEY_DAYS} days"
            )));
        }
        let role = role(&request.role)?;
        let user = request.user.as_ref().map(UserId::new).transpose();
        let user = user.map_err(|_| usage("a user is named by its id in Gong"))?;
        let mut permissions = BTreeSet::new();
        for word in &request.permissions {
            let permission = Permission::from_str(word)
                .map_err(|_| usage("there is no such permission").hint(words_of_permissions()))?;
            if access::reach(role, permission) == Reach::Nothing {
                return Err(usage(&format!(
                    "the role {role} does not give {permission}"
                )));
            }
            permissions.insert(permission);
        }
        let needs_user = |permission| {
            let is_limited = !permissions.is_empty() && !permissions.contains(&permission);
            let reach = access::reach(role, permission);
            !is_limited && matches!(reach, Reach::Own | Reach::Team)
        };
        if user.is_none() && Permission::ALL.into_iter().any(needs_user) {
            return Err(usage(&format!(
                "the role {role} reaches the calls of a user: name one with --user"
            )));
        }
        Ok(Self {
            role,
            user,
            permissions: (!permissions.is_empty()).then_some(permissions),
        })
    }
}

/// The role of this word.
pub(crate) fn role(word: &str) -> Result<Role, Error> {
    let roles = Role::ALL.map(Role::as_str).join(", ");
    Role::from_str(word)
        .map_err(|_| usage("there is no such role").hint(format!("roles are {roles}")))
}

pub(crate) fn words_of_permissions() -> String {
    let words = Permission::ALL.map(Permission::as_str).join(", ");
    format!("permissions are {words}")
}

fn usage(what: &str) -> Error {
    Error::new(ErrorKind::Usage, what)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(role: &str, user: Option<&str>, permissions: &[&str]) -> Result<(), String> {
        let mut request = ApiKeyRequest::new("a-key", role);
        request.user = user.map(str::to_owned);
        request.permissions = permissions.iter().map(|&word| word.to_owned()).collect();
        Wanted::of(&request)
            .map(|_| ())
            .map_err(|error| error.to_string())
    }

    #[test]
    fn a_key_that_reaches_somebody_s_calls_names_him() {
        assert_eq!(check("rep", Some("7"), &[]), Ok(()));
        assert_eq!(check("manager", Some("7"), &["calls.read"]), Ok(()));
        assert_eq!(check("viewer", None, &[]), Ok(()));
        assert_eq!(check("service", None, &["sync.run"]), Ok(()));
        assert_eq!(check("manager", None, &["trackers.write"]), Ok(()));
        for (role, permissions) in [("rep", &[][..]), ("manager", &["calls.read"])] {
            let refused = check(role, None, permissions).expect_err("refused");
            assert!(refused.contains("--user"), "{refused}");
        }
    }

    #[test]
    fn a_key_cannot_be_asked_for_more_than_its_role_gives() {
        assert!(check("viewer", None, &["transcripts.read"]).is_err());
        assert!(check("service", None, &["calls.read"]).is_err());
        assert!(check("root", None, &[]).is_err());
        assert!(check("admin", None, &["everything"]).is_err());
    }

    #[test]
    fn a_label_is_a_word_and_a_key_ends() {
        for label in ["", "Ada Example", "a@b", &"x".repeat(41)] {
            let request = ApiKeyRequest::new(label, "viewer");
            assert!(Wanted::of(&request).is_err(), "{label}");
        }
        for days in [0, 367, u32::MAX] {
            let mut request = ApiKeyRequest::new("a", "viewer");
            request.days = days;
            assert!(Wanted::of(&request).is_err(), "{days}");
        }
    }
}
