//! Trackers: tried on past calls, saved, listed.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use access::{Form, Operation, Permission, Scope};
use call_archive::{
    About, Archive, CallQuery, Checkpoint, EXAMPLE, Example, FindingId, HashKey, Label, Verdict,
};
use conversation::{CallId, SentenceRef, Side};
use embeddings::Purpose;
use insights::trackers::{Examples, Expression, KeywordTracker, SaidBy, SmartTracker, tracker_id};
use insights::{Detector, Digest};

use crate::app::App;
use crate::eval::lines::{PlaceLine, TrackerLine, read_lines};
use crate::views::{
    LearningView, SaidView, TrackerHitsView, TrackerView, TrackersView, call_line, precision_view,
};
use crate::{Error, ErrorKind};

use super::missed::misser;
use super::{Detectors, Judged, compute, precision_of};

/// The setting's name.
const NAME: &str = "insights.trackers";

/// How many hits are shown of each tracker.
const SHOWN: usize = 20;

/// Trackers to try on past calls.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct TrackerRequest {
    /// The file, one JSON object a line.
    pub file: PathBuf,
    /// At most so many calls, the newest ones.
    pub calls: usize,
}

impl TrackerRequest {
    /// Tries the trackers of a file on the newest fifty calls.
    pub fn new(file: impl Into<PathBuf>) -> Self {
        Self {
            file: file.into(),
            calls: 50,
        }
    }
}

/// A tracker that was made of a line.
pub(crate) enum Made {
    Keywords(KeywordTracker),
    Smart(SmartTracker),
}

impl Made {
    pub(crate) fn detector(self) -> Box<dyn Detector> {
        match self {
            Self::Keywords(tracker) => Box::new(tracker),
            Self::Smart(tracker) => Box::new(tracker),
        }
    }
}

impl App {
    /// Tries trackers on past calls; nothing is saved.
    pub async fn test_trackers(
        &self,
        request: &TrackerRequest,
    ) -> Result<Vec<TrackerHitsView>, Error> {
        self.permit(Operation::TRACKERS_TEST).await?;
        let work = async {
            let lines: Vec<TrackerLine> = read_lines(&request.file).await?;
            self.hits_of(&lines, request.calls).await
        };
        self.trial(&format!("{request:?}"), work).await
    }

    /// A trial and its record.
    pub(super) async fn trial(
        &self,
        asked: &str,
        work: impl Future<Output = Result<Vec<TrackerHitsView>, Error>>,
    ) -> Result<Vec<TrackerHitsView>, Error> {
        self.reading(
            Operation::TRACKERS_TEST,
            asked,
            Box::pin(work),
            |views: &Vec<TrackerHitsView>| {
                let calls = views.iter().flat_map(|view| &view.examples);
                let mut calls: Vec<String> = calls.map(|(call, _)| call.id.clone()).collect();
                calls.sort();
                calls.dedup();
                calls
            },
        )
        .await
    }

    /// What lines find in so many of the newest calls.
    pub(super) async fn hits_of(
        &self,
        lines: &[TrackerLine],
        calls: usize,
    ) -> Result<Vec<TrackerHitsView>, Error> {
        let archive = Arc::clone(self.existing_archive().await?);
        let sight = self.sight_of(Permission::InsightsRead, false)?;
        if sight.words().is_none() {
            only_saved(archive.as_ref(), lines).await?;
        }
        let scope = sight.facts();
        let key = archive.hash_key().await?;
        let labels = archive.labels(scope).await?;
        // Places in the file are those of the words as they are: no saved example stands for them.
        let said: Vec<Label> = labels
            .iter()
            .filter(|label| label.kind != EXAMPLE || misser(label).is_some())
            .cloned()
            .collect();
        let made = self.trackers(archive.as_ref(), scope, lines, &said).await?;
        let judged = Judged::new(&labels);
        let mut shown = Vec::with_capacity(lines.len());
        for (line, made) in lines.iter().zip(&made) {
            let (right, of) = judged.count(&kept_id(&key, &line.name));
            let mut view = TrackerHitsView::new(&line.name, (of, precision_of(right, of)));
            if let Made::Smart(tracker) = made {
                view.learning = Some(LearningView::new(tracker));
            }
            shown.push(view);
        }
        let detectors: Detectors = Arc::new(made.into_iter().map(Made::detector).collect());
        let calls = newest(archive.as_ref(), scope, calls).await?;
        for id in &calls {
            let studied = match self.studied(archive.as_ref(), scope, id, &detectors).await {
                Err(error) if error.kind() == ErrorKind::TryLater => continue,
                other => other?,
            };
            let form = studied.form(&sight);
            let which = (0..detectors.len()).collect();
            let (studied, runs) = compute(studied, Arc::clone(&detectors), which, &key).await?;
            let view = studied.view();
            for (run, shown) in runs.iter().zip(&mut shown) {
                shown.calls += 1;
                shown.calls_hit += usize::from(!run.findings.is_empty());
                shown.hits += run.findings.len();
                for row in &run.findings {
                    let line = row.places.first().and_then(|at| view.index_of(*at));
                    let line = line.and_then(|at| view.lines().get(at));
                    if let Some(line) = line.filter(|_| shown.examples.len() < SHOWN) {
                        let said = SaidView::new(&view, line, form);
                        shown.examples.push((call_line(view.call(), form), said));
                    }
                }
            }
        }
        Ok(shown)
    }

