//! The language model, if any: nothing is sent to one that is not named here.

use std::num::NonZeroU32;
use std::path::PathBuf;

use conversation::Money;
use secrecy::SecretString;
use serde::Deserialize;

use super::settings::{YesNo, path, secret};
use crate::{Error, ErrorKind};

/// Which language model writes, where it is, and what it may cost.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct LlmSettings {
    /// Whose API the server speaks; off without one.
    pub provider: LlmProvider,
    /// Where the server is; the provider's own address if empty.
    pub base_url: String,
    /// The model, as its server knows it.
    pub model: String,
    /// The key; a server on this machine needs none as a rule.
    #[serde(deserialize_with = "secret")]
    pub api_key: Option<SecretString>,
    /// A file that holds the key.
    #[serde(deserialize_with = "path")]
    pub api_key_file: Option<PathBuf>,
    /// How many tokens the model reads and writes at once.
    pub context: NonZeroU32,
    /// The field that bounds an answer, where the server speaks OpenAI's API.
    pub answer_limit: AnswerLimitName,
    /// How many seconds one answer may take.
    pub timeout: NonZeroU32,
    /// How many tokens one command may use, prompts and answers together.
    pub budget_tokens: NonZeroU32,
    /// What one command may cost, like `0.50 USD`; not bounded if empty.
    pub budget_money: String,
    /// What a million tokens of prompts cost.
    pub price_read: String,
    /// What a million tokens of answers cost.
    pub price_written: String,
    /// Whether names, addresses and numbers that lead to a person are taken out first.
    pub redact: YesNo,
    /// Whether the model looks once more at each statement, and drops what it does not find.
    pub second_look: YesNo,
    /// Whether answers are kept, sealed, so that the same is not asked twice.
    pub cache: YesNo,
}

/// Whose API is spoken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum LlmProvider {
    /// Nobody's: no model is asked.
    Off,
    /// OpenAI's chat completions, which many servers speak.
    OpenAi,
    /// Anthropic's messages.
    Anthropic,
    /// Ollama's chat.
    Ollama,
}

impl LlmProvider {
    /// The word of the setting.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::OpenAi => "openai",
            Self::Anthropic => "anthropic",
            Self::Ollama => "ollama",
        }
    }

    /// Where its own server is.
    pub(crate) const fn home(self) -> &'static str {
        match self {
            Self::Off => "",
            Self::OpenAi => "https://api.openai.com/v1",
            Self::Anthropic => "https://api.anthropic.com",
            Self::Ollama => "http://127.0.0.1:11434",
        }
    }
}

/// What the field is called that bounds an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum AnswerLimitName {
    /// Every compatible server knows it.
    MaxTokens,
    /// OpenAI's reasoning models demand it.
    MaxCompletionTokens,
}

impl LlmSettings {
    /// Where the server is.
    pub(crate) fn address(&self) -> &str {
        match self.base_url.trim() {
            "" => self.provider.home(),
            given => given,
        }
    }

    /// What one command may cost, and what a million tokens cost to read and to write.
    pub(crate) fn money(&self) -> Result<Option<[Money; 3]>, Error> {
        let fields = [
            ("llm.budget_money", &self.budget_money),
            ("llm.price_read", &self.price_read),
            ("llm.price_written", &self.price_written),
        ];
        if self.budget_money.trim().is_empty() {
            return Ok(None);
        }
        let mut amounts = Vec::new();
        for (key, text) in fields {
            amounts.push(amount(text).ok_or_else(|| {
                Error::new(ErrorKind::NotConfigured, format!("{key} is no amount")).hint(
                    "llm.budget_money needs llm.price_read and llm.price_written beside it, each an \
                     amount like 2.50 USD; prices are for a million tokens",
                )
            })?);
        }
        let [most, read, written] = amounts[..] else {
            return Ok(None);
        };
        let is_of_one = [read, written]
            .iter()
            .all(|it| it.currency() == most.currency());
        if !is_of_one {
            let what = "llm.budget_money and the prices are of different currencies";
            return Err(Error::new(ErrorKind::NotConfigured, what)
                .hint("write all three in the currency of the bill"));
        }
        Ok(Some([most, read, written]))
    }

