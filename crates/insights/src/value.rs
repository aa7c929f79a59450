//! What can be found in a call, in words from fixed lists.

use jiff::civil::Date;

/// Makes an enum whose variants are the words of a fixed list.
macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$each:meta])* $variant:ident = $word:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum $name { $($(#[$each])* $variant,)+ }

        impl $name {
            /// Every word of the list, in order.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// The word used in views, files and rows.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word,)+ }
            }

            /// The variant of a word.
            pub fn from_word(word: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|one| one.as_str() == word)
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(self.as_str())
            }
        }
    };
}

pub(crate) use words;

words! {
    /// What a finding is about.
    Kind {
        /// Somebody asks the other side for information.
        Question = "question",
        /// A concrete step after this call.
        NextStep = "next_step",
        /// A reason against, a doubt, a condition of the customer's.
        Objection = "objection",
        /// What our offer costs, discounts, payment or contract terms.
        Pricing = "pricing",
        /// A competitor is mentioned.
        Competitor = "competitor",
        /// What a good manager would want to hear of today.
        RedFlag = "red_flag",
        /// A problem, cost or need of the customer's.
        Pain = "pain",
        /// Who decides, by which steps and criteria.
        Process = "process",
        /// The customer signals willingness to go on or buy.
        BuyingSignal = "buying_signal",
        /// Words that fill a pause.
        Filler = "filler",
        /// A tracker of the user's.
        Tracker = "tracker",
    }
}

words! {
    /// How a question can be answered.
    Form {
        /// With more than a yes, a no or a choice.
        Open = "open",
        /// With a yes, a no or a choice.
        Closed = "closed",
    }
}

words! {
    /// Who has to act.
    Owner {
        /// Our side.
        Ours = "ours",
        /// The customer.
        Theirs = "theirs",
        /// Both.
        Both = "both",
    }
}

words! {
    /// What became of a proposed step within the call.
    StepStatus {
        /// The other side agreed, or the speaker committed their own side.
        Accepted = "accepted",
        /// Nobody answered it.
        Proposed = "proposed",
        /// It was refused or taken back.
        Declined = "declined",
    }
}

words! {
    /// What an objection is about.
    ObjectionKind {
        /// Too expensive.
        Price = "price",
        /// Somebody else decides.
        Authority = "authority",
        /// Not now.
        Timing = "timing",
        /// Data, access, compliance.
        Security = "security",
        /// Fitting in with what they have.
        Integration = "integration",
        /// What they have already does.
        Incumbent = "incumbent",
        /// It is not clear what it is good for.
        Value = "value",
        /// Nobody there has the time.
        Resources = "resources",
    }
}

words! {
    /// What a red flag is about.
    RedFlagKind {
        /// The budget shrinks.
        BudgetCut = "budget_cut",
        /// Spending or hiring is frozen.
        Freeze = "freeze",
        /// Our champion leaves.
        ChampionLeaving = "champion_leaving",
        /// The purchase is put off.
        NotNow = "not_now",
        /// The organisation changes.
        Reorg = "reorg",
        /// Legal or compliance stops it.
        LegalBlock = "legal_block",
        /// Somebody else was chosen.
        CompetitorChosen = "competitor_chosen",
    }
}

words! {
    /// Where a competitor stands, from the customer's point of view at that sentence.
    Stance {
        /// They look at it.
        Evaluating = "evaluating",
        /// They use it.
        Using = "using",
        /// The comparison speaks for us.
        FavoursUs = "favours_us",
        /// The comparison speaks for them.
        FavoursThem = "favours_them",
        /// They used it once.
        Past = "past",
        /// They ruled it out.
        Dismissed = "dismissed",
        /// Only mentioned.
        Neutral = "neutral",
    }
}

/// What was found. Names that users chose are the only free text; the rest are fixed lists.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Value {
    /// A question.
    Question(Form),
    /// A step after this call.
    NextStep {
        /// Who has to act.
        owner: Owner,
        /// What became of it.
        status: StepStatus,
        /// By when, where it can be worked out.
        due: Option<Date>,
    },
    /// An objection.
    Objection(ObjectionKind),
    /// Price or terms of our offer.
    Pricing,
    /// A competitor, by the name that the user gave it.
    Competitor {
        /// Its name.
        name: String,
        /// Where it stands.
        stance: Stance,
    },
    /// A red flag.
    RedFlag(RedFlagKind),
    /// A problem of the customer's.
    Pain,
    /// How they decide.
    Process,
    /// A sign of willingness.
    BuyingSignal,
    /// Filler words in a sentence.
    Filler {
        /// How many of them.
        count: u32,
    },
    /// A hit of the user's tracker of this name.
    Tracker {
        /// Its name.
        name: String,
    },
}

