//! What a keyword tracker looks for, as it is written.
//!
//! Words and phrases ("bank of america" in quotation marks, or words side by side), `AND`, `OR`,
//! `NOT`, `NEAR/5` and parentheses. `price~` stands for every form of the word, `pric*` for every
//! word that begins so. NOT binds strongest, then NEAR, AND, OR.

use std::fmt;
use std::ops::Range;
use std::str::FromStr;

use crate::text::{Word, stem, words};

/// How far apart NEAR allows, unless it says.
const NEAR: usize = 8;

/// An expression nested deeper than this is refused.
const DEEPEST: usize = 50;

/// What a keyword tracker looks for in a sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expression(Node);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Node {
    Phrase(Vec<Piece>),
    Not(Box<Node>),
    And(Box<Node>, Box<Node>),
    Or(Box<Node>, Box<Node>),
    Near(usize, Box<Node>, Box<Node>),
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Piece {
    Exactly(String),
    FormOf(String),
    Beginning(String),
}

/// Says why a text is no expression.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidExpression {
    /// Something is missing at its end or between two words.
    #[error("a word or a phrase is missing")]
    Missing,
    /// A parenthesis or quotation mark has no other half.
    #[error("a parenthesis or quotation mark is not closed")]
    Unclosed,
    /// It excludes, but looks for nothing: every sentence would be a hit.
    #[error("an expression must look for something, not only exclude")]
    OnlyExcludes,
    /// Too many parentheses.
    #[error("parentheses are nested too deeply")]
    TooDeep,
}

impl Expression {
    /// Any of these phrases, each as it is; phrases without a word are left out.
    pub fn any_of<'a>(phrases: impl IntoIterator<Item = &'a str>) -> Option<Self> {
        let nodes = phrases.into_iter().filter_map(|text| {
            let pieces: Vec<_> = words(text)
                .into_iter()
                .map(|word| Piece::Exactly(bare(&word.lower).to_owned()))
                .collect();
            (!pieces.is_empty()).then_some(Node::Phrase(pieces))
        });
        nodes
            .reduce(|one, other| Node::Or(Box::new(one), Box::new(other)))
            .map(Self)
    }

    /// Whether a sentence of these words is a hit.
    pub fn is_said_in(&self, words: &[Word]) -> bool {
        self.0.holds(words)
    }
}

impl Node {
    fn holds(&self, words: &[Word]) -> bool {
        match self {
            Self::Phrase(_) | Self::Near(..) => !self.places(words).is_empty(),
            Self::Not(inner) => !inner.holds(words),
            Self::And(one, other) => one.holds(words) && other.holds(words),
            Self::Or(one, other) => one.holds(words) || other.holds(words),
        }
    }

    /// Where it is said.
    fn places(&self, words: &[Word]) -> Vec<Range<usize>> {
        match self {
            Self::Phrase(pieces) => (0..words.len())
                .filter(|start| {
                    words.get(*start..start + pieces.len()).is_some_and(|run| {
                        pieces
                            .iter()
                            .zip(run)
                            .all(|(piece, word)| piece.is(&word.lower))
                    })
                })
                .map(|start| start..start + pieces.len())
                .collect(),
            Self::Not(_) => Vec::new(),
            Self::And(one, other) => {
                let (one, other) = (one.places(words), other.places(words));
                if one.is_empty() || other.is_empty() {
                    return Vec::new();
                }
                one.into_iter().chain(other).collect()
            }
            Self::Or(one, other) => {
                let mut places = one.places(words);
                places.extend(other.places(words));
                places
            }
            Self::Near(within, one, other) => {
                let others = other.places(words);
                let is_near = |place: &Range<usize>| {
                    others.iter().any(|other| {
                        let between = if place.start < other.start {
                            other.start.saturating_sub(place.end)
                        } else {
                            place.start.saturating_sub(other.end)
                        };
                        between < *within
                    })
                };
                one.places(words).into_iter().filter(is_near).collect()
            }
        }
    }

    /// Whether every hit must hold some word.
    fn looks_for_something(&self) -> bool {
        match self {
            Self::Phrase(_) | Self::Near(..) => true,
            Self::Not(_) => false,
            Self::And(one, other) => one.looks_for_something() || other.looks_for_something(),
            Self::Or(one, other) => one.looks_for_something() && other.looks_for_something(),
        }
    }
}

impl Piece {
    fn new(written: &str) -> Self {
        if let Some(start) = written.strip_suffix('*') {
            Self::Beginning(start.to_owned())
        } else if let Some(word) = written.strip_suffix('~') {
            Self::FormOf(stem(word))
        } else {
            Self::Exactly(bare(written).to_owned())
        }
    }

