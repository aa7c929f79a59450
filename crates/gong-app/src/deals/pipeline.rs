//! How the team sells, as its settings say.

use conversation::Currency;
use insights::deals::PipelineRules;

use crate::app::App;
use crate::config::list;

impl App {
    /// The stages of the team and what they mean.
    pub(crate) fn pipeline(&self) -> PipelineRules {
        let settings = &self.config().settings.pipeline;
        let mut rules = PipelineRules::default();
        rules.stages = list(&settings.stages);
        rules.won = list(&settings.won);
        rules.lost = list(&settings.lost);
        rules
    }

    /// The currency of an amount that comes without one.
    pub(crate) fn currency(&self) -> Option<Currency> {
        self.config().settings.pipeline.currency.parse().ok()
    }
}
