//! A filter as Qdrant takes it: the tenant first, then what a question allows.

use access::{PrivateCalls, Rows};
use conversation::{AccountId, CallId, Period, UserId, WorkspaceId};
use jiff::Timestamp;
use memory_store::Filter as Asked;
use memory_store::parts::{Hasher, Phrase, Term};
use qdrant_client::qdrant::condition::ConditionOneOf;
use qdrant_client::qdrant::r#match::MatchValue;
use qdrant_client::qdrant::{
    Condition, FieldCondition, Filter, Match, Range, RepeatedIntegers, RepeatedStrings,
};

use crate::names::{
    A_PASSAGE, FACTS, KIND, NANOSECOND, SECOND, TENANT, TERMS, fact, number, side_term,
};

/// Points of a kind of a tenant.
pub(crate) fn of_tenant(tenant: &str, kind: &str) -> Filter {
    Filter {
        must: vec![is(TENANT, tenant), is(KIND, kind)],
        ..Filter::default()
    }
}

/// Every point of a tenant.
pub(crate) fn all_of_tenant(tenant: &str) -> Filter {
    Filter {
        must: vec![is(TENANT, tenant)],
        ..Filter::default()
    }
}

/// The passages that a question may be answered with; `None` if there cannot be any.
pub(crate) fn asked(filter: &Asked, tenant: &str, hasher: &Hasher) -> Option<Filter> {
    let mut all = of_tenant(tenant, A_PASSAGE);
    if let Rows::Of(users) = filter.scope.rows() {
        if users.is_empty() {
            return None;
        }
        let users = users.iter().map(|id| hasher.fact(fact::USER, id.as_str()));
        all.must.push(has_any(FACTS, users));
    }
    if filter.scope.private() == PrivateCalls::Withheld {
        let private = has_any(FACTS, [hasher.fact(fact::PRIVATE, "")]);
        match filter.scope.own() {
            None => all.must_not.push(private),
            Some(own) => {
                let own = has_any(FACTS, [hasher.fact(fact::USER, own.as_str())]);
                let is_open = Filter {
                    must_not: vec![private],
                    ..Filter::default()
                };
                all.must.push(either(vec![own, nested(is_open)]));
            }
        }
    }
    let mut narrow = |kind, values: Vec<&str>| {
        if !values.is_empty() {
            let terms = values.into_iter().map(|value| hasher.fact(kind, value));
            all.must.push(has_any(FACTS, terms));
        }
    };
    let workspace = filter.workspace.iter().map(WorkspaceId::as_str);
    narrow(fact::WORKSPACE, workspace.collect());
    let calls = filter.calls.iter().map(CallId::as_str);
    narrow(fact::CALL, calls.collect());
    let accounts = filter.accounts.iter().map(AccountId::as_str);
    narrow(fact::ACCOUNT, accounts.collect());
    let users = filter.users.iter().map(UserId::as_str);
    narrow(fact::USER, users.collect());
    narrow(
        fact::TAG,
        filter.tags_any.iter().map(String::as_str).collect(),
    );
    for tag in &filter.tags_all {
        narrow(fact::TAG, vec![tag.as_str()]);
    }
    if let Some(side) = filter.side {
        all.must.push(has_any(FACTS, [side_term(hasher, side)]));
    }
    for phrase in &filter.phrases {
        match hasher.phrase(phrase) {
            Phrase::Nothing => return None,
            Phrase::Word(word) => all.must.push(has_any(TERMS, [word])),
            Phrase::Pairs(pairs) => {
                let each = pairs.into_iter().map(|pair| has_any(TERMS, [pair]));
                all.must.extend(each);
            }
        }
    }
    all.must.extend(began_in(&filter.period));
    Some(all)
}

/// When the call began, to the nanosecond: Qdrant's own instants end at the microsecond.
fn began_in(period: &Period) -> impl Iterator<Item = Condition> {
    let from = period.from().map(|at| {
        let same = with(SECOND, at.as_second(), NANOSECOND, |it| {
            it.gte = Some(rest(at));
        });
        either(vec![
            range(SECOND, |it| it.gt = Some(whole(at))),
            nested(same),
        ])
    });
    let to = period.to().map(|at| {
        let same = with(SECOND, at.as_second(), NANOSECOND, |it| {
            it.lt = Some(rest(at));
        });
        either(vec![
            range(SECOND, |it| it.lt = Some(whole(at))),
            nested(same),
        ])
    });
    from.into_iter().chain(to)
}

/// Seconds of years −9999 to 9999 are whole numbers in an f64.
fn whole(at: Timestamp) -> f64 {
    at.as_second() as f64
}

fn rest(at: Timestamp) -> f64 {
    f64::from(at.subsec_nanosecond())
}

fn with(field: &str, value: i64, ranged: &str, ends: impl FnOnce(&mut Range)) -> Filter {
    let same = matching(field, MatchValue::Integer(value));
    Filter {
        must: vec![same, range(ranged, ends)],
        ..Filter::default()
    }
}

pub(crate) fn range(field: &str, ends: impl FnOnce(&mut Range)) -> Condition {
    let mut range = Range::default();
    ends(&mut range);
    on_field(FieldCondition {
        key: field.to_owned(),
        range: Some(range),
        ..FieldCondition::default()
    })
}

/// Whether a field is this word.
pub(crate) fn is(field: &str, word: &str) -> Condition {
    matching(field, MatchValue::Keyword(word.to_owned()))
}

/// Whether a field is one of these words.
pub(crate) fn is_any(field: &str, words: impl IntoIterator<Item = String>) -> Condition {
    let strings = words.into_iter().collect();
    matching(field, MatchValue::Keywords(RepeatedStrings { strings }))
}

/// Whether a field holds one of these terms.
pub(crate) fn has_any(field: &str, terms: impl IntoIterator<Item = Term>) -> Condition {
    let integers = terms.into_iter().map(number).collect();
    matching(field, MatchValue::Integers(RepeatedIntegers { integers }))
}

/// Whether a field is this number.
pub(crate) fn is_number(field: &str, value: i64) -> Condition {
    matching(field, MatchValue::Integer(value))
}

fn matching(field: &str, value: MatchValue) -> Condition {
    on_field(FieldCondition {
        key: field.to_owned(),
        r#match: Some(Match {
            match_value: Some(value),
        }),
        ..FieldCondition::default()
    })
}

fn on_field(condition: FieldCondition) -> Condition {
    Condition {
        condition_one_of: Some(ConditionOneOf::Field(condition)),
    }
}

fn nested(filter: Filter) -> Condition {
    Condition {
        condition_one_of: Some(ConditionOneOf::Filter(filter)),
    }
}

fn either(conditions: Vec<Condition>) -> Condition {
    nested(Filter {
        should: conditions,
        ..Filter::default()
    })
}