    fn is(&self, word: &str) -> bool {
        match self {
            Self::Exactly(exact) => exact == bare(word),
            Self::FormOf(form) => *form == stem(word),
            Self::Beginning(start) => word.starts_with(start.as_str()),
        }
    }
}

/// A word without its possessive ending.
fn bare(word: &str) -> &str {
    word.strip_suffix("'s").unwrap_or(word)
}

impl fmt::Display for Expression {
    /// Prints an expression that reads back as the same.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Display for Node {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Phrase(pieces) => {
                let written: Vec<_> = pieces.iter().map(ToString::to_string).collect();
                write!(f, "\"{}\"", written.join(" "))
            }
            Self::Not(inner) => write!(f, "NOT {inner}"),
            Self::And(one, other) => write!(f, "({one} AND {other})"),
            Self::Or(one, other) => write!(f, "({one} OR {other})"),
            Self::Near(within, one, other) => write!(f, "({one} NEAR/{within} {other})"),
        }
    }
}

impl fmt::Display for Piece {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Exactly(word) => f.write_str(word),
            Self::FormOf(form) => write!(f, "{form}~"),
            Self::Beginning(start) => write!(f, "{start}*"),
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Token {
    Open,
    Close,
    And,
    Or,
    Not,
    Near(usize),
    Words(Vec<Piece>),
}

impl FromStr for Expression {
    type Err = InvalidExpression;

    fn from_str(text: &str) -> Result<Self, InvalidExpression> {
        let tokens = tokens(text)?;
        let mut reader = Reader {
            tokens: &tokens,
            depth: 0,
        };
        let node = reader.or()?;
        match reader.tokens {
            [] if node.looks_for_something() => Ok(Self(node)),
            [] => Err(InvalidExpression::OnlyExcludes),
            [Token::Close, ..] => Err(InvalidExpression::Unclosed),
            _ => Err(InvalidExpression::Missing),
        }
    }
}

fn tokens(text: &str) -> Result<Vec<Token>, InvalidExpression> {
    let mut tokens: Vec<Token> = Vec::new();
    let mut rest = text.trim_start();
    let mut is_phrase_open = false;
    while let Some(first) = rest.chars().next() {
        let (token, after) = match first {
            '(' => (Token::Open, rest.get(1..)),
            ')' => (Token::Close, rest.get(1..)),
            '"' | '“' | '”' => {
                let inner = rest.get(first.len_utf8()..).unwrap_or_default();
                let (phrase, after) = inner
                    .split_once(['"', '“', '”'])
                    .ok_or(InvalidExpression::Unclosed)?;
                let pieces = pieces(phrase);
                if pieces.is_empty() {
                    return Err(InvalidExpression::Missing);
                }
                (Token::Words(pieces), Some(after))
            }
            _ => {
                let end = rest
                    .find(|c: char| c.is_whitespace() || matches!(c, '(' | ')' | '"' | '“' | '”'))
                    .unwrap_or(rest.len());
                let (word, after) = rest.split_at(end);
                (operator(word), Some(after))
            }
        };
        let is_bare_word = matches!(token, Token::Words(_)) && !matches!(first, '"' | '“' | '”');
        match (tokens.last_mut(), token) {
            // Bare words side by side are one phrase.
            (Some(Token::Words(before)), Token::Words(more)) if is_bare_word && is_phrase_open => {
                before.extend(more);
            }
            (_, Token::Words(none)) if none.is_empty() => {}
            (_, token) => tokens.push(token),
        }
        is_phrase_open = is_bare_word;
        rest = after.unwrap_or_default().trim_start();
    }
    Ok(tokens)
}

fn operator(word: &str) -> Token {
    match word {
        "AND" => Token::And,
        "OR" => Token::Or,
        "NOT" => Token::Not,
        "NEAR" => Token::Near(NEAR),
        _ => match word.strip_prefix("NEAR/").and_then(|n| n.parse().ok()) {
            Some(within) => Token::Near(within),
            None => Token::Words(pieces(word)),
        },
    }
}

fn pieces(text: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    for part in text.split_whitespace() {
        let mark = part.chars().last().filter(|c| matches!(c, '*' | '~'));
        let cut = words(part);
        for (word, left) in cut.iter().zip((0..cut.len()).rev()) {
            let mark = mark.filter(|_| left == 0);
            let written = format!(
                "{}{}",
                word.lower,
                mark.map_or_else(String::new, String::from)
            );
            pieces.push(Piece::new(&written));
        }
    }
    pieces
}

struct Reader<'t> {
    tokens: &'t [Token],
    depth: usize,
}