    /// What no setting can be checked for by itself.
    pub(super) fn check(&self) -> Result<(), Error> {
        if self.provider == LlmProvider::Off {
            return Ok(());
        }
        if self.model.trim().is_empty() {
            let what = "llm.provider is set, and llm.model is not";
            return Err(Error::new(ErrorKind::NotConfigured, what)
                .hint("name the model as its server knows it, or set llm.provider to off"));
        }
        self.money().map(drop)
    }
}

/// An amount like `2.50 USD`, not below zero.
fn amount(text: &str) -> Option<Money> {
    let (number, currency) = text.trim().split_once(' ')?;
    let amount = Money::parse(number, currency.trim().parse().ok()?).ok()?;
    (amount.hundredths() >= 0).then_some(amount)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(lines: &[(&str, &str)]) -> Result<LlmSettings, Error> {
        let variables = lines.iter().map(|(name, value)| {
            let name = format!("GONGKIT__LLM__{}", name.to_uppercase());
            (name, (*value).to_owned())
        });
        let home = [("HOME".to_owned(), "/nowhere".to_owned())];
        let now = || jiff::Timestamp::UNIX_EPOCH;
        let environment = crate::Environment::new(variables.chain(home), now);
        let environment = environment.system_config("/nowhere/config.toml");
        let config = crate::Config::load(&environment, &crate::Flags::default())?;
        Ok(config.settings.llm)
    }

    fn refusal(lines: &[(&str, &str)]) -> String {
        let error = settings(lines).expect_err("it is wrong");
        assert!(error.hint_text().is_some(), "{error}");
        error.to_string()
    }

    #[test]
    fn nothing_is_asked_and_everything_is_hidden_unless_it_is_said_otherwise() {
        let llm = settings(&[]).expect("the defaults hold");
        assert_eq!(llm.provider, LlmProvider::Off);
        assert_eq!((llm.redact, llm.second_look), (YesNo::Yes, YesNo::No));
        assert_eq!(
            (llm.context.get(), llm.budget_tokens.get()),
            (8_192, 200_000)
        );
    }

    #[test]
    fn a_provider_is_asked_at_its_own_address_unless_another_is_given() {
        let at = |lines: &[(&str, &str)]| {
            let named = [lines, &[("model", "m")]].concat();
            settings(&named).map(|llm| llm.address().to_owned()).ok()
        };
        let home = at(&[("provider", "anthropic")]);
        assert_eq!(home.as_deref(), Some("https://api.anthropic.com"));
        let own = at(&[
            ("provider", "openai"),
            ("base_url", " http://localhost:1/v1 "),
        ]);
        assert_eq!(own.as_deref(), Some("http://localhost:1/v1"));
    }

    #[test]
    fn what_is_missing_or_does_not_fit_is_told() {
        let said = refusal(&[("provider", "openai")]);
        assert_eq!(said, "llm.provider is set, and llm.model is not");
        let named = [("provider", "openai"), ("model", "m")];
        let with = |more: &[(&'static str, &'static str)]| [&named[..], more].concat();
        let said = refusal(&with(&[("budget_money", "2 USD")]));
        assert_eq!(said, "llm.price_read is no amount");
        let prices = [("price_read", "3 USD"), ("price_written", "15 USD")];
        let said = refusal(&with(&[&[("budget_money", "2 EUR")][..], &prices].concat()));
        assert!(said.contains("different currencies"), "{said}");
        let said = refusal(&with(
            &[&[("budget_money", "-2 USD")][..], &prices].concat(),
        ));
        assert_eq!(said, "llm.budget_money is no amount");

        let fits = settings(&with(&[&[("budget_money", "2 USD")][..], &prices].concat()));
        let money = fits.and_then(|llm| llm.money()).expect("it fits");
        assert_eq!(
            money.map(|[most, ..]| most.to_string()).as_deref(),
            Some("2.00 USD")
        );
        assert!(refusal(&[("provider", "opnai")]).contains("did you mean openai?"));
    }
}
