//! Laws of API keys: added once, recorded with what they do, revoked for good.

use access::{Permission, Role};

use crate::{ApiKey, Archive, ErrorKind};

use super::audit::{entry, sound};
use super::fixture::{at, user};

pub(super) async fn check<A: Archive>(make: &impl AsyncFn() -> A) {
    a_key_reads_back_whole_and_its_id_is_taken(&make().await).await;
    a_revoked_key_stays_with_its_first_revocation(&make().await).await;
    the_last_use_moves_forward_only(&make().await).await;
}

fn key(id: &str) -> ApiKey {
    let mut key = ApiKey::new(id, "ab".repeat(32), Role::Manager, at(0), at(60));
    key.label.push_str("warehouse");
    key
}

async fn add<A: Archive>(archive: &A, key: &ApiKey) {
    let told = entry(0, "add");
    archive.add_api_key(key, &told).await.expect("added");
}

async fn a_key_reads_back_whole_and_its_id_is_taken<A: Archive>(archive: &A) {
    let mut whole = key("k2");
    whole.created = at(1);
    whole.user = Some(user("u1"));
    whole.permissions = Some([Permission::CallsRead, Permission::DealsRead].into());
    let mut nothing = key("k1");
    nothing.permissions = Some([].into());
    add(archive, &whole).await;
    add(archive, &nothing).await;

    let again = archive.add_api_key(&key("k2"), &entry(0, "add")).await;

    assert_eq!(again.map_err(|e| e.kind()), Err(ErrorKind::Invalid));
    let read = archive.api_key("k2").await.expect("read");
    assert_eq!(read, Some(whole.clone()));
    assert_eq!(archive.api_key("k3").await.expect("read"), None);
    let all = archive.api_keys().await.expect("listed");
    assert_eq!(all, [nothing, whole]);
    assert_eq!(
        sound(archive).await,
        ["add", "add"],
        "what failed left no record"
    );
}

async fn a_revoked_key_stays_with_its_first_revocation<A: Archive>(archive: &A) {
    add(archive, &key("k1")).await;
    let told = entry(5, "revoke");

    let done = archive.revoke_api_key("k1", at(5), &told).await;
    assert!(done.expect("revoked"));
    let again = archive.revoke_api_key("k1", at(9), &told).await;
    assert!(again.expect("known"));
    let unknown = archive.revoke_api_key("k9", at(9), &told).await;
    assert!(!unknown.expect("no failure"));

    let read = archive.api_key("k1").await.expect("read").expect("kept");
    assert_eq!(read.revoked, Some(at(5)));
    assert_eq!(sound(archive).await, ["add", "revoke", "revoke"]);
}

async fn the_last_use_moves_forward_only<A: Archive>(archive: &A) {
    add(archive, &key("k1")).await;
    let id = |id: &str| id.to_owned();

    for seconds in [7, 3] {
        let used = [(id("k1"), at(seconds)), (id("gone"), at(1))];
        archive.used_api_keys(&used).await.expect("noted");
    }
    archive.used_api_keys(&[]).await.expect("nothing to note");

    let read = archive.api_key("k1").await.expect("read").expect("kept");
    assert_eq!(read.last_used, Some(at(7)));
}