    /// Saves the trackers of a file; one of the same name is replaced.
    pub async fn save_trackers(&self, file: &Path) -> Result<TrackersView, Error> {
        self.permit(Operation::TRACKERS_SAVE).await?;
        let work = async {
            let lines: Vec<TrackerLine> = read_lines(file).await?;
            self.keep_trackers(lines).await
        };
        self.recorded_saving(work).await
    }

    /// A saving and its record.
    pub(super) async fn recorded_saving(
        &self,
        work: impl Future<Output = Result<TrackersView, Error>>,
    ) -> Result<TrackersView, Error> {
        self.doing(
            Operation::TRACKERS_SAVE,
            "trackers",
            Box::pin(work),
            |_: &TrackersView| "ok",
        )
        .await
    }

    /// Keeps lines; one takes the place of another of its name.
    pub(super) async fn keep_trackers(
        &self,
        lines: Vec<TrackerLine>,
    ) -> Result<TrackersView, Error> {
        let archive = Arc::clone(self.archive().await?);
        let scope = self.scope_of(Operation::TRANSCRIPT, false)?;
        // What cannot be made is not saved.
        self.trackers(archive.as_ref(), &scope, &lines, &[]).await?;
        for line in &lines {
            self.keep_examples(archive.as_ref(), &scope, line).await?;
        }
        let mut saved = load(archive.as_ref()).await?;
        saved.retain(|old| lines.iter().all(|new| new.name != old.name));
        saved.extend(lines);
        let value = serde_json::to_string(&saved).map_err(|error| {
            Error::new(ErrorKind::Failed, "the trackers could not be written").caused_by(error)
        })?;
        let name = NAME.to_owned();
        archive.save(Checkpoint { name, value }).await?;
        self.trackers_list().await
    }

    /// Keeps the examples of a tracker beside its calls, so that they follow their sentences.
    async fn keep_examples(
        &self,
        archive: &dyn Archive,
        scope: &Scope,
        line: &TrackerLine,
    ) -> Result<(), Error> {
        let key = archive.hash_key().await?;
        for (places, verdict) in [
            (&line.examples, Verdict::Right),
            (&line.counter_examples, Verdict::Wrong),
        ] {
            for example in places
                .iter()
                .filter_map(|place| example(&key, &line.name, place))
            {
                let about = About::Example(example);
                archive.label(scope, &about, verdict, self.now()).await?;
            }
        }
        Ok(())
    }

    /// The trackers that are saved, with how often they were right.
    pub async fn list_trackers(&self) -> Result<TrackersView, Error> {
        let work = Box::pin(self.trackers_list());
        self.reading(Operation::TRACKERS_LIST, "", work, |_| Vec::new())
            .await
    }

