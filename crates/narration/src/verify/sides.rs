//! Whether who acts in a claim acts in its sentences.
//!
//! "I'll send it" is done by the side that speaks, "could you send it" by the other. The pronoun
//! that stands nearest before the shared words decides.

use conversation::Side;
use insights::text::{Word, stem, words};

use super::Reason;
use super::names::{People, addressee};
use crate::material::Sentence;
use crate::words::{are_kin, bare, is_empty, is_telling};
use crate::{Claim, ClaimKind};

/// Who acts, as a claim has it.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Actor {
    Side(Side),
    Both,
    /// One who takes part, by the ids that the name can mean.
    Person(Vec<String>),
}

const FIRST: &[&str] = &[
    "i", "we", "i'll", "i'd", "i've", "i'm", "we'll", "we'd", "we've", "we're", "me", "us", "my",
    "our", "ours",
];
const SECOND: &[&str] = &[
    "you", "you'll", "you'd", "you've", "you're", "your", "yours", "y'all",
];
const POSSESSIVE: &[&str] = &["me", "us", "my", "our", "ours", "your", "yours"];

/// Verbs with which the speaker itself is meant.
const SPEAKING: &[&str] = &[
    "ask", "say", "said", "mention", "explain", "wonder", "confirm", "note", "rais", "tell",
    "told", "describ", "report", "stress", "warn", "propos", "suggest", "offer", "request",
    "question", "state", "point", "express", "promis", "remind", "find", "found", "think", "feel",
    "believ", "consid", "prefer", "like", "see", "expect", "hope", "comment", "object", "insist",
];

/// Meetings are held by both, whoever proposes them.
const TOGETHER: &[&str] = &[
    "meet", "talk", "speak", "reconven", "regroup", "sync", "catch", "met", "discuss", "call",
    "session", "review",
];

pub(super) fn check(
    claim: &Claim,
    text: &str,
    cited: &[Sentence<'_, '_>],
    people: &People,
) -> Result<(), Reason> {
    let cut = words(text);
    let subject = subject(&cut, people);
    let after = subject.as_ref().map_or(0, |(_, end)| *end);
    let topic: Vec<String> = cut
        .get(after..)
        .unwrap_or_default()
        .iter()
        .filter(|word| !is_empty(&word.lower))
        .map(|word| stem(&word.lower))
        .collect();
    let verb = cut.get(after..).unwrap_or_default().iter().find(|word| {
        let lower = word.lower.as_str();
        !is_empty(lower) && !lower.ends_with("ly")
    });
    let is_speaking = verb.is_some_and(|verb| SPEAKING.contains(&stem(&verb.lower).as_str()));
    let is_together = topic
        .iter()
        .take(2)
        .any(|word| TOGETHER.contains(&word.as_str()));
    let is_promised = claim.kind == ClaimKind::NextStep
        || cut.iter().any(|word| {
            matches!(
                word.lower.as_str(),
                "will" | "going" | "agreed" | "committed" | "promised"
            )
        });
    let acts = |actor: &Actor| {
        let acting: Vec<_> = cited
            .iter()
            .map(|one| acting(one, &topic, people))
            .collect();
        does(actor, &acting, cited, is_speaking, is_together, is_promised)
    };
    if let Some((actor, _)) = &subject
        && !acts(actor)
    {
        return Err(Reason::Side);
    }
    if let Some(owner) = &claim.owner {
        let actor = owner_of(owner, people).ok_or(Reason::Side)?;
        // Who acts in the text and who owns the step are of one side.
        let of_text = subject
            .as_ref()
            .and_then(|(actor, _)| side_of(actor, people));
        let of_owner = side_of(&actor, people);
        if !is_speaking && of_text.is_some() && of_owner.is_some() && of_text != of_owner {
            return Err(Reason::Side);
        }
        if !acts(&actor) {
            return Err(Reason::Side);
        }
    }
    Ok(())
}

fn side_of(actor: &Actor, people: &People) -> Option<Side> {
    match actor {
        Actor::Side(side) => Some(*side),
        Actor::Both => None,
        Actor::Person(ids) => {
            let mut sides = ids.iter().filter_map(|id| people.side_of(id));
            let first = sides.next()?;
            sides.all(|side| side == first).then_some(first)
        }
    }
}

