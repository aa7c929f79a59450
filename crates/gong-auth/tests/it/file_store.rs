//! Both stores keep the laws, and the file also what only files can break.
use std::{fs, path::Path};

use gong_auth::{
    Error, FileTokenStore, Login, LoginListener, MemoryTokenStore, OAuthError, Redirect, Scopes,
    TokenStore as _, Tokens, conformance, testing::FakeLogin,
};
use jiff::Timestamp;
use tempfile::TempDir;

use crate::fixture::{Clock, header, oauth};

struct World {
    folder: TempDir,
    store: FileTokenStore,
    gong: FakeLogin,
}

impl World {
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = FileTokenStore::new(folder.path().join("gongkit/oauth.json"));
        let gong = FakeLogin::start().await.unwrap();
        Self {
            folder,
            store,
            gong,
        }
    }

    async fn store_some(&self) -> Tokens {
        let tokens = self.gong.tokens(Timestamp::UNIX_EPOCH);
        let locked = self.store.lock().await.unwrap();
        locked.replace(&tokens).await.unwrap();
        tokens
    }

    fn names(&self) -> Vec<String> {
        let files = fs::read_dir(self.folder.path().join("gongkit")).unwrap();
        let name = |file: std::io::Result<fs::DirEntry>| file.unwrap().file_name().into_string();
        let mut names: Vec<_> = files.map(|file| name(file).unwrap()).collect();
        names.sort();
        names
    }

    fn beside(&self, ending: &str) -> std::path::PathBuf {
        self.store
            .path()
            .with_file_name(format!("oauth.json{ending}"))
    }
}

#[tokio::test]
async fn memory_keeps_the_laws() {
    conformance::check(async || {
        let store = MemoryTokenStore::new();
        (store.clone(), store)
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_keeps_the_laws() {
    let folder = tempfile::tempdir().unwrap();
    let number = std::sync::atomic::AtomicUsize::new(0);
    conformance::check(async || {
        let number = number.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
        let path = folder.path().join(number.to_string());
        (FileTokenStore::new(&path), FileTokenStore::new(&path))
    })
    .await;
}

#[cfg(unix)]
#[tokio::test]
async fn nobody_else_can_read_the_files() {
    use std::os::unix::fs::PermissionsExt as _;

    let world = World::new().await;
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    world.store_some().await;
    let locked = world.store.lock().await.unwrap();

    let modes = ["", ".lock", ".new"].map(|ending| mode(&world.beside(ending)));
    drop(locked);

    assert_eq!(modes, [0o600; 3]);
    assert_eq!(mode(&world.folder.path().join("gongkit")), 0o700);
    assert_eq!(world.names(), ["oauth.json", "oauth.json.lock"]);
}

#[cfg(unix)]
#[tokio::test]
async fn a_file_that_others_could_read_is_private_after_a_replacement() {
    use std::os::unix::fs::PermissionsExt as _;

    let world = World::new().await;
    world.store_some().await;
    fs::set_permissions(world.store.path(), fs::Permissions::from_mode(0o644)).unwrap();

    world.store_some().await;

    let mode = fs::metadata(world.store.path())
        .unwrap()
        .permissions()
        .mode();
    assert_eq!(mode & 0o777, 0o600);
}

#[tokio::test]
async fn what_a_dead_process_left_does_not_stand_in_the_way() {
    let world = World::new().await;
    let before = world.store_some().await;
    fs::write(world.beside(".new"), "half a rec").unwrap();

    let loaded = world.store.load().await.unwrap();
    let after = world.store_some().await;

    assert_eq!(loaded, Some(before));
    assert_eq!(world.store.load().await.unwrap(), Some(after));
    assert_eq!(world.names(), ["oauth.json", "oauth.json.lock"]);
}

#[cfg(unix)]
#[tokio::test]
async fn a_link_in_place_of_the_new_file_is_not_followed() {
    let world = World::new().await;
    world.store_some().await;
    let elsewhere = world.folder.path().join("elsewhere");
    fs::write(&elsewhere, "untouched").unwrap();
    std::os::unix::fs::symlink(&elsewhere, world.beside(".new")).unwrap();

    let tokens = world.store_some().await;

    assert_eq!(fs::read_to_string(&elsewhere).unwrap(), "untouched");
    assert_eq!(world.store.load().await.unwrap(), Some(tokens));
}

#[tokio::test]
async fn where_no_file_can_be_made_the_lock_fails_and_gong_is_not_asked() {
    let world = World::new().await;
    let tokens = world.store_some().await;
    fs::create_dir(world.beside(".new")).unwrap();
    let oauth = oauth(&world.gong, world.store.clone(), &Clock::new());

    let error = header(&oauth).await.unwrap_err();

    assert_eq!(error.to_string(), "the token store cannot be written");
    assert_eq!(world.gong.requests(), 0);
    assert_eq!(world.store.load().await.unwrap(), Some(tokens));
}

#[tokio::test]
async fn tokens_changed_behind_the_locks_back_are_not_overwritten() {
    let world = World::new().await;
    world.store_some().await;
    let locked = world.store.lock().await.unwrap();
    let theirs = world.gong.tokens(Timestamp::UNIX_EPOCH);
    let record = theirs.to_record();
    fs::write(
        world.store.path(),
        secrecy::ExposeSecret::expose_secret(&record),
    )
    .unwrap();

    let ours = world.gong.tokens(Timestamp::UNIX_EPOCH);
    let error = locked.replace(&ours).await.unwrap_err();

    assert!(matches!(error, OAuthError::Store { .. }), "{error}");
    assert_eq!(world.store.load().await.unwrap(), Some(theirs));
}

#[tokio::test]
async fn a_damaged_file_is_said_and_ended_by_a_login() {
    let world = World::new().await;
    world.store_some().await;
    fs::write(world.store.path(), "canary").unwrap();
    let clock = Clock::new();
    let oauth = oauth(&world.gong, world.store.clone(), &clock);

    let error = header(&oauth).await.unwrap_err();
    let listener = LoginListener::bind(Redirect::parse("http://127.0.0.1:0/").unwrap())
        .await
        .unwrap();
    let scopes = Scopes::parse("api:users:read");
    let login = Login::new(&world.gong.app(), listener.redirect(), &scopes, &[7; 64]);
    let (page, code) = tokio::join!(
        world.gong.browse(login.url()),
        listener.receive(&login, gong_auth::LOGIN_DEADLINE),
    );
    page.unwrap();
    let tokens = oauth.log_in(&login, code.unwrap()).await.unwrap();

    assert!(matches!(error, Error::OAuth(OAuthError::Store { .. })));
    assert!(!format!("{error} {error:?}").contains("canary"));
    assert_eq!(world.store.load().await.unwrap().as_ref(), Some(&*tokens));
}
