//! What a rep might try next: bands from the whole team's numbers, moments from what the reader may see.

use std::collections::BTreeSet;
use std::sync::Arc;

use access::{Operation, Permission, Rows, Scope};
use call_archive::{Archive, NumbersQuery, User};
use conversation::{CallId, Citation};
use insights::coaching::{
    Coaching, Measure, Metric, NoCoaching, Recommendation, RepCall, Wanted, coach,
};
use insights::deals::Recalled;
use jiff::Timestamp;

use crate::app::App;
use crate::numbers::rep_call;
use crate::search::people_named;
use crate::views::{CoachView, CoachedView, MeasureView, RecommendationView, in_seconds, neutral};
use crate::{Error, ErrorKind};

use super::evidence::Words;
use super::{Recalls, Why, meant};

/// Whom to coach.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct CoachRequest {
    /// The rep: a user's id, an address, or a part of the name.
    pub rep: String,
    /// As of when; now if it is not said.
    pub as_of: Option<Timestamp>,
    /// Whether the calls behind each number are named.
    pub why: Why,
}

impl CoachRequest {
    /// This rep, now.
    pub fn new(rep: impl Into<String>) -> Self {
        Self {
            rep: rep.into(),
            as_of: None,
            why: Why::default(),
        }
    }
}

impl App {
    /// Shows what a rep might try next. Bands are made of the numbers of the whole team; of the rep only
    /// calls in the reader's scope count, and examples come from there alone.
    pub async fn coach(&self, request: &CoachRequest) -> Result<CoachView, Error> {
        let work = async {
            let archive = Arc::clone(self.existing_archive().await?);
            let scope = self.scope_of(Operation::COACH, false)?.without_private();
            let as_of = request.as_of.unwrap_or_else(|| self.now());
            let named = users_named(archive.as_ref(), &scope, &request.rep).await?;
            let makers = self.makers(archive.as_ref()).await?;
            let all = self.figures(&archive, &Scope::internal(), &makers).await?;
            let recalls = Recalls::of(archive.as_ref(), &scope, &all).await?;
            let begun = all.iter().filter(|one| one.started <= as_of);
            let all = begun.filter_map(|one| rep_call(&one.numbers));
            // Who reaches every call is not asked for each of them a second time.
            let seen = match scope.rows() {
                Rows::All => None,
                _ => Some(reached(archive.as_ref(), &scope).await?),
            };
            let is_seen = |call: &CallId| seen.as_ref().is_none_or(|seen| seen.contains(call));
            let (in_sight, beyond): (Vec<RepCall>, Vec<RepCall>) =
                all.partition(|call| is_seen(&call.call));
            let rep = rep(named, &in_sight)?;
            let mut team = in_sight.clone();
            team.extend(beyond.into_iter().filter(|call| call.rep != rep.id));
            let own = in_sight.iter().filter(|call| call.rep == rep.id);
            let types: BTreeSet<&str> = own.map(|call| call.call_type.as_str()).collect();
            let coached: Vec<_> = types
                .into_iter()
                .map(|of| (of, coach(&rep.id, of, &team, &in_sight)))
                .collect();
            let sight = self.sight_of(Permission::CoachingRead, false)?;
            let cited = coached
                .iter()
                .filter_map(|(_, done)| done.as_ref().ok())
                .flat_map(cited);
            let words = Words::of(archive.as_ref(), &sight, cited).await?;
            let calls_of = |of: &str| {
                let is_own = |call: &&RepCall| call.rep == rep.id && call.call_type == of;
                in_sight.iter().filter(is_own).count()
            };
            let view = |(of, done): &(&str, _)| match done {
                Ok(coaching) => shown(coaching, request.why, &words),
                Err(refusal) => refused(of, calls_of(of), refusal),
            };
            Ok(CoachView {
                rep_user_id: neutral(rep.id.as_str()),
                rep: rep.name.as_deref().map(neutral),
                as_of: in_seconds(as_of),
                recalls: recalled(&coached)
                    .filter_map(|of| recalls.view(of))
                    .collect(),
                call_types: coached.iter().map(view).collect(),
            })
        };
        let asked = format!("{request:?}");
        let seen = |view: &CoachView| {
            let all = view.call_types.iter().flat_map(|one| &one.recommendations);
            let moments = all.flat_map(|one| one.moments.iter().chain(&one.example));
            moments.map(|moment| moment.call.clone()).collect()
        };
        self.reading(Operation::COACH, &asked, Box::pin(work), seen)
            .await
    }
}