/// Who acts in one sentence.
#[derive(Clone, Debug)]
struct Acting {
    side: Side,
    /// Ids of those who can be meant: the speaker, the one spoken to, or those named.
    people: Vec<String>,
    /// How many of the claim's words stand in it.
    shared: usize,
    /// Whether "we" may mean both sides.
    is_shared: bool,
    /// Whether somebody promises or is asked to act in it.
    is_promise: bool,
    /// Whether it has the claim's verb.
    has_verb: bool,
}

fn does(
    actor: &Actor,
    acting: &[Acting],
    cited: &[Sentence<'_, '_>],
    is_speaking: bool,
    is_together: bool,
    is_promised: bool,
) -> bool {
    let most = acting.iter().map(|one| one.shared).max().unwrap_or(0);
    // "I'll get you both of those" shares no word with what it promises.
    let promises = acting.iter().any(|one| one.is_promise);
    // Where the very verb is said, whoever says it acts.
    let is_said = is_promised && acting.iter().any(|one| one.is_promise && one.has_verb);
    let decisive = || {
        acting.iter().filter(|one| {
            let is_near = one.shared * 2 >= most.max(1) || most == 0;
            if is_said {
                one.is_promise && one.has_verb
            } else if is_promised && promises {
                one.is_promise
            } else {
                is_near
            }
        })
    };
    match actor {
        Actor::Both => {
            let sides: Vec<_> = cited.iter().map(Sentence::side).collect();
            acting.iter().any(|one| one.is_shared)
                || (sides.contains(&Side::Ours) && sides.contains(&Side::Theirs))
        }
        Actor::Side(side) if is_speaking => cited.iter().any(|one| one.side() == *side),
        Actor::Side(side) => {
            decisive().any(|one| one.side == *side || (is_together && one.is_shared))
        }
        Actor::Person(ids) if is_speaking => cited.iter().any(|one| {
            one.speaker()
                .is_some_and(|party| ids.contains(&party.id.to_string()))
        }),
        Actor::Person(ids) => decisive().any(|one| {
            one.people.iter().any(|id| ids.contains(id)) || (is_together && one.is_shared)
        }),
    }
}

fn acting(sentence: &Sentence<'_, '_>, topic: &[String], people: &People) -> Acting {
    let said = &sentence.line.words;
    let shared = topic
        .iter()
        .filter(|one| said.iter().any(|word| are_kin(one, &stem(&word.lower))))
        .count();
    let person = clause_actor(said, topic);
    let speaker = sentence.side();
    let other = match speaker {
        Side::Ours => Side::Theirs,
        Side::Theirs => Side::Ours,
        Side::Unknown => Side::Unknown,
    };
    let side = if person == Some(Pronoun::Second) {
        other
    } else {
        speaker
    };
    let named: Vec<String> = said
        .iter()
        .filter_map(|word| people.bearers(&word.lower))
        .flatten()
        .cloned()
        .collect();
    let speaker_id = sentence.speaker().map(|party| party.id.to_string());
    let delegates = said.windows(2).any(|pair| {
        matches!(
            pair[0].lower.as_str(),
            "have" | "get" | "ask" | "let" | "with"
        ) && people.bearers(&pair[1].lower).is_some()
    });
    let who = match person {
        Some(Pronoun::First) if delegates => named,
        Some(Pronoun::First) => speaker_id.into_iter().collect(),
        Some(Pronoun::Second) => {
            let told = addressee(sentence).map(|party| party.id.to_string());
            let told: Vec<_> = told.into_iter().collect();
            if told.is_empty() {
                named
            } else {
                told.into_iter().chain(named).collect()
            }
        }
        None if named.is_empty() => speaker_id.into_iter().collect(),
        None => named,
    };
    let has = |phrase: &[&str]| {
        said.windows(phrase.len())
            .any(|run| run.iter().zip(phrase).all(|(word, one)| word.lower == *one))
    };
    let is_shared = has(&["let's"])
        || has(&["shall", "we"])
        || has(&["we", "both"])
        || has(&["could", "we"])
        || has(&["can", "we"])
        || has(&["should", "we"])
        || has(&["we"])
        || has(&["we'll"])
        || has(&["together"])
        || has(&["we'd"])
        || has(&["we", "could"]);
    // "Those", "it", "will do": it speaks of what was said before.
    let points_back = said.iter().any(|word| BACK.contains(&word.lower.as_str()));
    let is_question = sentence.line.text.trim_end().ends_with('?');
    let asks_leave = is_question && person == Some(Pronoun::First);
    let is_promise = person.is_some()
        && (shared > 0 || points_back)
        && !asks_leave
        && !(person == Some(Pronoun::First) && is_wish(said));
    Acting {
        side,
        people: who,
        shared,
        is_shared,
        is_promise,
        has_verb: topic
            .first()
            .is_some_and(|verb| said.iter().any(|word| are_kin(verb, &stem(&word.lower)))),
    }
}

