//! Which source wins, and that no secret prints on the way.
use std::collections::HashMap;

use base64::{Engine as _, engine::general_purpose::STANDARD};

use super::*;
use crate::Authorize;

const KEY: &str = "CANARYKEY";
const SECRET: &str = "canary-secret";

struct World {
    environment: HashMap<&'static str, &'static str>,
    files: HashMap<&'static str, &'static str>,
    settings: KeySettings,
}

impl World {
    fn new(environment: &[(&'static str, &'static str)]) -> Self {
        Self {
            environment: environment.iter().copied().collect(),
            files: HashMap::from([
                ("/key", "CANARYKEY\n"),
                ("/secret", "  canary-secret\r\n"),
                ("/broken", "canary-secret and more"),
            ]),
            settings: KeySettings::default(),
        }
    }

    fn find(&self) -> Result<FoundKeyPair, Error> {
        let environment = |name: &str| self.environment.get(name).map(|&text| text.to_owned());
        let files = |path: &Path| match self.files.get(path.to_str().unwrap()) {
            Some(text) => Ok((*text).to_owned().into()),
            None => Err(io::ErrorKind::NotFound.into()),
        };
        KeySources::new(&environment, &files)
            .settings(&self.settings)
            .find()
    }
}

#[tokio::test]
async fn environment_files_and_configuration_all_give_the_same_pair() {
    let mut configured = World::new(&[]);
    configured.settings = KeySettings {
        access_key: Some(KEY.to_owned().into()),
        access_key_secret_file: Some("/secret".into()),
        ..KeySettings::default()
    };
    let worlds = [
        (
            World::new(&[(ACCESS_KEY, KEY), (ACCESS_KEY_SECRET, SECRET)]),
            "environment GONG_ACCESS_KEY",
            "environment GONG_ACCESS_KEY_SECRET",
        ),
        (
            World::new(&[
                ("GONG_ACCESS_KEY_FILE", "/key"),
                ("GONG_ACCESS_KEY_SECRET_FILE", "/secret"),
            ]),
            "file /key (GONG_ACCESS_KEY_FILE)",
            "file /secret (GONG_ACCESS_KEY_SECRET_FILE)",
        ),
        (
            configured,
            "configuration gong.access_key",
            "file /secret (gong.access_key_secret_file)",
        ),
    ];

    for (world, key_from, secret_from) in worlds {
        let found = world.find().unwrap();

        assert_eq!(found.access_key_from.to_string(), key_from);
        assert_eq!(found.secret_from.to_string(), secret_from);
        let header = found.pair.authorization().await.unwrap();
        let expected = STANDARD.encode(format!("{KEY}:{SECRET}"));
        assert_eq!(header.expose_secret(), format!("Basic {expected}"));
    }
}

#[test]
fn the_environment_wins_over_configuration() {
    let mut world = World::new(&[(ACCESS_KEY, KEY), (ACCESS_KEY_SECRET, SECRET)]);
    world.settings.access_key = Some("OTHER".to_owned().into());

    let found = world.find().unwrap();

    assert_eq!(found.pair.access_key(), KEY);
}

#[test]
fn what_is_missing_twice_unreadable_or_malformed_is_named_and_never_quoted() {
    let mut twice = World::new(&[(ACCESS_KEY, KEY)]);
    twice.settings.access_key_secret = Some(SECRET.to_owned().into());
    twice.settings.access_key_secret_file = Some("/secret".into());
    let worlds = [
        (
            World::new(&[]),
            "no access key: set GONG_ACCESS_KEY or GONG_ACCESS_KEY_FILE",
        ),
        (
            World::new(&[(ACCESS_KEY, KEY), (ACCESS_KEY_SECRET, " ")]),
            "no access key secret: set GONG_ACCESS_KEY_SECRET or GONG_ACCESS_KEY_SECRET_FILE",
        ),
        (
            World::new(&[(ACCESS_KEY, KEY), ("GONG_ACCESS_KEY_FILE", "/key")]),
            "both GONG_ACCESS_KEY and GONG_ACCESS_KEY_FILE are set; keep one",
        ),
        (
            twice,
            "both gong.access_key_secret and gong.access_key_secret_file are set; keep one",
        ),
        (
            World::new(&[(ACCESS_KEY, KEY), ("GONG_ACCESS_KEY_SECRET_FILE", "/none")]),
            "cannot read /none (from GONG_ACCESS_KEY_SECRET_FILE)",
        ),
        (
            World::new(&[
                (ACCESS_KEY, KEY),
                ("GONG_ACCESS_KEY_SECRET_FILE", "/broken"),
            ]),
            "the access key secret contains white space",
        ),
    ];

    for (world, message) in worlds {
        let error = world.find().unwrap_err();

        assert_eq!(error.to_string(), message);
        assert_no_canary(&format!("{error:?} {:?}", world.settings));
    }
}

#[test]
fn a_found_pair_prints_where_it_came_from_and_nothing_else() {
    let world = World::new(&[
        (ACCESS_KEY, KEY),
        ("GONG_ACCESS_KEY_SECRET_FILE", "/secret"),
    ]);

    let shown = format!("{:?}", world.find().unwrap());

    assert!(shown.contains("GONG_ACCESS_KEY_SECRET_FILE"));
    assert_no_canary(&shown);
}

#[test]
fn a_secret_file_is_read_from_disk_up_to_a_limit() {
    let folder = std::env::temp_dir().join(format!("gong-auth-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let (small, large) = (folder.join("small"), folder.join("large"));
    std::fs::write(&small, "secret\n").unwrap();
    std::fs::write(&large, "x".repeat(70_000)).unwrap();

    let read = read_secret_file(&small).unwrap();
    let refused = read_secret_file(&large).unwrap_err();

    assert_eq!(read.expose_secret(), "secret\n");
    assert_eq!(refused.kind(), io::ErrorKind::FileTooLarge);
    std::fs::remove_dir_all(&folder).unwrap();
}

fn assert_no_canary(shown: &str) {
    for canary in [KEY, SECRET, &STANDARD.encode(format!("{KEY}:{SECRET}"))] {
        assert!(!shown.contains(canary), "{shown}");
    }
}
