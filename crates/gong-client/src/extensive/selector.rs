//! What Gong is asked to tell of each call.
use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::Timing;

/// What Gong is asked to tell of each call; empty by default.
///
/// ```
/// use gong_client::{ContentSelector, ContextDepth, ExposedField, Timing};
///
/// let selector = ContentSelector::default()
///     .with(ExposedField::Parties)
///     .with(ExposedField::Outline)
///     .context(ContextDepth::Extended, [Timing::TimeOfCall]);
///
/// assert!(selector.includes(ExposedField::Outline));
/// assert!(!ContentSelector::all_but_media().includes(ExposedField::Media));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ContentSelector {
    fields: BTreeSet<ExposedField>,
    depth: Option<ContextDepth>,
    timings: Vec<Timing>,
}

/// How much of the CRM Gong tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ContextDepth {
    /// Nothing.
    None,
    /// Links to objects.
    Basic,
    /// Links and the objects' fields.
    Extended,
}

/// A part of a call that Gong tells on request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum ExposedField {
    /// Who took part.
    Parties,
    /// Addresses of the recording, valid for eight hours; needs a scope of its own.
    Media,
    /// The parts of the call and how long they took.
    Structure,
    /// The topics and how long they took.
    Topics,
    /// How often trackers were heard.
    Trackers,
    /// Where trackers were heard; asks for [`ExposedField::Trackers`], too.
    TrackerOccurrences,
    /// Gong's summary.
    Brief,
    /// Gong's outline.
    Outline,
    /// Gong's highlights, next steps among them.
    Highlights,
    /// The outcome of the call.
    CallOutcome,
    /// Gong's key points.
    KeyPoints,
    /// Who spoke for how long.
    Speakers,
    /// What was seen, for how long.
    Video,
    /// Talk ratio, patience and the like.
    PersonInteractionStats,
    /// How many questions were asked.
    Questions,
    /// Comments that everybody may read.
    PublicComments,
}

impl ExposedField {
    /// All parts, media included.
    pub const ALL: [Self; 16] = [
        Self::Parties,
        Self::Media,
        Self::Structure,
        Self::Topics,
        Self::Trackers,
        Self::TrackerOccurrences,
        Self::Brief,
        Self::Outline,
        Self::Highlights,
        Self::CallOutcome,
        Self::KeyPoints,
        Self::Speakers,
        Self::Video,
        Self::PersonInteractionStats,
        Self::Questions,
        Self::PublicComments,
    ];

    /// The group and the name under which Gong knows the part.
    fn place(self) -> (Option<&'static str>, &'static str) {
        const CONTENT: Option<&str> = Some("content");
        const INTERACTION: Option<&str> = Some("interaction");
        match self {
            Self::Parties => (None, "parties"),
            Self::Media => (None, "media"),
            Self::Structure => (CONTENT, "structure"),
            Self::Topics => (CONTENT, "topics"),
            Self::Trackers => (CONTENT, "trackers"),
            Self::TrackerOccurrences => (CONTENT, "trackerOccurrences"),
            Self::Brief => (CONTENT, "brief"),
            Self::Outline => (CONTENT, "outline"),
            Self::Highlights => (CONTENT, "highlights"),
            Self::CallOutcome => (CONTENT, "callOutcome"),
            Self::KeyPoints => (CONTENT, "keyPoints"),
            Self::Speakers => (INTERACTION, "speakers"),
            Self::Video => (INTERACTION, "video"),
            Self::PersonInteractionStats => (INTERACTION, "personInteractionStats"),
            Self::Questions => (INTERACTION, "questions"),
            Self::PublicComments => (Some("collaboration"), "publicComments"),
        }
    }
}

impl ContentSelector {
    /// Everything that Gong tells of a call but media addresses, with the CRM's full context as
    /// it was at the time of the call.
    pub fn all_but_media() -> Self {
        ExposedField::ALL
            .into_iter()
            .filter(|&field| field != ExposedField::Media)
            .fold(Self::default(), Self::with)
            .context(ContextDepth::Extended, [Timing::TimeOfCall])
    }

    /// Asks for a part.
    #[must_use = "the selector is returned, not changed in place"]
    pub fn with(mut self, field: ExposedField) -> Self {
        if field == ExposedField::TrackerOccurrences {
            self.fields.insert(ExposedField::Trackers);
        }
        self.fields.insert(field);
        self
    }

    /// Does not ask for a part.
    #[must_use = "the selector is returned, not changed in place"]
    pub fn without(mut self, field: ExposedField) -> Self {
        if field == ExposedField::Trackers {
            self.fields.remove(&ExposedField::TrackerOccurrences);
        }
        self.fields.remove(&field);
        self
    }

    /// Asks for the CRM's context: how much of it, and as of when.
    #[must_use = "the selector is returned, not changed in place"]
    pub fn context(
        mut self,
        depth: ContextDepth,
        timings: impl IntoIterator<Item = Timing>,
    ) -> Self {
        self.depth = Some(depth);
        self.timings = timings.into_iter().collect();
        self
    }

    /// Tells whether a part is asked for.
    pub fn includes(&self, field: ExposedField) -> bool {
        self.fields.contains(&field)
    }

    pub(crate) fn to_json(&self) -> Value {
        let mut exposed = json!({});
        for field in &self.fields {
            match field.place() {
                (Some(group), name) => exposed[group][name] = true.into(),
                (None, name) => exposed[name] = true.into(),
            }
        }
        let mut selector = json!({ "exposedFields": exposed });
        if let Some(depth) = self.depth {
            selector["context"] = match depth {
                ContextDepth::None => "None".into(),
                ContextDepth::Basic => "Basic".into(),
                ContextDepth::Extended => "Extended".into(),
            };
        }
        if !self.timings.is_empty() {
            selector["contextTiming"] = self.timings.iter().map(Timing::as_str).collect();
        }
        selector
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_selector_is_written_as_gong_reads_it() {
        let selector = ContentSelector::default()
            .with(ExposedField::Parties)
            .with(ExposedField::TrackerOccurrences)
            .with(ExposedField::PublicComments)
            .context(ContextDepth::Basic, [Timing::Now, Timing::TimeOfCall]);

        let expected = json!({
            "context": "Basic",
            "contextTiming": ["Now", "TimeOfCall"],
            "exposedFields": {
                "parties": true,
                "content": { "trackers": true, "trackerOccurrences": true },
                "collaboration": { "publicComments": true },
            },
        });
        assert_eq!(selector.to_json(), expected);
    }

    #[test]
    fn nothing_is_asked_for_unless_said() {
        assert_eq!(
            ContentSelector::default().to_json(),
            json!({ "exposedFields": {} })
        );
        let none = ExposedField::ALL
            .into_iter()
            .fold(ContentSelector::all_but_media(), ContentSelector::without);
        assert_eq!(none.to_json()["exposedFields"], json!({}));
    }
}