/// The calls that the scope reaches.
pub(super) async fn reached(
    archive: &dyn Archive,
    scope: &Scope,
) -> Result<BTreeSet<CallId>, Error> {
    let mut query = NumbersQuery::default();
    let mut ids = BTreeSet::new();
    loop {
        let page = archive.numbers(scope, &query).await?;
        let is_last = page.len() < query.limit;
        query.after = page.last().map(|last| last.call.clone());
        ids.extend(page.into_iter().map(|one| one.call));
        if is_last {
            return Ok(ids);
        }
    }
}

/// The users that a word may mean: the one of this id or address, else those in whose name or address
/// it is.
async fn users_named(archive: &dyn Archive, scope: &Scope, word: &str) -> Result<Vec<User>, Error> {
    let word = word.trim();
    let wanted = word.to_lowercase();
    let users = archive.users().await?;
    let is = |user: &&User| {
        let email = user.email.as_deref().map(str::to_lowercase);
        user.id.as_str() == word || email.as_deref() == Some(wanted.as_str())
    };
    if let Some(user) = users.iter().find(is) {
        return Ok(vec![user.clone()]);
    }
    let has = |text: &Option<String>| {
        let text = text.as_deref().map(str::to_lowercase);
        text.is_some_and(|text| text.contains(&wanted))
    };
    let is_named = |user: &User| !wanted.is_empty() && (has(&user.name) || has(&user.email));
    let mut named: Vec<User> = users.into_iter().filter(is_named).collect();
    if named.is_empty() {
        // Somebody who is not listed may be a rep of calls all the same.
        for (id, name) in people_named(archive, scope, word).await? {
            let mut user = User::new(id);
            user.name = name;
            named.push(user);
        }
    }
    if named.is_empty() {
        return Err(no_rep());
    }
    Ok(named)
}

/// The one of several who has calls that the caller sees: nobody else is a choice.
fn rep(mut named: Vec<User>, in_sight: &[RepCall]) -> Result<User, Error> {
    named.retain(|user| in_sight.iter().any(|call| call.rep == user.id));
    let known = named
        .iter()
        .map(|user| (user.id.as_str(), user.name.as_deref()));
    match named.as_slice() {
        [] => Err(no_rep()),
        [one] => Ok(one.clone()),
        _ => Err(meant::several("people", known)),
    }
}

fn no_rep() -> Error {
    Error::new(
        ErrorKind::NotFound,
        "there is no call of this rep with a transcript",
    )
    .hint("name a user of Gong by id, address or name")
}

/// The detectors that the measures rest on, each once.
fn recalled(coached: &[(&str, Result<Coaching, NoCoaching>)]) -> impl Iterator<Item = Recalled> {
    let told = coached.iter().filter_map(|(_, done)| done.as_ref().ok());
    let measures = told.flat_map(|coaching| &coaching.measures);
    let metrics: BTreeSet<Metric> = measures.map(|one| one.metric).collect();
    metrics.into_iter().filter_map(Metric::recalled)
}

fn cited(coaching: &Coaching) -> impl Iterator<Item = &Citation> {
    let all = coaching.recommendations.iter();
    all.flat_map(|one| one.moments.iter().chain(&one.example))
}

fn refused(of: &str, calls: usize, refusal: &NoCoaching) -> CoachedView {
    CoachedView {
        call_type: neutral(of),
        calls,
        reps: None,
        refused: Some(refusal.to_string()),
        measures: Vec::new(),
        recommendations: Vec::new(),
    }
}

fn shown(coaching: &Coaching, why: Why, words: &Words) -> CoachedView {
    let measure = |one: &Measure| MeasureView {
        metric: one.metric.as_str(),
        own: one.own,
        value: one.value,
        lo: one.interval.lo,
        hi: one.interval.hi,
        band_lo: one.band.lo,
        band_hi: one.band.hi,
        calls: one.calls.len(),
        call_ids: one
            .calls
            .iter()
            .filter(|_| why.is_said())
            .map(|call| neutral(call.as_str()))
            .collect(),
    };
    let recommendation = |one: &Recommendation| RecommendationView {
        metric: one.measure.metric.as_str(),
        towards: match one.measure.metric.wanted() {
            Wanted::Less => "less",
            Wanted::More => "more",
        },
        moments: one
            .moments
            .iter()
            .filter_map(|place| words.moment(place))
            .collect(),
        example: one.example.as_ref().and_then(|place| words.moment(place)),
    };
    CoachedView {
        call_type: neutral(&coaching.call_type),
        calls: coaching.calls,
        reps: Some(coaching.reps),
        refused: None,
        measures: coaching.measures.iter().map(measure).collect(),
        recommendations: coaching
            .recommendations
            .iter()
            .map(recommendation)
            .collect(),
    }
}
