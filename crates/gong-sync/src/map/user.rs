//! A user of the company's Gong.

use call_archive::User;
use conversation::UserId;

/// The id of a user; who has none is nobody.
pub(crate) fn user_id(gong: &gong_client::User) -> Option<UserId> {
    UserId::new(gong.id.as_ref()?.as_str()).ok()
}

/// Reads a user. What Gong leaves out of its answer by accident (a name, an address, whether
/// somebody is still there) stays as it was known; a manager that is not told is none.
pub(crate) fn user(id: UserId, gong: &gong_client::User, known: Option<&User>) -> User {
    let text = |text: &Option<String>| {
        let text = text.as_deref().map(str::trim);
        text.filter(|text| !text.is_empty()).map(str::to_owned)
    };
    let names = [text(&gong.first_name), text(&gong.last_name)];
    let name = names.into_iter().flatten().collect::<Vec<_>>().join(" ");
    let kept = |of: fn(&User) -> Option<String>| known.and_then(of);

    let mut user = User::new(id);
    user.name = text(&Some(name)).or_else(|| kept(|known| known.name.clone()));
    user.email = text(&gong.email_address).or_else(|| kept(|known| known.email.clone()));
    user.title = text(&gong.title);
    user.manager = gong
        .manager_id
        .as_ref()
        .and_then(|id| UserId::new(id.as_str()).ok());
    // Who is not said to be there is nobody new.
    let was_active = known.is_some_and(|known| known.is_active);
    user.is_active = gong.active.unwrap_or(was_active);
    user
}