    async fn trackers_list(&self) -> Result<TrackersView, Error> {
        let archive = Arc::clone(self.existing_archive().await?);
        let sight = self.sight_of(Permission::InsightsRead, false)?;
        let judged = Judged::new(&archive.labels(sight.facts()).await?);
        // A name is a user's own text and belongs to no call.
        let form = match sight.words() {
            Some(_) => Form::Whole,
            None => Form::Wordless,
        };
        let key = archive.hash_key().await?;
        let saved = load(archive.as_ref()).await?;
        let trackers = saved.iter().map(|line| {
            let detector = kept_id(&key, &line.name);
            let (right, of) = judged.count(&detector);
            TrackerView {
                detector,
                name: form.words(|| crate::views::neutral(&line.name)),
                kind: if line.examples.is_empty() {
                    "keywords"
                } else {
                    "smart"
                },
                judged: of,
                precision: precision_view(precision_of(right, of)),
            }
        });
        Ok(TrackersView {
            trackers: trackers.collect(),
        })
    }

    /// The trackers that are saved, as detectors.
    pub(super) async fn saved_trackers(
        &self,
        archive: &dyn Archive,
        scope: &Scope,
    ) -> Result<Vec<Box<dyn Detector>>, Error> {
        let saved = load(archive).await?;
        if saved.is_empty() {
            return Ok(Vec::new());
        }
        let labels = archive.labels(scope).await?;
        let made = self.trackers(archive, scope, &saved, &labels).await?;
        Ok(made.into_iter().map(Made::detector).collect())
    }

    /// Trackers as detectors. Labels of a smart tracker's hits are examples, too.
    pub(crate) async fn trackers(
        &self,
        archive: &dyn Archive,
        scope: &Scope,
        lines: &[TrackerLine],
        labels: &[Label],
    ) -> Result<Vec<Made>, Error> {
        let judged = Judged::new(labels);
        let key = archive.hash_key().await?;
        let mut made = Vec::new();
        for line in lines {
            let usage = |what: &str| Error::new(ErrorKind::Usage, format!("a tracker {what}"));
            let said_by = match line.side.as_deref() {
                None => SaidBy::Anybody,
                Some(side) => SaidBy::Only(
                    side.parse::<Side>()
                        .map_err(|error| usage("names no side").caused_by(error))?,
                ),
            };
            let expression = match (&line.expression, &line.keywords) {
                (Some(written), _) => Some(
                    written
                        .parse::<Expression>()
                        .map_err(|error| usage("has no valid expression").caused_by(error))?,
                ),
                (None, keywords) => Expression::any_of(keywords.iter().map(String::as_str)),
            };
            let id = kept_id(&key, &line.name);
            if let Some(expression) = expression {
                let tracker = KeywordTracker::new(&line.name, expression, said_by);
                made.push(Made::Keywords(tracker.known_as(id)));
                continue;
            }
            let is_own = |label: &&Label| label.detector == id || misser(label) == Some(&id);
            let own: Vec<&Label> = labels.iter().filter(is_own).collect();
            let right = places((&key, line), &line.examples, &own, Verdict::Right);
            let wrong = places((&key, line), &line.counter_examples, &own, Verdict::Wrong);
            let mut examples = Examples::of(self.vectors_of(archive, scope, right).await?);
            examples.negative = self.vectors_of(archive, scope, wrong).await?;
            let counts = judged.count(&id);
            let tracker =
                SmartTracker::new(&line.name, examples, said_by, counts).map_err(|error| {
                    usage("cannot be made").caused_by(error).hint(
                        "give `keywords`, an `expression`, or at least five `examples`, each \
                         {\"call_id\", \"utterance\", \"sentence\"} of a call in the archive",
                    )
                })?;
            made.push(Made::Smart(tracker.known_as(id)));
        }
        Ok(made)
    }

    /// The vectors of sentences; those that are not there any more are left out.
    async fn vectors_of(
        &self,
        archive: &dyn Archive,
        scope: &Scope,
        places: Vec<(CallId, SentenceRef)>,
    ) -> Result<Vec<Vec<f32>>, Error> {
        let mut by_call: HashMap<CallId, Vec<SentenceRef>> = HashMap::new();
        let mut order = Vec::new();
        for (call, at) in places {
            let wanted = by_call.entry(call.clone()).or_default();
            if !wanted.contains(&at) {
                if wanted.is_empty() {
                    order.push(call);
                }
                wanted.push(at);
            }
        }
        let mut texts = Vec::new();
        for call in order {
            let stored = archive.read(scope, std::slice::from_ref(&call)).await?;
            let text = stored.into_iter().next().and_then(|stored| stored.text);
            for at in by_call.remove(&call).unwrap_or_default() {
                let said = text.as_ref().and_then(|text| text.transcript.sentence(at));
                texts.extend(said.map(|said| said.text.to_owned()));
            }
        }
        if texts.is_empty() {
            return Ok(Vec::new());
        }
        let vectors = self
            .embedder()
            .await?
            .embed(Purpose::Passage, &texts)
            .await?;
        let numbers = vectors.iter().map(|vector| vector.as_slice().to_vec());
        Ok(numbers.collect())
    }
}