const BACK: [&str; 11] = [
    "it", "that", "those", "them", "this", "these", "both", "one", "do", "sure", "yes",
];

/// "I'd like a sandbox" promises none.
fn is_wish(said: &[Word]) -> bool {
    let lower = |at: usize| said.get(at).map_or("", |word| word.lower.as_str());
    let wishes = (0..said.len()).any(|at| {
        matches!(lower(at), "i" | "we" | "i'd" | "we'd" | "would")
            && matches!(
                lower(at + 1),
                "like" | "want" | "need" | "love" | "prefer" | "expect"
            )
    });
    let promises = said.iter().any(|word| {
        matches!(
            word.lower.as_str(),
            "i'll" | "we'll" | "will" | "let" | "going"
        )
    });
    wishes && !promises
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Pronoun {
    First,
    Second,
}

/// Who acts in the clause that says what the claim says.
///
/// A clause begins with a pronoun that acts. The one with the most of the claim's words counts, its
/// verb twice; of two alike the one that promises, then the later.
fn clause_actor(said: &[Word], topic: &[String]) -> Option<Pronoun> {
    let actors: Vec<(usize, Pronoun)> = (0..said.len())
        .filter_map(|at| Some((at, actor_at(said, at)?)))
        .collect();
    let score = |from: usize, to: usize| {
        let clause = said.get(from..to).unwrap_or_default();
        let stems: Vec<String> = clause.iter().map(|word| stem(&word.lower)).collect();
        let has = |one: &String| stems.iter().any(|stem| are_kin(one, stem));
        let verb = usize::from(topic.first().is_some_and(has));
        topic.iter().filter(|one| has(one)).count() + verb
    };
    let best = actors.iter().enumerate().max_by_key(|(n, (at, _))| {
        let end = actors.get(n + 1).map_or(said.len(), |(next, _)| *next);
        // What stands before the first pronoun belongs to it: "the DPA, we'll send".
        let start = if *n == 0 { 0 } else { *at };
        let lower = said.get(*at).map_or("", |word| word.lower.as_str());
        (score(start, end), lower.ends_with("'ll"), *n)
    });
    best.map(|(_, (_, pronoun))| *pronoun).or_else(|| {
        said.iter().find_map(|word| match word.lower.as_str() {
            "my" | "our" | "ours" => Some(Pronoun::First),
            "your" | "yours" => Some(Pronoun::Second),
            _ => None,
        })
    })
}

/// Words before "you" after which it acts; after a verb it is acted upon.
const BEFORE_YOU: &[&str] = &[
    "could", "can", "would", "will", "do", "did", "does", "if", "when", "that", "and", "so", "but",
    "because", "need", "want", "ask", "should", "once", "then", "as", "how", "what", "where",
    "whether", "unless", "until", "since", "or", "are", "were", "have", "after", "before", "think",
    "sure", "while", "which", "who", "why", "believe", "say", "like", "okay", "yes", "no", "well",
    "until", "than", "case", "though", "maybe", "now", "don't", "didn't", "can't", "won't",
];

/// Verbs with which somebody is told to do something for the speaker.
const BIDDING: &[&str] = &[
    "send", "give", "get", "call", "email", "mail", "show", "tell", "share", "forward", "shoot",
    "drop", "ping", "text", "bring", "ship", "quote",
];

/// Whether a word begins what somebody does, and who it is.
fn actor_at(said: &[Word], at: usize) -> Option<Pronoun> {
    let lower = |at: usize| said.get(at).map_or("", |word| word.lower.as_str());
    let word = lower(at);
    let before = at.checked_sub(1).map_or("", &lower);
    let next = lower(at + 1);
    if BIDDING.contains(&word) && matches!(next, "me" | "us") {
        let begins = at == 0
            || matches!(
                before,
                "okay"
                    | "ok"
                    | "please"
                    | "and"
                    | "then"
                    | "just"
                    | "sure"
                    | "yes"
                    | "great"
                    | "so"
                    | "also"
                    | "well"
                    | "fine"
                    | "good"
                    | "but"
            );
        return begins.then_some(Pronoun::Second);
    }
    if word == "let" && next == "me" {
        return Some(Pronoun::First);
    }
    if POSSESSIVE.contains(&word) {
        return None;
    }
    if FIRST.contains(&word) {
        let is_filler = word == "i"
            && matches!(
                next,
                "mean" | "think" | "guess" | "see" | "hope" | "know" | "suppose" | "believe"
            );
        return (!is_filler).then_some(Pronoun::First);
    }
    // "You'll have it" is promised by whoever says it.
    let after = if word == "you" { lower(at + 2) } else { next };
    let is_given = word == "you'll" || (word == "you" && next == "will");
    if is_given && matches!(after, "have" | "get" | "receive" | "hear" | "see") {
        return Some(Pronoun::First);
    }
    if SECOND.contains(&word) {
        let is_contracted = word != "you";
        let is_filler =
            matches!(next, "know" | "see") || matches!(before, "thank" | "see" | "thanks");
        let acts = is_contracted
            || before.is_empty()
            || BEFORE_YOU.contains(&before)
            || matches!(
                next,
                "will"
                    | "would"
                    | "can"
                    | "could"
                    | "need"
                    | "have"
                    | "should"
                    | "must"
                    | "are"
                    | "were"
                    | "had"
                    | "also"
                    | "guys"
                    | "all"
                    | "pay"
                    | "use"
                    | "said"
                    | "mentioned"
            );
        return (acts && !is_filler).then_some(Pronoun::Second);
    }
    None
}

/// Who acts in a claim, and the word after.
fn subject(cut: &[Word], people: &People) -> Option<(Actor, usize)> {
    const REACH: usize = 7;
    const AWAY: [&str; 10] = [
        "to", "for", "with", "from", "by", "of", "at", "on", "than", "about",
    ];
    let lower = |at: usize| cut.get(at).map_or("", |word| bare(&word.lower));
    for at in 0..cut.len().min(REACH) {
        let before = at.checked_sub(1).map_or("", &lower);
        let earlier = at.checked_sub(2).map_or("", &lower);
        if AWAY.contains(&before) || (before == "the" && AWAY.contains(&earlier)) {
            continue;
        }
        let next = lower(at + 1);
        match (lower(at), next) {
            ("both" | "two", "sides" | "teams" | "parties") | ("we", "and") => {
                return Some((Actor::Both, at + 2));
            }
            (
                "customer" | "buyer" | "client" | "prospect" | "customers" | "buyers" | "they",
                "and",
            ) if matches!(lower(at + 2), "we" | "our") => {
                return Some((Actor::Both, at + 3));
            }
            ("customer" | "buyer" | "client" | "prospect" | "customers" | "buyers" | "they", _) => {
                return Some((Actor::Side(Side::Theirs), at + 1));
            }
            ("their" | "customer's" | "client's", _) => {
                return Some((Actor::Side(Side::Theirs), at + 2));
            }
            ("other", "side") => return Some((Actor::Side(Side::Theirs), at + 2)),
            ("we" | "rep" | "seller" | "vendor" | "salesperson", _) => {
                return Some((Actor::Side(Side::Ours), at + 1));
            }
            ("our", _) => return Some((Actor::Side(Side::Ours), at + 2)),
            _ => {}
        }
        if let Some(bearers) = people
            .bearers(lower(at))
            .filter(|_| !is_telling(lower(at)) && !is_empty(lower(at)))
        {
            let mut end = at + 1;
            let mut ids = bearers.clone();
            while let Some(more) = people.bearers(lower(end)) {
                ids = ids.intersection(more).cloned().collect();
                end += 1;
            }
            return Some((Actor::Person(ids.into_iter().collect()), end));
        }
        if let Some(side) = people.side_of_company(lower(at)) {
            return Some((Actor::Side(side), at + 1));
        }
    }
    None
}

fn owner_of(owner: &str, people: &People) -> Option<Actor> {
    let cut = words(owner);
    let whole = owner.trim().to_lowercase();
    match whole.as_str() {
        "ours" | "us" | "we" => return Some(Actor::Side(Side::Ours)),
        "theirs" | "them" | "they" => return Some(Actor::Side(Side::Theirs)),
        "both" => return Some(Actor::Both),
        _ => {}
    }
    subject(&cut, people).map(|(actor, _)| actor)
}
