use jiff::Timestamp;
use tokio_util::sync::CancellationToken;

use super::*;
use crate::{Config, Environment, Flags, Quiet};

struct Home(tempfile::TempDir);

impl Home {
    fn new() -> Self {
        Self(tempfile::tempdir().expect("a folder"))
    }

    fn path(&self) -> &str {
        self.0.path().to_str().expect("text")
    }

    fn app(&self, variables: &[(&str, &str)]) -> App {
        let variables = variables
            .iter()
            .map(|(name, value)| (format!("GONGKIT__{name}"), (*value).to_owned()));
        let home = [("HOME".to_owned(), self.path().to_owned())];
        let environment = Environment::new(variables.chain(home), Timestamp::now);
        let environment = environment.system_config("/nowhere/config.toml");
        let config = Config::load(&environment, &Flags::default()).expect("right");
        App::new(
            config,
            &environment,
            Arc::new(Quiet),
            CancellationToken::new(),
        )
    }
}

#[tokio::test]
async fn every_model_is_listed_and_only_one_with_sums_can_be_pulled() {
    let view = Home::new().app(&[]).stored_models().await.expect("a list");

    let names: Vec<&str> = view.models.iter().map(|model| &model.name[..]).collect();
    assert_eq!(names, KnownModel::ALL.map(KnownModel::name));
    for model in &view.models {
        let known = KnownModel::named(&model.name).expect("known");
        assert_eq!(model.can_be_pulled, known.files().is_some());
        assert!(!model.is_here, "{}", model.name);
    }
}

#[tokio::test]
async fn what_cannot_be_verified_is_not_fetched_and_the_way_to_it_is_told() {
    let home = Home::new();
    let app = home.app(&[("MODEL__NAME", "e5-small-v2")]);

    for refused in [
        app.pull_model(None).await.err(),
        app.verify_model(None).await.err(),
        app.pull_model(Some("bge-small-en-v1.5")).await.err(),
        app.embedder().await.err(),
    ] {
        let refused = refused.expect("there are no sums");
        let hint = refused.hint_text().expect("a hint");
        assert!(hint.contains("model.dir"), "{hint}");
    }
    let unknown = app.pull_model(Some("nothing")).await.expect_err("unknown");
    assert_eq!(unknown.kind(), ErrorKind::NotFound);
    assert_eq!(std::fs::read_dir(home.path()).expect("a folder").count(), 0);
}

#[tokio::test]
async fn a_model_without_files_has_none_to_verify() {
    let home = Home::new();
    let app = home.app(&[("MODEL__NAME", "hash")]);

    let refused = app.verify_model(None).await.expect_err("no files");

    assert_eq!(refused.kind(), ErrorKind::NotFound);
}

#[tokio::test]
async fn a_folder_of_another_model_is_refused_by_its_shape() {
    let home = Home::new();
    let config = r#"{"model_type": "bert", "hidden_act": "gelu", "hidden_size": 384,
        "num_attention_heads": 12, "num_hidden_layers": 6, "vocab_size": 30522,
        "intermediate_size": 1536, "max_position_embeddings": 512}"#;
    std::fs::write(home.0.path().join("config.json"), config).expect("written");
    let named = [
        ("MODEL__NAME", "bge-small-en-v1.5"),
        ("MODEL__DIR", home.path()),
    ];

    let refused = home.app(&named).verify_model(None).await.err();

    let said = refused.expect("six layers are not twelve").chain();
    assert!(
        said.contains("not the sizes of bge-small-en-v1.5"),
        "{said}"
    );
}
