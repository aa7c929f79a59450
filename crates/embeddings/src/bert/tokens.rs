//! From text to token ids, cut where the model was trained to end.

use std::num::NonZeroUsize;

use tokenizers::Tokenizer;

use crate::Error;

/// The model's tokenizer, without the padding and cutting that its file asks for.
///
/// That file pads everything to 128 tokens and cuts there; the model was trained to 256, and
/// padding would only be computed in vain.
pub(super) struct Tokens {
    tokenizer: Tokenizer,
    limit: NonZeroUsize,
}

impl Tokens {
    pub(super) fn read(json: &[u8], limit: NonZeroUsize) -> Result<Self, Error> {
        let unusable = |source| Error::Model {
            part: "tokenizer.json",
            source,
        };
        let mut tokenizer = Tokenizer::from_bytes(json).map_err(unusable)?;
        tokenizer.with_padding(None);
        tokenizer.with_truncation(None).map_err(unusable)?;
        Ok(Self { tokenizer, limit })
    }

    /// The ids of a text, special tokens included; a long text keeps its last special token.
    pub(super) fn ids(&self, text: &str) -> Result<Vec<u32>, Error> {
        let encoding = self
            .tokenizer
            .encode_fast(text, true)
            .map_err(|source| Error::Model {
                part: "tokenizer",
                source,
            })?;

        let mut ids = encoding.get_ids().to_vec();
        if let Some(last) = ids.last().copied().filter(|_| ids.len() > self.limit.get()) {
            ids.truncate(self.limit.get() - 1);
            ids.push(last);
        }
        Ok(ids)
    }

    /// How many ids a text has before it is cut.
    pub(super) fn count(&self, text: &str) -> usize {
        // A text this tokenizer cannot take is not known; its bytes are a bound from above.
        self.tokenizer
            .encode_fast(text, true)
            .map_or(text.len() + 2, |encoding| encoding.len())
    }
}
