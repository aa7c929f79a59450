//! Whether a claim says more than its sentences: a pure decision.
//!
//! In order: the sentences exist and are not addressed to a machine; the text is plain; its side may
//! make such a claim; every number, amount, date, person and company stands in the sentences or is
//! known of the call; whoever acts in the claim acts in the sentences; a claim that denies rests on
//! words that deny; and it is about what the sentences are about. A claim that fails is dropped,
//! with the reason.

mod dates;
mod names;
mod numbers;
mod plain;
mod polarity;
mod quantities;
mod sides;
mod support;

use conversation::{Citation, Side};
use insights::due_dates;
use jiff::civil::Date;

use crate::material::{Material, Sentence, one_line};
use crate::{Claim, ClaimKind};

use self::dates::Calendar;
use self::names::People;

/// Why a claim was dropped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Reason {
    /// It is not of the shape of a claim.
    Malformed,
    /// It cites nothing, or what does not exist.
    NoSuchSentence,
    /// It cites a sentence that is addressed to a machine, or repeats one.
    Withheld,
    /// It holds a link, markup, hidden characters, or more than one sentence.
    NotPlain,
    /// The side that speaks cannot bear such a claim, or does not do what it says.
    Side,
    /// A number or an amount stands in none of its sentences.
    Number,
    /// A date stands in none of its sentences.
    Date,
    /// A person, company or other name stands in none of its sentences.
    Name,
    /// It denies what is not denied, or the other way round.
    Polarity,
    /// Its sentences are about something else.
    Unrelated,
    /// A second look found that its sentences do not say it.
    SecondLook,
}

impl Reason {
    /// The word for counts and views.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Malformed => "malformed",
            Self::NoSuchSentence => "no_such_sentence",
            Self::Withheld => "withheld",
            Self::NotPlain => "not_plain",
            Self::Side => "side",
            Self::Number => "number",
            Self::Date => "date",
            Self::Name => "name",
            Self::Polarity => "polarity",
            Self::Unrelated => "unrelated",
            Self::SecondLook => "second_look",
        }
    }
}

/// A claim that was checked, with the words it rests on.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Statement {
    /// What it is about.
    pub kind: ClaimKind,
    /// What it says, on one line.
    pub text: String,
    /// Who has to act, as the model wrote it.
    pub owner: Option<String>,
    /// By when.
    pub due: Option<Date>,
    /// The sentences, each with its words: from the transcript, never from the model.
    pub evidence: Vec<(Citation, String)>,
    pub(crate) ids: Vec<u32>,
}

/// Checks claims against one material.
pub struct Verifier<'m, 'v, 'a> {
    material: &'m Material<'v, 'a>,
    people: People,
    withheld: support::Withheld,
}

impl<'m, 'v, 'a> Verifier<'m, 'v, 'a> {
    /// Prepares to check claims about this material.
    pub fn new(material: &'m Material<'v, 'a>) -> Self {
        Self {
            material,
            people: People::of(material),
            withheld: support::Withheld::of(material),
        }
    }

    /// Checks a claim.
    ///
    /// # Errors
    /// The first [`Reason`] to drop it.
    pub fn check(&self, claim: &Claim) -> Result<Statement, Reason> {
        let cited = self.cited(claim)?;
        let text = one_line(&claim.text);
        if !plain::is_plain(&claim.text) || !claim.owner.as_deref().is_none_or(plain::is_plain) {
            return Err(Reason::NotPlain);
        }
        if self.withheld.is_echoed(&text, &cited) {
            return Err(Reason::Withheld);
        }
        let is_theirs = cited.iter().any(|one| one.side() == Side::Theirs);
        if claim.kind.is_theirs() && !is_theirs {
            return Err(Reason::Side);
        }
        let calendar = self.calendar(&cited);
        let dated = dates::mentions(&text, day_of(&cited), None);
        if !calendar.supports_all(&dated) {
            return Err(Reason::Date);
        }
        let numbers = quantities::Checked::of(&text, &dated, &cited, self.material.known());
        if !numbers.are_supported {
            return Err(Reason::Number);
        }
        let named = self.people.check(&text, &cited, self.material, &dated)?;
        sides::check(claim, &text, &cited, &self.people)?;
        let due = due_of(claim, &cited, &calendar)?;
        polarity::check(&text, &cited)?;
        let facts = dated.len() + numbers.count + named;
        support::check(&text, &cited, facts)?;
        Ok(Statement {
            kind: claim.kind,
            text,
            owner: claim.owner.as_deref().map(one_line),
            due,
            evidence: claim
                .sentences
                .iter()
                .filter_map(|id| self.material.cite(*id))
                .collect(),
            ids: claim.sentences.clone(),
        })
    }

    fn cited(&self, claim: &Claim) -> Result<Vec<Sentence<'v, 'a>>, Reason> {
        const MOST: usize = 12;
        if claim.sentences.is_empty() || claim.sentences.len() > MOST {
            return Err(Reason::NoSuchSentence);
        }
        let cited: Option<Vec<_>> = claim
            .sentences
            .iter()
            .map(|id| self.material.sentence(*id))
            .collect();
        let cited = cited.ok_or(Reason::NoSuchSentence)?;
        if cited.iter().any(|sentence| sentence.is_withheld) {
            return Err(Reason::Withheld);
        }
        Ok(cited)
    }

    fn calendar(&self, cited: &[Sentence<'_, '_>]) -> Calendar {
        let mut calendar = Calendar::default();
        for sentence in cited {
            calendar.read(sentence.line.text, sentence.day());
            calendar.know(sentence.day());
        }
        for fact in self.material.known() {
            calendar.read(fact, day_of(cited));
        }
        calendar
    }
}

/// The due date, where the sentences or the talk around them settle on it.
fn due_of(
    claim: &Claim,
    cited: &[Sentence<'_, '_>],
    calendar: &Calendar,
) -> Result<Option<Date>, Reason> {
    let Some(due) = &claim.due else {
        return Ok(None);
    };
    let date: Option<Date> = due.parse().ok();
    let Some(date) = date else {
        let said = dates::mentions(due, day_of(cited), None);
        let is_known = !said.is_empty() && calendar.supports_all(&said);
        return if is_known {
            Ok(None)
        } else {
            Err(Reason::Date)
        };
    };
    let is_settled = || {
        cited.iter().any(|sentence| {
            let settled = due_dates(sentence.call, &[sentence.index]);
            settled.contains(&Some(date))
        })
    };
    if calendar.has_day(date) || is_settled() {
        Ok(Some(date))
    } else {
        Err(Reason::Date)
    }
}

fn day_of(cited: &[Sentence<'_, '_>]) -> Date {
    cited.first().map_or(Date::ZERO, Sentence::day)
}
