//! What a record can hold, in our words.

use crate::RecordKind;

/// A field of a record, whatever the CRM calls it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Field {
    /// What people call the record: a deal's or a company's name, a call's title, a task's subject.
    Title,
    /// Rich text: the body of a call, a task or a note.
    Body,
    /// When it took or takes place.
    Started,
    /// How long it took, in milliseconds.
    Duration,
    /// Who began it: `INBOUND` or `OUTBOUND`.
    Direction,
    /// Where the recording is.
    Recording,
    /// Whose it is.
    Owner,
    /// The stage of a deal.
    Stage,
    /// The pipeline of a deal.
    Pipeline,
    /// The amount of a deal.
    Amount,
    /// The currency of a deal.
    Currency,
    /// When a deal is expected to close.
    CloseDate,
    /// When a deal was made.
    Created,
    /// The address of a contact.
    Email,
    /// The domain of a company.
    Domain,
    /// The end of a meeting.
    Ended,
    /// What became of a meeting.
    Outcome,
    /// Our key: which of our calls, tasks or notes it is.
    Key,
    /// A fingerprint of what we wrote.
    Fingerprint,
    /// The version of what we write.
    Version,
    /// The next steps of a call.
    NextSteps,
    /// The competitors that were named.
    Competitors,
    /// The objections that were raised.
    Objections,
    /// Our share of the talk.
    TalkRatio,
    /// Where the evidence is.
    Evidence,
    /// The warnings of a deal.
    Warnings,
    /// How many of its warnings a deal has.
    Score,
    /// The most weighty reasons.
    Reasons,
    /// When the last call of a deal was.
    LastCall,
}

impl Field {
    /// All of them.
    pub const ALL: [Self; 29] = [
        Self::Title,
        Self::Body,
        Self::Started,
        Self::Duration,
        Self::Direction,
        Self::Recording,
        Self::Owner,
        Self::Stage,
        Self::Pipeline,
        Self::Amount,
        Self::Currency,
        Self::CloseDate,
        Self::Created,
        Self::Email,
        Self::Domain,
        Self::Ended,
        Self::Outcome,
        Self::Key,
        Self::Fingerprint,
        Self::Version,
        Self::NextSteps,
        Self::Competitors,
        Self::Objections,
        Self::TalkRatio,
        Self::Evidence,
        Self::Warnings,
        Self::Score,
        Self::Reasons,
        Self::LastCall,
    ];

    /// The word that is stored and shown.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Title => "title",
            Self::Body => "body",
            Self::Started => "started",
            Self::Duration => "duration",
            Self::Direction => "direction",
            Self::Recording => "recording",
            Self::Owner => "owner",
            Self::Stage => "stage",
            Self::Pipeline => "pipeline",
            Self::Amount => "amount",
            Self::Currency => "currency",
            Self::CloseDate => "close_date",
            Self::Created => "created",
            Self::Email => "email",
            Self::Domain => "domain",
            Self::Ended => "ended",
            Self::Outcome => "outcome",
            Self::Key => "key",
            Self::Fingerprint => "fingerprint",
            Self::Version => "version",
            Self::NextSteps => "next_steps",
            Self::Competitors => "competitors",
            Self::Objections => "objections",
            Self::TalkRatio => "talk_ratio",
            Self::Evidence => "evidence",
            Self::Warnings => "warnings",
            Self::Score => "score",
            Self::Reasons => "reasons",
            Self::LastCall => "last_call",
        }
    }

    /// Reads the word.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|field| field.as_str() == word)
    }

    /// What decides a deal: for people to write, never for us.
    pub const DECISIONS: [Self; 5] = [
        Self::Stage,
        Self::Pipeline,
        Self::Amount,
        Self::CloseDate,
        Self::Owner,
    ];

    /// Whether we may write it on this kind of record.
    pub fn is_writable(self, kind: RecordKind) -> bool {
        match kind {
            RecordKind::Call => {
                matches!(
                    self,
                    Self::Title
                        | Self::Body
                        | Self::Started
                        | Self::Duration
                        | Self::Direction
                        | Self::Recording
                ) || self.is_ours(kind)
            }
            RecordKind::Task | RecordKind::Note => {
                matches!(self, Self::Title | Self::Body | Self::Started) || self.is_ours(kind)
            }
            _ => self.is_ours(kind),
        }
    }

    /// Whether the field exists only because of us, on this kind of record.
    pub fn is_ours(self, kind: RecordKind) -> bool {
        match kind {
            RecordKind::Call => matches!(
                self,
                Self::Key
                    | Self::Fingerprint
                    | Self::Version
                    | Self::NextSteps
                    | Self::Competitors
                    | Self::Objections
                    | Self::TalkRatio
                    | Self::Evidence
            ),
            RecordKind::Task | RecordKind::Note => matches!(self, Self::Key),
            RecordKind::Deal => matches!(
                self,
                Self::Warnings | Self::Score | Self::Reasons | Self::LastCall | Self::Competitors
            ),
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_is_read_as_it_is_written() {
        for field in Field::ALL {
            assert_eq!(Field::parse(field.as_str()), Some(field));
        }
        assert_eq!(Field::parse("other"), None);
    }

    #[test]
    fn nothing_that_decides_a_deal_is_ours_to_write() {
        for field in Field::DECISIONS {
            for kind in RecordKind::ALL {
                assert!(!field.is_writable(kind), "{field:?} of {kind:?}");
            }
        }
    }
}
