//! `insights`, `trackers`.

use gong_app::{Error, ErrorKind, StatsRequest, TrackerRequest};

use super::{Context, absolute};
use crate::arguments::{InsightsArgs, InsightsCommand, TrackersArgs, TrackersCommand};
use crate::{output, tables};

pub(crate) async fn run(context: &Context, arguments: InsightsArgs) -> Result<(), Error> {
    let app = context.app()?;
    match arguments.command {
        None => {
            let call = arguments.call.ok_or_else(|| {
                Error::new(ErrorKind::Usage, "no call is named")
                    .hint("`gongkit insights CALL`; ids stand in every answer of `gongkit search`")
            })?;
            let view = app.insights(&call, arguments.include_private).await?;
            context.bars.clear();
            output::answer(context.format, &view, tables::insights)
        }
        Some(InsightsCommand::Stats {
            calls,
            strict,
            compare,
            include_private,
        }) => {
            let mut request = StatsRequest::default();
            request.calls = calls;
            request.is_strict = strict;
            request.compare = compare;
            request.include_private = include_private;
            let view = app.stats(&request).await?;
            context.bars.clear();
            output::answer(context.format, &view, tables::stats)
        }
        Some(InsightsCommand::Replay { finding }) => {
            let view = app.replay(&finding, arguments.include_private).await?;
            context.bars.clear();
            output::answer(context.format, &view, tables::replay)?;
            if view.is_same {
                Ok(())
            } else {
                Err(Error::new(ErrorKind::Integrity, "other bytes came out"))
            }
        }
        Some(InsightsCommand::Label { finding, verdict }) => {
            let is_right = verdict == "right";
            let view = app
                .label(&finding, is_right, arguments.include_private)
                .await?;
            output::answer(context.format, &view, tables::labelled)
        }
        Some(InsightsCommand::Missed {
            call,
            sentence,
            detector,
        }) => {
            let view = app
                .missed(&call, &sentence, &detector, arguments.include_private)
                .await?;
            output::answer(context.format, &view, tables::missed)
        }
    }
}

pub(crate) async fn trackers(context: &Context, arguments: TrackersArgs) -> Result<(), Error> {
    let app = context.app()?;
    match arguments.command {
        TrackersCommand::Test { file, calls } => {
            let mut request = TrackerRequest::new(absolute(&file)?);
            request.calls = calls;
            let view = app.test_trackers(&request).await?;
            context.bars.clear();
            output::answer(context.format, &view, |view| tables::hits(view))
        }
        TrackersCommand::Save { file } => {
            let view = app.save_trackers(&absolute(&file)?).await?;
            context.bars.clear();
            output::answer(context.format, &view, tables::trackers)
        }
        TrackersCommand::List => {
            let view = app.list_trackers().await?;
            output::answer(context.format, &view, tables::trackers)
        }
        TrackersCommand::Competitors { file } => {
            let count = app.watch_competitors(&absolute(&file)?).await?;
            output::answer(context.format, &count, |count| {
                format!("{count} competitors are watched.")
            })
        }
    }
}