impl Value {
    /// What the value is about.
    pub const fn kind(&self) -> Kind {
        match self {
            Self::Question(_) => Kind::Question,
            Self::NextStep { .. } => Kind::NextStep,
            Self::Objection(_) => Kind::Objection,
            Self::Pricing => Kind::Pricing,
            Self::Competitor { .. } => Kind::Competitor,
            Self::RedFlag(_) => Kind::RedFlag,
            Self::Pain => Kind::Pain,
            Self::Process => Kind::Process,
            Self::BuyingSignal => Kind::BuyingSignal,
            Self::Filler { .. } => Kind::Filler,
            Self::Tracker { .. } => Kind::Tracker,
        }
    }

    /// The words from fixed lists, in one line: what may be stored in the clear.
    pub fn fixed(&self) -> String {
        match self {
            Self::Question(form) => form.to_string(),
            Self::NextStep { owner, status, due } => match due {
                Some(due) => format!("{owner} {status} {due}"),
                None => format!("{owner} {status}"),
            },
            Self::Objection(kind) => kind.to_string(),
            Self::RedFlag(kind) => kind.to_string(),
            Self::Competitor { stance, .. } => stance.to_string(),
            Self::Filler { count } => count.to_string(),
            Self::Pricing
            | Self::Pain
            | Self::Process
            | Self::BuyingSignal
            | Self::Tracker { .. } => String::new(),
        }
    }

    /// The free text: the name that a user gave; to be sealed wherever it is stored.
    pub fn name(&self) -> Option<&str> {
        match self {
            Self::Competitor { name, .. } | Self::Tracker { name } => Some(name),
            _ => None,
        }
    }

    /// Puts a value together again from [`Value::kind`], [`Value::fixed`] and [`Value::name`].
    pub fn from_parts(kind: Kind, fixed: &str, name: Option<&str>) -> Option<Self> {
        let name = || name.map(str::to_owned);
        Some(match kind {
            Kind::Question => Self::Question(Form::from_word(fixed)?),
            Kind::NextStep => {
                let mut words = fixed.split(' ');
                Self::NextStep {
                    owner: Owner::from_word(words.next()?)?,
                    status: StepStatus::from_word(words.next()?)?,
                    due: words.next().map(str::parse).transpose().ok()?,
                }
            }
            Kind::Objection => Self::Objection(ObjectionKind::from_word(fixed)?),
            Kind::Pricing => Self::Pricing,
            Kind::Competitor => Self::Competitor {
                name: name()?,
                stance: Stance::from_word(fixed)?,
            },
            Kind::RedFlag => Self::RedFlag(RedFlagKind::from_word(fixed)?),
            Kind::Pain => Self::Pain,
            Kind::Process => Self::Process,
            Kind::BuyingSignal => Self::BuyingSignal,
            Kind::Filler => Self::Filler {
                count: fixed.parse().ok()?,
            },
            Kind::Tracker => Self::Tracker { name: name()? },
        })
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn a_value_comes_back_from_its_parts() {
        let values = [
            Value::Question(Form::Open),
            Value::NextStep {
                owner: Owner::Both,
                status: StepStatus::Accepted,
                due: Some(date(2026, 3, 24)),
            },
            Value::NextStep {
                owner: Owner::Theirs,
                status: StepStatus::Declined,
                due: None,
            },
            Value::Objection(ObjectionKind::Integration),
            Value::Pricing,
            Value::Competitor {
                name: "Bright Ledger".to_owned(),
                stance: Stance::FavoursUs,
            },
            Value::RedFlag(RedFlagKind::ChampionLeaving),
            Value::Pain,
            Value::Process,
            Value::BuyingSignal,
            Value::Filler { count: 3 },
            Value::Tracker {
                name: "roadmap".to_owned(),
            },
        ];
        for value in values {
            let again = Value::from_parts(value.kind(), &value.fixed(), value.name());
            assert_eq!(again, Some(value));
        }
        assert_eq!(Value::from_parts(Kind::Question, "maybe", None), None);
    }

    #[test]
    fn what_may_lie_in_the_clear_holds_no_name() {
        let value = Value::Competitor {
            name: "Bright Ledger".to_owned(),
            stance: Stance::Using,
        };
        assert_eq!(value.fixed(), "using");
    }
}
