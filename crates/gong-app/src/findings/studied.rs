//! A call with its words, as detectors see it.

use access::{Form, Scope, Sight};
use call_archive::{Archive, StoredCall, StoredText};
use conversation::{CallId, Revision};
use embeddings::Purpose;
use insights::{CallView, CrmFacts, Detector, Digest, SentenceVectors};
use serde_json::Value;

use crate::app::App;
use crate::{Error, ErrorKind, ModelName};

use super::{Detectors, not_found};

/// A call with its words and what stands around them.
pub(crate) struct Studied {
    pub(crate) stored: StoredCall,
    text: StoredText,
    facts: CrmFacts,
    vectors: Option<Vectors>,
}

/// One vector per sentence, laid end to end.
struct Vectors {
    space: String,
    dimensions: usize,
    numbers: Vec<f32>,
}

impl Studied {
    /// As detectors see it.
    pub(crate) fn view(&self) -> CallView<'_> {
        let view = CallView::new(&self.stored.call, &self.text.transcript, self.text.revision)
            .with_facts(self.facts.clone());
        match &self.vectors {
            Some(vectors) => view.with_vectors(SentenceVectors::new(
                &vectors.space,
                vectors.dimensions,
                &vectors.numbers,
            )),
            None => view,
        }
    }

    /// The form in which it may be shown.
    pub(crate) fn form(&self, sight: &Sight) -> Form {
        let call = &self.stored.call;
        sight.form(&call.users(), call.is_private())
    }

    pub(crate) fn revision(&self) -> Revision {
        self.text.revision
    }
}

impl App {
    /// A call with its words.
    pub(crate) async fn words_of(
        &self,
        archive: &dyn Archive,
        scope: &Scope,
        id: &CallId,
    ) -> Result<Studied, Error> {
        let found = archive.read(scope, std::slice::from_ref(id)).await?;
        let mut stored = found.into_iter().next().ok_or_else(not_found)?;
        let text = stored.text.take().ok_or_else(|| {
            Error::new(ErrorKind::TryLater, "the call has no transcript yet")
                .hint("`gongkit sync` asks for it again")
        })?;
        let facts = stored.raw.blocks.get("context");
        let facts = facts.map_or_else(CrmFacts::default, |context| crm_facts(context));
        Ok(Studied {
            stored,
            text,
            facts,
            vectors: None,
        })
    }

    /// A call with its words, and vectors if any detector reads them.
    pub(crate) async fn studied(
        &self,
        archive: &dyn Archive,
        scope: &Scope,
        id: &CallId,
        detectors: &Detectors,
    ) -> Result<Studied, Error> {
        let studied = self.words_of(archive, scope, id).await?;
        let all: Vec<usize> = (0..detectors.len()).collect();
        self.with_vectors(studied, detectors, &all).await
    }

    /// Adds a vector for each sentence if one of these detectors reads them.
    ///
    /// They are made again when a detector changed, not kept: findings are kept, so that vectors
    /// are rarely needed twice, and at 300 KB a call they would triple the archive.
    pub(crate) async fn with_vectors(
        &self,
        mut studied: Studied,
        detectors: &Detectors,
        which: &[usize],
    ) -> Result<Studied, Error> {
        let reads = {
            let view = studied.view();
            let mut chosen = which.iter().filter_map(|at| detectors.get(*at));
            chosen.any(|detector| detector.looks_at_vectors(&view))
        };
        if !reads {
            return Ok(studied);
        }
        let texts: Vec<String> = studied
            .text
            .transcript
            .sentences()
            .map(|said| said.text.to_owned())
            .collect();
        let embedder = self.embedder().await?;
        let vectors = embedder.embed(Purpose::Passage, &texts).await?;
        studied.vectors = Some(Vectors {
            space: self.space_name(),
            dimensions: embedder.model().dimensions().get(),
            numbers: vectors
                .iter()
                .flat_map(|vector| vector.as_slice().iter().copied())
                .collect(),
        });
        Ok(studied)
    }

    /// The name of the space of sentence vectors: that of a published model, or a word that is another
    /// for each other model.
    pub(crate) fn space_name(&self) -> String {
        let settings = &self.config().settings;
        let model = &settings.model;
        let server = &settings.embedding_server;
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        let parts = match model.name {
            ModelName::Hash | ModelName::Known(_) if model.sha256.is_none() => {
                return model.name.as_str().to_owned();
            }
            ModelName::Hash | ModelName::Known(_) | ModelName::Folder => {
                let folder = model.dir.as_ref().map(|dir| dir.display().to_string());
                vec![text(&folder), text(&model.sha256)]
            }
            ModelName::Server => vec![
                server.url.clone(),
                server.model.clone(),
                server.revision.clone(),
                server.passage_prefix.clone(),
            ],
        };
        let print = Digest::of(parts.iter().map(String::as_bytes));
        format!("{} {print}", model.name.as_str())
    }

    /// The space that a detector will find vectors of in a call, if it looks at them.
    pub(crate) fn space_of(&self, detector: &dyn Detector, call: &CallView<'_>) -> Option<String> {
        detector.looks_at_vectors(call).then(|| self.space_name())
    }
}

/// Names of accounts and the stage of the deal, from the vendor's block of CRM context.
fn crm_facts(context: &str) -> CrmFacts {
    let mut facts = CrmFacts::default();
    let Ok(context) = serde_json::from_str::<Value>(context) else {
        return facts;
    };
    let systems = context.as_array().into_iter().flatten();
    for object in systems.flat_map(|system| system["objects"].as_array().into_iter().flatten()) {
        let field = |name: &str| {
            let fields = object["fields"].as_array().into_iter().flatten();
            let named = fields.filter(|field| field["name"] == name);
            let text = named.filter_map(|field| field["value"].as_str());
            text.map(str::to_owned).next()
        };
        match object["objectType"].as_str() {
            Some("Account") => facts.accounts.extend(field("Name")),
            Some("Opportunity" | "Deal") => {
                facts.stage = facts.stage.take().or_else(|| field("StageName"));
            }
            _ => {}
        }
    }
    facts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_crm_says_is_read_and_anything_else_is_left() {
        let context = r#"[{"system":"Salesforce","objects":[
            {"objectType":"Account","fields":[{"name":"Name","value":"Trundle Freight"}]},
            {"objectType":"Opportunity","fields":[{"name":"StageName","value":"Proposal"},
              {"name":"Amount","value":45000.0}]},
            {"objectType":"Lead","fields":null}]}]"#;
        let facts = crm_facts(context);
        assert_eq!(facts.accounts, ["Trundle Freight"]);
        assert_eq!(facts.stage.as_deref(), Some("Proposal"));
        assert_eq!(crm_facts("{"), CrmFacts::default());
    }
}
