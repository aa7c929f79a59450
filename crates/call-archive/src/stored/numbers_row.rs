//! The rows of figures: all in the clear, because they hold no word of a call.
//!
//! What there is one of in each call has a column; lists are JSON arrays of arrays.

use std::time::Duration;

use conversation::{CallId, SentenceRef, Side, Span, UserId};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::{
    CallNumbers, Error, FigureNumbers, FoundCount, PersonNumbers, PlaceNumbers, Rank,
    RemarkNumbers, TalkNumbers,
};

use super::fault::{bad_id, damaged};
use super::finding_row::sentence;
use super::row::{number, revision};

/// One row of `call_numbers`; what is of the words is none without a transcript.
#[derive(Default)]
pub(crate) struct NumbersRow {
    pub(crate) call: String,
    pub(crate) revision: i64,
    pub(crate) made_by: String,
    pub(crate) stage: Option<String>,
    pub(crate) rep: Option<String>,
    pub(crate) people: String,
    pub(crate) text_revision: Option<i64>,
    pub(crate) length: Option<i64>,
    pub(crate) ours: Option<i64>,
    pub(crate) theirs: Option<i64>,
    pub(crate) unknown: Option<i64>,
    pub(crate) longest_monologue: Option<i64>,
    pub(crate) longest_story: Option<i64>,
    pub(crate) questions: Option<i64>,
    pub(crate) open_questions: Option<i64>,
    pub(crate) first_price: Option<i64>,
    pub(crate) counts: Option<String>,
    pub(crate) remarks: Option<String>,
    pub(crate) figures: Option<String>,
}

/// The person, the side, the rank, whether words are known.
#[derive(Serialize, Deserialize)]
struct Person(String, String, u8, bool);

/// The detector, and a count for each side.
#[derive(Serialize, Deserialize)]
struct Count(String, u32, u32, u32);

/// The sentence, its start and end in milliseconds, the side.
#[derive(Serialize, Deserialize)]
struct Place(String, u64, u64, String);

/// The kind, the fixed value, the code, the place.
#[derive(Serialize, Deserialize)]
struct Remark(String, String, Option<String>, Place);

/// The metric, the value, the place, whether it is an example.
#[derive(Serialize, Deserialize)]
struct Figure(String, f64, Option<Place>, bool);

impl NumbersRow {
    pub(crate) fn of(numbers: &CallNumbers) -> Result<Self, Error> {
        let people = numbers.people.iter().map(|one| {
            let rank = match one.rank {
                Rank::Unknown => 0,
                Rank::Other => 1,
                Rank::Senior => 2,
            };
            let side = one.side.as_str().to_owned();
            Person(one.person.clone(), side, rank, one.spoke)
        });
        let mut row = Self {
            call: numbers.call.to_string(),
            revision: number(numbers.revision),
            made_by: numbers.made_by.clone(),
            stage: numbers.stage.clone(),
            rep: numbers.rep.as_ref().map(ToString::to_string),
            people: written(&people.collect::<Vec<_>>())?,
            ..Self::default()
        };
        if let Some(talk) = &numbers.talk {
            row.take(talk)?;
        }
        Ok(row)
    }

    fn take(&mut self, talk: &TalkNumbers) -> Result<(), Error> {
        self.text_revision = Some(number(talk.text_revision));
        self.length = Some(millis(talk.length));
        self.ours = Some(millis(talk.ours));
        self.theirs = Some(millis(talk.theirs));
        self.unknown = Some(millis(talk.unknown));
        self.longest_monologue = talk.longest_monologue.map(millis);
        self.longest_story = talk.longest_story.map(millis);
        self.questions = talk.questions.map(i64::from);
        self.open_questions = talk.open_questions.map(i64::from);
        self.first_price = talk.first_price.map(millis);
        let count = |one: &FoundCount| {
            let detector = one.detector.clone();
            Count(detector, one.ours, one.theirs, one.unknown)
        };
        let remark = |one: &RemarkNumbers| {
            let (kind, fixed) = (one.kind.clone(), one.fixed.clone());
            Remark(kind, fixed, one.code.clone(), Place::of(&one.place))
        };
        let figure = |one: &FigureNumbers| {
            let place = one.place.as_ref().map(Place::of);
            Figure(one.metric.clone(), one.value, place, one.is_example)
        };
        self.counts = Some(written(&talk.counts.iter().map(count).collect::<Vec<_>>())?);
        self.remarks = Some(written(
            &talk.remarks.iter().map(remark).collect::<Vec<_>>(),
        )?);
        self.figures = Some(written(
            &talk.figures.iter().map(figure).collect::<Vec<_>>(),
        )?);
        Ok(())
    }

