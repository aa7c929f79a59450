//! The company's own people: who they are, who leads whom, who is still there.

use async_trait::async_trait;
use conversation::UserId;

use crate::Error;

/// One of the company's own people, as the vendor lists them.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct User {
    /// The vendor's id, which stays when the address changes.
    pub id: UserId,
    /// The full name.
    pub name: Option<String>,
    /// The one address that the vendor knows the user by.
    pub email: Option<String>,
    /// The job title.
    pub title: Option<String>,
    /// Whom the user reports to.
    pub manager: Option<UserId>,
    /// Whether the user is still there.
    pub is_active: bool,
}

impl User {
    /// An active user of whom only the id is known.
    pub fn new(id: UserId) -> Self {
        Self {
            id,
            name: None,
            email: None,
            title: None,
            manager: None,
            is_active: true,
        }
    }
}

/// The company's own people.
///
/// Laws, each checked by the conformance suite:
/// - A user is one row by id: a put replaces all of it, an address that changed included, and the
///   old address finds nobody any more.
/// - Who is not in a put stays as he was. Nobody is deleted here: who has left is put as not active.
/// - An address is found by its keyed hash ([`HashKey::email`](crate::HashKey::email)) and may find
///   several: a vendor that lists one address twice must not decide who somebody is.
/// - Somebody who was purged is not stored again until a later call shows them.
/// - Managers are told as the vendor told them: there may be circles, and managers that are no users.
#[async_trait]
pub trait People: Send + Sync {
    /// Stores users in one transaction.
    async fn put_users(&self, users: &[User]) -> Result<(), Error>;

    /// Every user, by id. A company has hundreds, or a few thousand.
    async fn users(&self) -> Result<Vec<User>, Error>;

    /// These users, in the order asked; unknown ones are left out.
    async fn users_by_id(&self, ids: &[UserId]) -> Result<Vec<User>, Error>;

    /// The users of an address, active ones first, then by id.
    async fn users_by_email(&self, hash: &str) -> Result<Vec<User>, Error>;
}