/// The id under which the findings of a tracker are kept.
pub(super) fn kept_id(key: &HashKey, name: &str) -> String {
    key.detector(&tracker_id(name))
}

/// What a line names as an example; the same place has the same name.
fn example(key: &HashKey, tracker: &str, place: &PlaceLine) -> Option<Example> {
    let detector = tracker_id(tracker);
    let call = CallId::new(&place.call_id).ok()?;
    let at = SentenceRef::new(place.utterance, place.sentence);
    Some(Example {
        id: example_id(key, &detector, &call, at),
        detector: key.detector(&detector),
        call,
        place: at,
    })
}

/// The name of an example; the same place has the same name.
pub(super) fn example_id(
    key: &HashKey,
    detector: &str,
    call: &CallId,
    at: SentenceRef,
) -> FindingId {
    let name = format!("{call} {at}");
    let id = Digest::of([EXAMPLE.as_bytes(), detector.as_bytes(), name.as_bytes()]);
    FindingId::from_bytes(key.fingerprint(&id.to_string()))
}

/// The sentences that stand for what is meant, or what is not: those of the line, where corrections
/// have put them, and those of the hits that were judged so or that were missed. What is stale is
/// left out.
fn places(
    (key, tracker): (&HashKey, &TrackerLine),
    lines: &[PlaceLine],
    labels: &[&Label],
    verdict: Verdict,
) -> Vec<(CallId, SentenceRef)> {
    let place_of = |label: &&&Label| label.place.filter(|_| label.is_current);
    let written = lines
        .iter()
        .filter_map(|line| example(key, &tracker.name, line));
    let written = written.filter_map(|example| {
        match labels.iter().find(|label| label.finding == example.id) {
            Some(kept) => Some((example.call, place_of(&kept)?)),
            None => Some((example.call, example.place)),
        }
    });
    let judged = labels
        .iter()
        .filter(|label| label.kind != EXAMPLE || misser(label).is_some())
        .filter(|label| label.verdict == verdict);
    let judged = judged.filter_map(|label| Some((label.call.clone(), place_of(&label)?)));
    written.chain(judged).collect()
}

/// The newest calls, at most so many.
pub(crate) async fn newest(
    archive: &dyn Archive,
    scope: &Scope,
    most: usize,
) -> Result<Vec<CallId>, Error> {
    let mut ids = Vec::new();
    let mut query = CallQuery::default();
    loop {
        let page = archive.list(scope, &query).await?;
        ids.extend(page.calls.into_iter().map(|(call, _)| call.id));
        match page.next {
            Some(next) if ids.len() < most => query.after = Some(next),
            _ => break,
        }
    }
    ids.truncate(most);
    Ok(ids)
}

/// Refuses words of one's own to somebody who may read none: by asking for one word after the other
/// he would read them all.
async fn only_saved(archive: &dyn Archive, lines: &[TrackerLine]) -> Result<(), Error> {
    let saved = load(archive).await?;
    if lines.iter().all(|line| saved.contains(line)) {
        return Ok(());
    }
    Err(Error::new(
        ErrorKind::NotAuthorised,
        "who may not read transcripts tries saved trackers only, as they are saved",
    )
    .hint("ask somebody who has `trackers.write` to save it, or for `transcripts.read`"))
}

pub(super) async fn load(archive: &dyn Archive) -> Result<Vec<TrackerLine>, Error> {
    let Some(text) = archive.load(NAME).await? else {
        return Ok(Vec::new());
    };
    serde_json::from_str(&text).map_err(|error| {
        Error::new(ErrorKind::Integrity, "the saved trackers are damaged").caused_by(error)
    })
}
