//! The company's own people, as Gong lists them: who leads whom, and who is still there.

use std::collections::BTreeMap;

use call_archive::{Checkpoint, User};
use conversation::UserId;
use gong_client::{ListUsers, Page};
use jiff::Timestamp;

use crate::sync::Sync;
use crate::{Error, Failure, SyncReport, map};

const LISTED: &str = "gong-sync/users";

impl Sync {
    /// When the users were last listed in full.
    pub(crate) async fn users_listed(&self) -> Result<Option<Timestamp>, Error> {
        let stored = self.parts().archive.load(LISTED).await?;
        Ok(stored.and_then(|text| text.parse().ok()))
    }

    /// Lists and stores the users. A key that may not, or a list that cannot be had, is told; calls
    /// do not wait for it.
    pub(crate) async fn refresh_users(&self, report: &mut SyncReport) -> Result<(), Error> {
        let pages = self.all_pages(ListUsers::new()).await;
        let pages = match report.unless_refused::<ListUsers, _>(pages) {
            Ok(Some(pages)) => pages,
            Ok(None) => return Ok(()),
            Err(error) if error.is_transient() => return Err(error),
            Err(error) => {
                let failure = Failure::new(None, "users", error.to_string());
                report.failures.push(failure);
                return Ok(());
            }
        };
        report.requests.users += pages.len() as u64;
        report.users.listed = self.store_users(pages, report).await?;
        let value = self.now().to_string();
        let name = LISTED.to_owned();
        Ok(self
            .parts()
            .archive
            .save(Checkpoint { name, value })
            .await?)
    }

    async fn store_users(
        &self,
        pages: Vec<Page<gong_client::User>>,
        report: &mut SyncReport,
    ) -> Result<u64, Error> {
        let archive = &self.parts().archive;
        let known = archive.users().await?;
        let known: BTreeMap<&UserId, &User> = known.iter().map(|user| (&user.id, user)).collect();
        let mut announced = 0;
        let mut has_unreadable = false;
        let mut listed: BTreeMap<UserId, User> = BTreeMap::new();
        for page in pages {
            announced = announced.max(page.records.total.unwrap_or(0));
            has_unreadable |= !page.unreadable.is_empty();
            for user in &page.elements {
                let Some(id) = map::user_id(&user.value) else {
                    has_unreadable = true;
                    continue;
                };
                let user = map::user(id.clone(), &user.value, known.get(&id).copied());
                listed.insert(id, user);
            }
        }
        let count = listed.len() as u64;
        let is_complete = !has_unreadable && count >= announced;
        let mut to_store: Vec<User> = listed.values().cloned().collect();
        if is_complete {
            let gone = gone(&known, &listed);
            report.users.left = gone.len() as u64;
            to_store.extend(gone);
        }
        archive.put_users(&to_store).await?;
        Ok(count)
    }
}

/// Those who were active and are not listed any more, as inactive: unless that is half of all or
/// more, which says something about the list and nothing about them.
fn gone(known: &BTreeMap<&UserId, &User>, listed: &BTreeMap<UserId, User>) -> Vec<User> {
    let active: Vec<&&User> = known.values().filter(|user| user.is_active).collect();
    let mut gone: Vec<User> = active
        .iter()
        .filter(|user| !listed.contains_key(&user.id))
        .map(|user| (**user).clone())
        .collect();
    if gone.len() * 2 >= active.len() {
        return Vec::new();
    }
    for user in &mut gone {
        user.is_active = false;
    }
    gone
}

#[cfg(test)]
mod tests {
    use super::*;

    fn users(ids: std::ops::Range<u32>) -> BTreeMap<UserId, User> {
        let user = |id: u32| User::new(UserId::new(id.to_string()).unwrap());
        ids.map(|id| (user(id).id, user(id))).collect()
    }

    #[test]
    fn who_is_not_listed_any_more_has_left_unless_half_of_all_have() {
        let known = users(0..10);
        let known = known.iter().collect();
        let left = |listed| gone(&known, &users(listed)).len();

        assert_eq!(left(0..10), 0);
        assert_eq!(left(1..30), 1);
        assert_eq!(left(4..10), 4);
        assert_eq!(left(5..10), 0);
        assert_eq!(left(0..0), 0);
        assert!(
            gone(&known, &users(2..10))
                .iter()
                .all(|user| !user.is_active)
        );
    }
}
