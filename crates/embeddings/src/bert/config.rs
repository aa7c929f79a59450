//! The shape of the model, from its own `config.json`.

use serde::Deserialize;

use crate::Error;

/// The part of a BERT model's `config.json` that the forward pass needs.
#[derive(Debug, Deserialize)]
pub(super) struct Config {
    pub(super) hidden_size: usize,
    pub(super) intermediate_size: usize,
    pub(super) num_attention_heads: usize,
    pub(super) num_hidden_layers: usize,
    pub(super) vocab_size: usize,
    pub(super) max_position_embeddings: usize,
    #[serde(default = "usual_epsilon")]
    pub(super) layer_norm_eps: f32,
    hidden_act: String,
    model_type: String,
    #[serde(default = "usual_positions")]
    position_embedding_type: String,
}

/// What BERT has where its file is silent, as newer ones are.
fn usual_epsilon() -> f32 {
    1e-12
}

fn usual_positions() -> String {
    "absolute".to_owned()
}

impl Config {
    /// Reads the shape, and refuses one that the forward pass does not compute.
    pub(super) fn read(json: &[u8]) -> Result<Self, Error> {
        let unusable = |source| Error::Model {
            part: "config.json",
            source,
        };

        let config: Self =
            serde_json::from_slice(json).map_err(|error| unusable(Box::new(error)))?;

        let is_known = config.model_type == "bert"
            && config.hidden_act == "gelu"
            && config.position_embedding_type == "absolute";
        let has_whole_heads = config.num_attention_heads > 0
            && config
                .hidden_size
                .is_multiple_of(config.num_attention_heads);
        if !is_known || !has_whole_heads {
            return Err(unusable(
                "not a BERT with exact GELU and absolute positions".into(),
            ));
        }
        Ok(config)
    }
}
