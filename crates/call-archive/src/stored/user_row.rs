//! The row of one of the company's own people, sealed with a key of its own.

use conversation::UserId;

use crate::{Error, User};

use super::context::Context;
use super::fault::bad_id;
use super::record::{Person, from_bytes, to_bytes};
use super::seal::Key;

/// One row of `users`. The hash of the address is written, never read back.
pub(crate) struct UserRow {
    pub(crate) id: String,
    pub(crate) email_hash: Option<String>,
    pub(crate) manager: Option<String>,
    pub(crate) is_active: bool,
    pub(crate) dek: i64,
    pub(crate) wrapped: Vec<u8>,
    pub(crate) person: Vec<u8>,
}

impl UserRow {
    /// The row of a user under a new key.
    pub(crate) fn of(context: &Context, user: &User) -> Result<Self, Error> {
        let id = user.id.as_str();
        let key = Key::random()?;
        let (version, dek) = context.keys.newest_dek()?;
        let wrapped = dek.wrap(context.place("users", id, "wrapped"), &key)?;
        let person = Person {
            name: user.name.clone(),
            email: user.email.clone(),
            phone: None,
            title: user.title.clone(),
        };
        let person = key.seal(context.place("users", id, "person"), &to_bytes(&person)?)?;
        let address = user.email.as_deref();
        Ok(Self {
            id: id.to_owned(),
            email_hash: address.and_then(|email| context.hash_key().email(email)),
            manager: user.manager.as_ref().map(ToString::to_string),
            is_active: user.is_active,
            dek: version,
            wrapped,
            person,
        })
    }

    pub(crate) fn open(self, context: &Context) -> Result<User, Error> {
        let dek = context.keys.dek(self.dek)?;
        let key = dek.unwrap(context.place("users", &self.id, "wrapped"), &self.wrapped)?;
        let person = key.open(context.place("users", &self.id, "person"), &self.person)?;
        let person: Person = from_bytes(&person)?;
        let mut user = User::new(UserId::new(self.id).map_err(bad_id)?);
        user.name = person.name;
        user.email = person.email;
        user.title = person.title;
        user.manager = self.manager.map(UserId::new).transpose().map_err(bad_id)?;
        user.is_active = self.is_active;
        Ok(user)
    }
}