impl Reader<'_> {
    fn take(&mut self, wanted: &Token) -> bool {
        match self.tokens.split_first() {
            Some((first, rest)) if first == wanted => {
                self.tokens = rest;
                true
            }
            _ => false,
        }
    }

    fn or(&mut self) -> Result<Node, InvalidExpression> {
        let mut node = self.and()?;
        while self.take(&Token::Or) {
            node = Node::Or(Box::new(node), Box::new(self.and()?));
        }
        Ok(node)
    }

    fn and(&mut self) -> Result<Node, InvalidExpression> {
        let mut node = self.near()?;
        loop {
            if self.take(&Token::And) {
                node = Node::And(Box::new(node), Box::new(self.near()?));
            } else if self.tokens.first() == Some(&Token::Not) {
                // "price NOT list" says "price AND NOT list".
                node = Node::And(Box::new(node), Box::new(self.near()?));
            } else {
                return Ok(node);
            }
        }
    }

    fn near(&mut self) -> Result<Node, InvalidExpression> {
        let mut node = self.one()?;
        while let Some((Token::Near(within), rest)) = self.tokens.split_first() {
            let within = *within;
            self.tokens = rest;
            node = Node::Near(within, Box::new(node), Box::new(self.one()?));
        }
        Ok(node)
    }

    fn one(&mut self) -> Result<Node, InvalidExpression> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(InvalidExpression::TooDeep);
        }
        let (first, rest) = self
            .tokens
            .split_first()
            .ok_or(InvalidExpression::Missing)?;
        self.tokens = rest;
        let node = match first {
            Token::Not => Node::Not(Box::new(self.one()?)),
            Token::Open => {
                let inner = self.or()?;
                if !self.take(&Token::Close) {
                    return Err(InvalidExpression::Unclosed);
                }
                inner
            }
            Token::Words(pieces) => Node::Phrase(pieces.clone()),
            _ => return Err(InvalidExpression::Missing),
        };
        self.depth -= 1;
        Ok(node)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_said(expression: &str, sentence: &str) -> bool {
        let read: Expression = expression.parse().expect("it is an expression");
        let again: Expression = read.to_string().parse().expect("it reads back");
        assert_eq!(read.to_string(), again.to_string());
        read.is_said_in(&words(sentence))
    }

    #[test]
    fn words_phrases_and_forms_are_found_whole() {
        assert!(is_said("amazon", "Amazon's numbers are in."));
        assert!(!is_said("sec", "It takes seconds."));
        assert!(is_said(
            "bank of america",
            "Somebody from Bank of America, please."
        ));
        assert!(is_said("\"g&a\"", "And G&A went up."));
        assert!(is_said("price~", "That is the pricing we had."));
        assert!(is_said("pric*", "Pricey."));
        assert!(!is_said("price", "Prices rise."));
    }

    #[test]
    fn operators_do_what_they_say() {
        assert!(is_said("price AND (high OR steep)", "The price is steep."));
        assert!(!is_said("price AND (high OR steep)", "The price is fine."));
        assert!(!is_said("price NOT list", "The list price is fine."));
        assert!(is_said("price NOT list", "The price is fine."));
        assert!(is_said("NOT list AND price OR budget", "What budget?"));
        assert!(is_said("budget NEAR/3 cut", "They cut our budget."));
        assert!(is_said("budget NEAR/3 cut", "The budget was then cut."));
        assert!(!is_said(
            "budget NEAR/3 cut",
            "The budget is there and nobody will ever cut it."
        ));
        assert!(is_said(
            "\"follow up\" NEAR next week",
            "We follow up early next week."
        ));
    }

    #[test]
    fn what_is_no_expression_says_why() {
        let wrong = |text: &str| text.parse::<Expression>().err();
        assert_eq!(wrong(""), Some(InvalidExpression::Missing));
        assert_eq!(wrong("price AND"), Some(InvalidExpression::Missing));
        assert_eq!(wrong("(price"), Some(InvalidExpression::Unclosed));
        assert_eq!(wrong("price)"), Some(InvalidExpression::Unclosed));
        assert_eq!(wrong("\"price"), Some(InvalidExpression::Unclosed));
        assert_eq!(wrong("NOT price"), Some(InvalidExpression::OnlyExcludes));
        assert_eq!(wrong("a OR NOT b"), Some(InvalidExpression::OnlyExcludes));
        assert_eq!(wrong(&"(".repeat(5_000)), Some(InvalidExpression::TooDeep));
        assert_eq!(wrong("a \"b\""), Some(InvalidExpression::Missing));
    }

    #[test]
    fn any_of_several_keywords_is_enough() {
        let any = Expression::any_of(["wells fargo", "UBS", "—"]).expect("two have words");
        assert!(any.is_said_in(&words("It was UBS.")));
        assert!(any.is_said_in(&words("Wells Fargo's analyst.")));
        assert!(!any.is_said_in(&words("Fargo.")));
        assert_eq!(Expression::any_of(["—"]), None);
    }
}
