//! What some of the examples begin with, so that each shows one thing.

mod trial;

use std::sync::Arc;

use anyhow::{Context as _, Result};
use gong_app::{App, Config, Environment, Flags, Quiet, SyncReach};
use gong_sim::{Limits, Sim, World};
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;

pub use trial::front_end_trial;

/// An app over the 34 invented calls of `gong-sim`, in a folder that goes with the second value.
///
/// `settings` are the variables that gongkit reads. It searches by words, so that no model is
/// fetched. Yours is made by the same three lines, over your own variables and your own archive.
pub async fn sample_app(settings: &[(&str, &str)]) -> Result<(App, TempDir)> {
    let gong = Sim::builder()
        .world(World::sample())
        .limits(Limits::off())
        .start()
        .await?;
    let home = tempfile::tempdir()?;
    let folder = home.path().to_str().context("a folder with a plain name")?;
    let here = [
        ("HOME", folder),
        ("GONG_BASE_URL", gong.base_url()),
        ("GONG_ACCESS_KEY", gong.access_key()),
        ("GONG_ACCESS_KEY_SECRET", gong.access_secret()),
        ("GONGKIT__MODEL__NAME", "hash"),
    ];
    let all = here.iter().chain(settings);
    let variables = all.map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));

    let environment = Environment::new(variables, jiff::Timestamp::now)
        .system_config(home.path().join("none.toml"));
    let config = Config::load(&environment, &Flags::default())?;
    let app = App::new(
        config,
        &environment,
        Arc::new(Quiet),
        CancellationToken::new(),
    );

    app.sync(SyncReach::Due).await?;
    gong.shutdown().await;
    Ok((app, home))
}
