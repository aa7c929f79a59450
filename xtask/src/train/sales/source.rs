//! Labelled calls as people write them: one sentence a line, its labels in braces.
//!
//! ```text
//! %call id=A-01-1 date=2026-01-14T15:00 title="First call" kind=discovery
//! %who C1 theirs "Controller"
//! C1| It all goes through my boss. {process obj:authority}
//! %end
//! ```

use anyhow::Context;
use conversation::{Call, CallId, Party, PartyId, Sentence, Side, Span, Transcript, Utterance};
use jiff::Timestamp;

/// A label: its name in the product and the parts that follow it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Label {
    pub(super) name: &'static str,
    pub(super) parts: Vec<String>,
}

/// A call with labels.
#[derive(Clone, Debug)]
pub(super) struct LabelledCall {
    /// The invented world that it belongs to: calls of one world share vendor and competitors.
    pub(super) world: String,
    /// The competitors of the world.
    pub(super) competitors: Vec<String>,
    pub(super) call: Call,
    pub(super) transcript: Transcript,
    /// The labels of every sentence, in order.
    pub(super) labels: Vec<Vec<Label>>,
}

impl LabelledCall {
    /// Whether the sentence at a place bears a label of this name.
    pub(super) fn has(&self, at: usize, name: &str) -> bool {
        let labels = self.labels.get(at).into_iter().flatten();
        labels.filter(|label| label.name == name).count() > 0
    }
}

const NAMES: [(&str, &str); 11] = [
    ("q", "question"),
    ("next", "next_step"),
    ("obj", "objection"),
    ("pricing", "pricing"),
    ("comp", "competitor"),
    ("flag", "red_flag"),
    ("pain", "pain"),
    ("process", "process"),
    ("buy", "buying_signal"),
    ("trap", "trap"),
    ("decoy", "decoy"),
];

/// Reads the calls of a file; `competitors` are those of its world, unless the file names its own.
pub(super) fn read(
    text: &str,
    world: &str,
    competitors: &[String],
) -> anyhow::Result<Vec<LabelledCall>> {
    let mut competitors = competitors.to_vec();
    let mut calls = Vec::new();
    let mut open: Option<Draft> = None;
    for (number, line) in text.lines().enumerate() {
        let context = || format!("line {} of {world}", number + 1);
        if let Some(names) = line.strip_prefix("%competitors ") {
            competitors = names
                .split(',')
                .map(|name| name.trim().to_owned())
                .collect();
        } else if line.starts_with("%call ") {
            open = Some(Draft::begin(line).with_context(context)?);
        } else if let Some(who) = line.strip_prefix("%who ") {
            let draft = open.as_mut().with_context(context)?;
            draft.meet(who).with_context(context)?;
        } else if line.starts_with("%end") {
            let draft = open.take().with_context(context)?;
            calls.push(draft.end(world, &competitors));
        } else if !line.starts_with('%') && !line.trim().is_empty() {
            let draft = open.as_mut().with_context(context)?;
            draft.hear(line).with_context(context)?;
        }
    }
    Ok(calls)
}

struct Draft {
    call: Call,
    said: Vec<(PartyId, String)>,
    labels: Vec<Vec<Label>>,
}

impl Draft {
    fn begin(line: &str) -> anyhow::Result<Self> {
        let value = |key: &str| {
            let (_, rest) = line.split_once(key)?;
            rest.split_whitespace().next()
        };
        let id = value("id=").context("a call has an id")?;
        let date = value("date=").context("a call has a date")?;
        let started: Timestamp = format!("{date}:00Z").parse()?;
        Ok(Self {
            call: Call::new(CallId::new(id)?, started),
            said: Vec::new(),
            labels: Vec::new(),
        })
    }

    fn meet(&mut self, who: &str) -> anyhow::Result<()> {
        let mut words = who.split_whitespace();
        let id = words.next().context("a party has a name")?;
        let side = words.next().context("a party has a side")?;
        let mut party = Party::new(PartyId::new(id)?);
        party.side = side.parse().unwrap_or(Side::Unknown);
        self.call.parties.push(party);
        Ok(())
    }

    fn hear(&mut self, line: &str) -> anyhow::Result<()> {
        let (speaker, rest) = line.split_once('|').context("a line names its speaker")?;
        let (text, labels) = rest
            .rsplit_once('{')
            .context("a line has labels in braces")?;
        let labels = labels
            .trim_end()
            .strip_suffix('}')
            .context("the brace closes")?;
        let tags = labels
            .split_whitespace()
            .filter(|tag| !tag.starts_with("a:"));
        self.labels
            .push(tags.map(label).collect::<anyhow::Result<_>>()?);
        self.said
            .push((PartyId::new(speaker)?, text.trim().to_owned()));
        Ok(())
    }

    fn end(self, world: &str, competitors: &[String]) -> LabelledCall {
        let mut utterances: Vec<Utterance> = Vec::new();
        for (at, (speaker, text)) in (0u64..).zip(self.said) {
            let span = Span::from_millis(at * 4_000, at * 4_000 + 3_500);
            let sentence = Sentence::new(span, text);
            match utterances.last_mut() {
                Some(last) if last.party.as_ref() == Some(&speaker) => {
                    last.sentences.push(sentence);
                }
                _ => utterances.push(Utterance::new(vec![sentence]).by(speaker)),
            }
        }
        LabelledCall {
            world: world.to_owned(),
            competitors: competitors.to_vec(),
            call: self.call,
            transcript: Transcript::new(utterances),
            labels: self.labels,
        }
    }
}

fn label(tag: &str) -> anyhow::Result<Label> {
    let mut parts = tag.split(':');
    let short = parts.next().unwrap_or_default();
    let known = NAMES.iter().find(|(name, _)| *name == short);
    let &(_, name) = known.with_context(|| format!("the tag {short} is not known"))?;
    let parts = parts.map(str::to_owned).collect();
    Ok(Label { name, parts })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_call_is_read_with_its_labels() {
        let text = "%competitors Harbor, Pivot\n\
            %call id=A-1 date=2026-01-14T15:00 kind=discovery\n\
            %who R1 ours \"Seller\"\n%who C1 theirs \"Buyer\"\n\
            C1| We use Harbor. {comp:Harbor:using a:1}\n\
            C1| I'll ask {finance}. {next:theirs:accepted:-}\n\
            R1| Fine. {}\n%end\n";

        let calls = read(text, "A", &[]).expect("it reads");

        let call = &calls[0];
        assert_eq!(call.competitors, ["Harbor", "Pivot"]);
        assert_eq!(call.transcript.utterances().len(), 2);
        assert_eq!(call.labels[0][0].parts, ["Harbor", "using"]);
        assert!(call.has(1, "next_step") && !call.has(2, "next_step"));
        assert_eq!(call.labels[2], []);
    }

    #[test]
    fn an_unknown_tag_is_an_error_with_its_line() {
        let text = "%call id=A-1 date=2026-01-14T15:00\n%who C1 theirs\nC1| Hm. {prize}\n%end\n";
        let error = read(text, "A", &[]).expect_err("prize is no tag");
        assert!(format!("{error:#}").starts_with("line 3 of A"), "{error:#}");
    }
}
