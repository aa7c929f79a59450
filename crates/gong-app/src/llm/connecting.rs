//! From settings to a model: the address and the key are checked, then the decorators go around it.

use std::sync::Arc;
use std::time::Duration;

use access::Scope;
use conversation::{AccountId, CallId};
use gong_auth::read_secret_file;
use narration::adapters::{AnswerLimit, Anthropic, Deadlines, Ollama, OpenAi};
use narration::decorators::{Budget, Budgeted, Cached, Prices, Redacting, RetryRules, Retrying};
use narration::{Endpoint, Llm, LlmError, Model, SecondLook};
use secrecy::{ExposeSecret as _, SecretString};

use super::answers::{ArchiveAnswers, Oldest};
use super::observed::Observed;
use crate::app::App;
use crate::config::{AnswerLimitName, LlmProvider, LlmSettings, YesNo};
use crate::{Config, Error, ErrorKind};

/// The part of the decorators that knows what a run cost.
type Budgeting = Budgeted<Arc<dyn Llm>>;

/// A model for one run over some calls.
pub(crate) struct Writer {
    pub(crate) llm: Arc<dyn Llm>,
    pub(crate) spent: Arc<Budgeting>,
    pub(crate) look: SecondLook,
    /// When the oldest answer was made that was not new.
    pub(crate) oldest: Oldest,
}

/// What a run is about.
pub(crate) struct About {
    /// The calls whose words the model is shown.
    pub(crate) calls: Vec<CallId>,
    /// The customers whose facts may stand in an answer.
    pub(crate) accounts: Vec<AccountId>,
    /// The names of those who took part.
    pub(crate) people: Vec<String>,
    /// What the caller reaches.
    pub(crate) scope: Scope,
}

impl App {
    /// Whether the configuration names a model.
    pub(crate) fn has_llm(&self) -> bool {
        self.config().settings.llm.provider != LlmProvider::Off
    }

    /// The model of the configuration, in all that stands around one; nothing is sent yet.
    pub(crate) async fn writer(&self, about: About) -> Result<Writer, Error> {
        let settings = &self.config().settings.llm;
        let opened = self.opened().await?;
        let adapter = adapter(self.config())?;
        let observed: Arc<dyn Llm> = Arc::new(Observed {
            inner: adapter,
            provider: settings.provider.as_str(),
            archive: Arc::clone(&opened.archive),
            recorder: Arc::clone(&self.shared.recorder),
            caller: Arc::clone(&self.caller),
            calls: about.calls.clone(),
            now: self.shared.now,
        });
        let retrying = Retrying::new(observed, RetryRules::default(), rand::random::<f64>);
        let oldest = Oldest::default();
        let kept: Arc<dyn Llm> = match settings.cache {
            YesNo::No => Arc::new(retrying),
            YesNo::Yes => {
                let store = ArchiveAnswers {
                    answers: Arc::clone(&opened.answers),
                    key: opened.archive.hash_key().await?,
                    scope: about.scope,
                    model: settings.model.trim().to_owned(),
                    calls: about.calls,
                    accounts: about.accounts,
                    now: self.shared.now,
                    oldest: oldest.clone(),
                };
                Arc::new(Cached::new(retrying, store))
            }
        };
        let spent = Arc::new(Budgeted::new(kept, budget(settings)?));
        let llm: Arc<dyn Llm> = match settings.redact {
            YesNo::Yes => Arc::new(Redacting::new(Arc::clone(&spent), about.people)),
            YesNo::No => Arc::clone(&spent) as Arc<dyn Llm>,
        };
        let look = match settings.second_look {
            YesNo::Yes => SecondLook::On,
            YesNo::No => SecondLook::Off,
        };
        Ok(Writer {
            llm,
            spent,
            look,
            oldest,
        })
    }
}

fn adapter(config: &Config) -> Result<Arc<dyn Llm>, Error> {
    let settings = &config.settings.llm;
    let endpoint = endpoint(config)?;
    let key = key(settings)?;
    let model = Model::new(settings.model.trim(), settings.context);
    let deadlines = Deadlines {
        answer: Duration::from_secs(u64::from(settings.timeout.get())),
        ..Deadlines::default()
    };
    let made: Result<Arc<dyn Llm>, LlmError> = match settings.provider {
        LlmProvider::Off => {
            return Err(
                Error::new(ErrorKind::NotConfigured, "no language model is configured").hint(
                    "set llm.provider, llm.model and what docs/narration.md names beside them",
                ),
            );
        }
        LlmProvider::OpenAi => OpenAi::new(endpoint, model, key.as_ref()).map(|llm| {
            let limit = match settings.answer_limit {
                AnswerLimitName::MaxTokens => AnswerLimit::MaxTokens,
                AnswerLimitName::MaxCompletionTokens => AnswerLimit::MaxCompletionTokens,
            };
            Arc::new(llm.with_limit(limit).with_deadlines(deadlines)) as Arc<dyn Llm>
        }),
        LlmProvider::Anthropic => {
            let key = key.ok_or_else(|| {
                let what = "llm.provider is anthropic, and there is no key";
                Error::new(ErrorKind::NotConfigured, what)
                    .hint("set GONGKIT__LLM__API_KEY or GONGKIT__LLM__API_KEY_FILE")
            })?;
            Anthropic::new(endpoint, model, &key)
                .map(|llm| Arc::new(llm.with_deadlines(deadlines)) as Arc<dyn Llm>)
        }
        LlmProvider::Ollama => Ollama::new(endpoint, model, key.as_ref())
            .map(|llm| Arc::new(llm.with_deadlines(deadlines)) as Arc<dyn Llm>),
    };
    made.map_err(Error::from)
}

/// The server's address, if words of calls may be sent there: this machine, the provider's own host,
/// or any other only by a flag, because a file that somebody else wrote must not say where calls go.
pub(crate) fn endpoint(config: &Config) -> Result<Endpoint, Error> {
    let settings = &config.settings.llm;
    let endpoint = Endpoint::parse(settings.address()).map_err(|error| {
        Error::new(
            ErrorKind::NotConfigured,
            "the language model cannot be asked",
        )
        .caused_by(error)
        .hint("check llm.base_url")
    })?;
    let is_home = endpoint.to_string().trim_end_matches('/') == settings.provider.home();
    if endpoint.is_loopback() || is_home || config.allow_foreign_base_url {
        return Ok(endpoint);
    }
    let what = "llm.base_url is neither this machine nor the provider's own address";
    Err(Error::new(ErrorKind::NotConfigured, what).hint(
        "words of calls go there: if you mean a gateway of your own, pass --allow-foreign-base-url",
    ))
}

/// The key, if there is one.
pub(crate) fn key(settings: &LlmSettings) -> Result<Option<SecretString>, Error> {
    if settings.api_key.is_some() {
        return Ok(settings.api_key.clone());
    }
    let Some(file) = &settings.api_key_file else {
        return Ok(None);
    };
    let key = read_secret_file(file).map_err(|error| {
        Error::new(
            ErrorKind::NotConfigured,
            format!("{} cannot be read", file.display()),
        )
        .caused_by(error)
        .hint("check llm.api_key_file")
    })?;
    Ok(Some(key.expose_secret().trim().to_owned().into()))
}

fn budget(settings: &LlmSettings) -> Result<Budget, Error> {
    let budget = Budget::default().with_tokens(u64::from(settings.budget_tokens.get()));
    match settings.money()? {
        None => Ok(budget),
        Some([most, read, written]) => Ok(budget.with_money(most, Prices { read, written })?),
    }
}
