//! The company's own people in memory.

use std::cmp::Reverse;

use async_trait::async_trait;
use conversation::UserId;

use crate::{Error, MemoryArchive, People, User};

#[async_trait]
impl People for MemoryArchive {
    async fn put_users(&self, users: &[User]) -> Result<(), Error> {
        let mut state = self.writing()?;
        for user in users {
            if !self.refuses_user(&state, user) {
                state.users.insert(user.id.clone(), user.clone());
            }
        }
        Ok(())
    }

    async fn users(&self) -> Result<Vec<User>, Error> {
        Ok(self.state().users.values().cloned().collect())
    }

    async fn users_by_id(&self, ids: &[UserId]) -> Result<Vec<User>, Error> {
        let state = self.state();
        let found = ids.iter().filter_map(|id| state.users.get(id).cloned());
        Ok(found.collect())
    }

    async fn users_by_email(&self, hash: &str) -> Result<Vec<User>, Error> {
        let has_address = |user: &&User| {
            let address = user.email.as_deref();
            address.and_then(|email| self.key.email(email)).as_deref() == Some(hash)
        };
        let state = self.state();
        let mut found: Vec<User> = state.users.values().filter(has_address).cloned().collect();
        found.sort_by_key(|user| Reverse(user.is_active));
        Ok(found)
    }
}
