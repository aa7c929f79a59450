//! `demo`: the whole road on invented calls, in one command.

use std::fmt::Write as _;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

use gong_app::views::{DemoView, SearchView};
use gong_app::{App, Config, Error, ErrorKind, SearchRequest, StoreName};
use gong_sim::{Sim, World};

use super::{Context, demo_deals};
use crate::{output, tables};

/// Asked of the invented calls; each has an answer in them.
const QUESTIONS: [&str; 3] = [
    "What if the vendor goes out of business?",
    "Who approves a new processor of health data?",
    "Which rival did Larkfield look at?",
];
const PLACES: NonZeroUsize = NonZeroUsize::new(3).expect("not zero");

pub(crate) async fn run(context: &Context) -> Result<(), Error> {
    let mut config = context.config()?;
    let data_dir = demo_dir(&config)?;
    let sim = Sim::builder()
        .world(World::sample())
        .start()
        .await
        .map_err(|error| {
            Error::new(ErrorKind::Failed, "the simulated Gong did not start").caused_by(error)
        })?;
    config.settings.data.dir = Some(data_dir.clone());
    // The invented calls never meet the archive of a company.
    config.settings.archive.url = None;
    config.settings.archive.url_file = None;
    config.settings.memory.store = StoreName::Embedded;
    config.settings.gong.base_url = sim.base_url().to_owned();
    config.settings.gong.access_key = Some(sim.access_key().to_owned().into());
    config.settings.gong.access_key_file = None;
    config.settings.gong.access_key_secret = Some(sim.access_secret().to_owned().into());
    config.settings.gong.access_key_secret_file = None;
    context.remark(
        "A simulated Gong serves 34 invented sales calls on this machine; the real client syncs \
         them within Gong's limits. Every person, company and product in them is made up.",
    );
    let app = context.app_of(config);
    let done = app.sync_demo().await?;
    let answers = answers(&app).await;
    if done.problem.is_none() {
        demo_deals::watch(&app, &data_dir).await?;
        demo_deals::bring(&app, &data_dir).await?;
    }
    sim.shutdown().await;
    context.bars.clear();
    if let Some(problem) = done.problem {
        return Err(problem);
    }
    let view = DemoView::new(data_dir.display().to_string(), done.view, answers?);
    output::answer(context.format, &view, |view| text(view, &data_dir))
}

/// `demo` beside the data folder, unless a folder was named for it.
fn demo_dir(config: &Config) -> Result<PathBuf, Error> {
    let data = config.settings.data.dir.as_deref().ok_or_else(|| {
        Error::new(
            ErrorKind::NotConfigured,
            "there is no folder for the demo's data",
        )
        .hint("set HOME to an absolute path, or pass --data-dir")
    })?;
    let is_named = config
        .shown
        .iter()
        .any(|shown| shown.key == "data.dir" && shown.origin == "flag --data-dir");
    if is_named {
        return Ok(data.to_owned());
    }
    Ok(data.join("demo"))
}

async fn answers(app: &App) -> Result<Vec<SearchView>, Error> {
    let mut answers = Vec::new();
    for question in QUESTIONS {
        let mut request = SearchRequest::new(question);
        request.limit = Some(PLACES);
        answers.push(app.search(&request).await?);
    }
    Ok(answers)
}

fn text(view: &DemoView, data_dir: &Path) -> String {
    let mut text = tables::sync(&view.sync);
    for answer in &view.answers {
        text.push_str("\n\n");
        text.push_str(&tables::search(answer));
    }
    let dir = data_dir.display();
    let as_of = demo_deals::AS_OF;
    // Writing into a string cannot fail.
    let _ = write!(
        text,
        "\n\nThese calls are invented: every person, company and product in them is made up.\n\
         The demo's archive, key and index lie in {dir}\n\n\
         Try next:\n  \
         gongkit --data-dir {dir} search \"what does the customer pay for today?\" --side theirs\n  \
         gongkit --data-dir {dir} show CALL          (ids of calls stand above)\n  \
         gongkit --data-dir {dir} serve --dashboard --dashboard-note \"Invented data\"\n      \
         (pages of the quarter: open the link it prints, and look as of {as_of}; the CRM's deals are invented, too)\n  \
         gongkit doctor                              (then `gongkit sync`, with your own account)"
    );
    text
}