    pub(crate) fn open(self) -> Result<CallNumbers, Error> {
        let talk = self.talk()?;
        let people: Vec<Person> = read(&self.people)?;
        let person = |Person(person, side, rank, spoke): Person| {
            let rank = match rank {
                0 => Rank::Unknown,
                1 => Rank::Other,
                2 => Rank::Senior,
                _ => return Err(damaged("a stored rank is unknown")),
            };
            Ok(PersonNumbers {
                person,
                side: read_side(&side)?,
                rank,
                spoke,
            })
        };
        let call = CallId::new(self.call).map_err(bad_id)?;
        let mut numbers = CallNumbers::new(call, revision(self.revision)?, self.made_by);
        numbers.stage = self.stage;
        numbers.rep = self.rep.map(UserId::new).transpose().map_err(bad_id)?;
        numbers.people = people.into_iter().map(person).collect::<Result<_, _>>()?;
        numbers.talk = talk;
        Ok(numbers)
    }

    fn talk(&self) -> Result<Option<TalkNumbers>, Error> {
        let Some(text_revision) = self.text_revision else {
            return Ok(None);
        };
        let list = |text: &Option<String>| text.clone().unwrap_or_else(|| "[]".to_owned());
        let counts: Vec<Count> = read(&list(&self.counts))?;
        let remarks: Vec<Remark> = read(&list(&self.remarks))?;
        let figures: Vec<Figure> = read(&list(&self.figures))?;
        let count = |Count(detector, ours, theirs, unknown): Count| FoundCount {
            detector,
            ours,
            theirs,
            unknown,
        };
        let remark = |Remark(kind, fixed, code, place): Remark| {
            Ok(RemarkNumbers {
                kind,
                fixed,
                code,
                place: place.open()?,
            })
        };
        let figure = |Figure(metric, value, place, is_example): Figure| {
            Ok(FigureNumbers {
                metric,
                value,
                place: place.map(|place| place.open()).transpose()?,
                is_example,
            })
        };
        Ok(Some(TalkNumbers {
            text_revision: revision(text_revision)?,
            length: duration(self.length.unwrap_or_default())?,
            ours: duration(self.ours.unwrap_or_default())?,
            theirs: duration(self.theirs.unwrap_or_default())?,
            unknown: duration(self.unknown.unwrap_or_default())?,
            longest_monologue: self.longest_monologue.map(duration).transpose()?,
            longest_story: self.longest_story.map(duration).transpose()?,
            questions: self.questions.map(small).transpose()?,
            open_questions: self.open_questions.map(small).transpose()?,
            first_price: self.first_price.map(duration).transpose()?,
            counts: counts.into_iter().map(count).collect(),
            remarks: remarks
                .into_iter()
                .map(remark)
                .collect::<Result<_, Error>>()?,
            figures: figures
                .into_iter()
                .map(figure)
                .collect::<Result<_, Error>>()?,
        }))
    }
}

impl Place {
    fn of(place: &PlaceNumbers) -> Self {
        let (start, end) = (place.span.start_ms(), place.span.end_ms());
        let side = place.side.as_str().to_owned();
        Self(place.at.to_string(), start, end, side)
    }

    fn open(&self) -> Result<PlaceNumbers, Error> {
        let at: SentenceRef = sentence(&self.0)?;
        Ok(PlaceNumbers {
            at,
            span: Span::from_millis(self.1, self.2),
            side: read_side(&self.3)?,
        })
    }
}

fn read_side(word: &str) -> Result<Side, Error> {
    word.parse()
        .map_err(|_| damaged("a stored side is malformed"))
}

fn written<T: Serialize>(list: &[T]) -> Result<String, Error> {
    serde_json::to_string(list).map_err(|_| damaged("figures of a call cannot be written"))
}

fn read<T: DeserializeOwned>(text: &str) -> Result<T, Error> {
    serde_json::from_str(text).map_err(|_| damaged("stored figures are malformed"))
}

fn millis(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}

fn duration(millis: i64) -> Result<Duration, Error> {
    let millis = u64::try_from(millis).map_err(|_| damaged("a stored time is negative"))?;
    Ok(Duration::from_millis(millis))
}

fn small(count: i64) -> Result<u32, Error> {
    u32::try_from(count).map_err(|_| damaged("a stored count is wrong"))
}
