//! Competitors: named, nicknamed or misheard, told from the ordinary word, with their stance.

use std::sync::LazyLock;

use super::labels::STANCE;
use crate::classifier::{Classifier, sigmoid};
use crate::features::{Mention, SentenceFeatures, mentions, stance_features};
use crate::{
    CallView, DetectError, Detector, DetectorSpec, Digest, Evidence, Finding, Stance, Value, Watch,
    inference,
};

const BYTES: &[u8] = include_bytes!("models/mention.bin");

/// Tells a mention of a competitor from the ordinary word.
static MENTION: LazyLock<Classifier> =
    LazyLock::new(|| Classifier::from_bytes(BYTES).expect("the shipped model reads"));

/// Finds mentions of the watched competitors.
#[derive(Clone, Debug)]
pub struct Competitors {
    spec: DetectorSpec,
    watched: Vec<Watch>,
}

impl Competitors {
    /// The detector of these competitors.
    pub fn new(watched: &[Watch]) -> Self {
        let names = watched.iter().flat_map(|watch| {
            let aliases = watch.aliases.iter().map(String::as_bytes);
            std::iter::once(watch.name.as_bytes())
                .chain(aliases)
                .chain([&[][..]])
        });
        let digest = STANCE.digest();
        let params = Digest::of(
            [BYTES, digest.as_bytes().as_slice()]
                .into_iter()
                .chain(names),
        );
        let counted = MENTION.outputs().first();
        let confidence = counted.map_or(crate::Confidence::Untested, |output| {
            inference::wilson(output.right, output.counted)
        });
        Self {
            spec: DetectorSpec::new("competitors", 2)
                .with_params(params)
                .with_vectors()
                .measured(confidence),
            watched: watched.to_vec(),
        }
    }
}

impl Detector for Competitors {
    fn spec(&self) -> &DetectorSpec {
        &self.spec
    }

    fn run(&self, call: &CallView<'_>) -> Result<Vec<Finding>, DetectError> {
        let threshold = MENTION
            .outputs()
            .first()
            .map_or(0.5, |output| output.threshold);
        let (kept, likely): (Vec<Mention>, Vec<f32>) = mentions(call, &self.watched)
            .into_iter()
            .map(|mention| {
                let probability = probability(&mention);
                (mention, probability)
            })
            .filter(|&(_, probability)| probability >= threshold)
            .unzip();
        let mut found = Vec::with_capacity(kept.len());
        for ((mention, probability), stance) in kept.iter().zip(likely).zip(stances(call, &kept)) {
            let place = call
                .lines()
                .get(mention.line)
                .zip(self.watched.get(mention.watch));
            let Some((line, watch)) = place else {
                continue;
            };
            let value = Value::Competitor {
                name: watch.name.clone(),
                stance,
            };
            let evidence = Evidence::sentence(call.cite(line));
            let finding = self.spec.found(call, value, evidence);
            found.push(finding.scored(f64::from(probability)));
        }
        Ok(found)
    }
}

fn probability(mention: &Mention) -> f32 {
    let features = SentenceFeatures {
        named: mention.named.clone(),
        dense: Vec::new(),
    };
    MENTION
        .score(&features)
        .first()
        .copied()
        .map_or(0.0, sigmoid)
}

/// Where each mention stands, by what is said around it.
fn stances(call: &CallView<'_>, mentions: &[Mention]) -> Vec<Stance> {
    let stance = |features: &SentenceFeatures| {
        let word = STANCE.best_of(call, features);
        word.and_then(Stance::from_word).unwrap_or(Stance::Neutral)
    };
    let features = stance_features(call, mentions);
    features.iter().map(stance).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::call_of;

    fn named(text: &str) -> Vec<String> {
        let call = call_of(&[("theirs", text)]);
        let watched = ["Summit", "Quillo", "BrightLedger"].map(Watch::new);
        let found = Competitors::new(&watched)
            .run(&call.view())
            .expect("it runs");
        found
            .iter()
            .filter_map(|f| f.value().name().map(str::to_owned))
            .collect()
    }

    #[test]
    fn a_competitor_is_told_from_the_ordinary_word() {
        assert_eq!(
            named("Then we had a demo from Quillo and it was fine."),
            ["Quillo"]
        );
        assert_eq!(named("The Keelo people came in at sixty two."), ["Quillo"]);
        assert_eq!(
            named("We use Bright Letter for the invoices."),
            ["BrightLedger"]
        );
        assert_eq!(
            named("We walked up to the summit of the mountain."),
            [] as [&str; 0]
        );
    }
}
