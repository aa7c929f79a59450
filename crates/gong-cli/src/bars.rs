//! How far it is, on stderr: bars on a terminal, one plain line a stage elsewhere.

use std::collections::BTreeMap;
use std::io::{self, IsTerminal as _};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use gong_app::{Listener, Stage, Step};
use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::arguments::Global;
use crate::output;

/// Shows steps and notes as the flags and the terminal allow.
pub(crate) struct Bars {
    look: Look,
    drawn: MultiProgress,
    stages: Mutex<BTreeMap<&'static str, ProgressBar>>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Look {
    /// `--quiet`.
    Nothing,
    /// `--no-progress`: notes only.
    Notes,
    /// No terminal: one line when a stage begins.
    Lines,
    Bars,
}

impl Bars {
    pub(crate) fn new(global: &Global) -> Self {
        let look = if global.quiet {
            Look::Nothing
        } else if global.no_progress {
            Look::Notes
        } else if io::stderr().is_terminal() {
            Look::Bars
        } else {
            Look::Lines
        };
        let target = if look == Look::Bars {
            ProgressDrawTarget::stderr_with_hz(8)
        } else {
            ProgressDrawTarget::hidden()
        };
        Self {
            look,
            drawn: MultiProgress::with_draw_target(target),
            stages: Mutex::default(),
        }
    }

    /// Takes the bars away, so that the answer stands alone.
    pub(crate) fn clear(&self) {
        for (_, bar) in std::mem::take(&mut *self.stages()) {
            bar.finish_and_clear();
        }
    }

    fn stages(&self) -> MutexGuard<'_, BTreeMap<&'static str, ProgressBar>> {
        self.stages.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Listener for Bars {
    fn step(&self, step: Step) {
        if matches!(self.look, Look::Nothing | Look::Notes) {
            return;
        }
        let mut stages = self.stages();
        let bar = stages.entry(step.stage.title()).or_insert_with(|| {
            if self.look == Look::Lines {
                output::say(&format!("{} …", beginning(step.stage)));
            }
            let bar = self
                .drawn
                .add(ProgressBar::new(0).with_prefix(step.stage.title()));
            bar.set_style(style(step.stage, step.total.is_some()));
            bar.enable_steady_tick(Duration::from_secs(1));
            bar
        });
        if let Some(total) = step.total {
            if bar.length() == Some(0) {
                bar.set_style(style(step.stage, true));
            }
            bar.set_length(total);
        }
        bar.set_position(step.done);
    }

    fn note(&self, note: &str) {
        match self.look {
            Look::Nothing => {}
            Look::Bars => self.drawn.suspend(|| output::say(note)),
            Look::Notes | Look::Lines => output::say(note),
        }
    }
}

fn beginning(stage: Stage) -> &'static str {
    match stage {
        Stage::Weights => "fetching the model",
        Stage::Calls => "bringing calls",
        Stage::Index => "indexing",
        Stage::Figures => "finding what calls hold",
        Stage::Erase => "taking calls out",
        Stage::Queries => "asking",
        Stage::Keys => "wrapping keys",
        Stage::Copy => "copying rows",
        Stage::Compare => "comparing rows",
        Stage::Crm => "writing to HubSpot",
        _ => "working",
    }
}

fn style(stage: Stage, has_total: bool) -> ProgressStyle {
    let template = match (stage, has_total) {
        (Stage::Weights, _) => "{prefix:>9} [{bar:30}] {bytes}/{total_bytes} {bytes_per_sec}",
        (_, true) => "{prefix:>9} [{bar:30}] {pos}/{len} {elapsed}",
        (_, false) => "{prefix:>9} {spinner} {pos} {elapsed}",
    };
    ProgressStyle::with_template(template)
        .unwrap_or_else(|_| ProgressStyle::default_bar())
        .progress_chars("=> ")
}
