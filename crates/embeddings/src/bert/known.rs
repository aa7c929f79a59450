//! The published models that can be asked for by their names.

use std::fmt;

use super::config::Config;
use crate::weights::WeightSet;

/// A published model of the BERT family whose sizes, pooling, prefixes and limit are known here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum KnownModel {
    /// sentence-transformers/all-MiniLM-L6-v2: small, fast, English.
    AllMiniLmL6V2,
    /// sentence-transformers/all-MiniLM-L12-v2: twice the layers, cut at 128 tokens.
    AllMiniLmL12V2,
    /// BAAI/bge-small-en-v1.5: English, an instruction before each question.
    BgeSmallEnV15,
    /// BAAI/bge-base-en-v1.5: the same, 768 values.
    BgeBaseEnV15,
    /// intfloat/e5-small: English, a prefix before passages and questions.
    E5Small,
    /// intfloat/e5-small-v2: the same, trained anew.
    E5SmallV2,
    /// intfloat/multilingual-e5-small: some hundred languages, the same prefixes.
    MultilingualE5Small,
}

/// The numbers of a model's `config.json` by which another model is told apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Sizes {
    hidden: usize,
    layers: usize,
    heads: usize,
    intermediate: usize,
    vocabulary: usize,
}

impl KnownModel {
    /// Every model, the one that is used by default first.
    pub const ALL: [Self; 7] = [
        Self::AllMiniLmL6V2,
        Self::AllMiniLmL12V2,
        Self::BgeSmallEnV15,
        Self::BgeBaseEnV15,
        Self::E5Small,
        Self::E5SmallV2,
        Self::MultilingualE5Small,
    ];

    /// The name of the model, without its owner's.
    pub const fn name(self) -> &'static str {
        match self {
            Self::AllMiniLmL6V2 => "all-MiniLM-L6-v2",
            Self::AllMiniLmL12V2 => "all-MiniLM-L12-v2",
            Self::BgeSmallEnV15 => "bge-small-en-v1.5",
            Self::BgeBaseEnV15 => "bge-base-en-v1.5",
            Self::E5Small => "e5-small",
            Self::E5SmallV2 => "e5-small-v2",
            Self::MultilingualE5Small => "multilingual-e5-small",
        }
    }

    /// Who published it: the name of the model on the Hugging Face hub is `OWNER/NAME`.
    pub const fn owner(self) -> &'static str {
        match self {
            Self::AllMiniLmL6V2 | Self::AllMiniLmL12V2 => "sentence-transformers",
            Self::BgeSmallEnV15 | Self::BgeBaseEnV15 => "BAAI",
            Self::E5Small | Self::E5SmallV2 | Self::MultilingualE5Small => "intfloat",
        }
    }

    /// The model of this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|model| model.name() == name)
    }

    /// Its files with their sums, if they are known: without sums nothing is fetched, and its files
    /// are taken from a folder.
    pub fn files(self) -> Option<WeightSet> {
        (self == Self::AllMiniLmL6V2).then(WeightSet::all_minilm_l6_v2)
    }

    const fn sizes(self) -> Sizes {
        match self {
            Self::AllMiniLmL6V2 => Sizes::small(6, 30_522),
            Self::BgeBaseEnV15 => Sizes {
                hidden: 768,
                layers: 12,
                heads: 12,
                intermediate: 3_072,
                vocabulary: 30_522,
            },
            Self::MultilingualE5Small => Sizes::small(12, 250_037),
            Self::AllMiniLmL12V2 | Self::BgeSmallEnV15 | Self::E5Small | Self::E5SmallV2 => {
                Sizes::small(12, 30_522)
            }
        }
    }

    /// Whether a model of this shape can be this one. Some have one shape: that tells a wrong folder
    /// from a right one as a rule, and proves nothing.
    pub(super) fn has_shape(self, config: &Config) -> bool {
        let found = Sizes {
            hidden: config.hidden_size,
            layers: config.num_hidden_layers,
            heads: config.num_attention_heads,
            intermediate: config.intermediate_size,
            vocabulary: config.vocab_size,
        };
        self.sizes() == found
    }
}

impl Sizes {
    const fn small(layers: usize, vocabulary: usize) -> Self {
        Self {
            hidden: 384,
            layers,
            heads: 12,
            intermediate: 1_536,
            vocabulary,
        }
    }
}

impl fmt::Display for KnownModel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_model_is_found_by_its_name_and_every_name_is_there_once() {
        for model in KnownModel::ALL {
            assert_eq!(KnownModel::named(model.name()), Some(model));
        }
        assert_eq!(KnownModel::named("all-minilm-l6-v2"), None);
    }

    #[test]
    fn only_a_model_with_published_sums_has_files_to_fetch() {
        let with_files = KnownModel::ALL.map(|model| model.files().is_some());

        assert_eq!(
            with_files,
            KnownModel::ALL.map(|model| model == KnownModel::AllMiniLmL6V2)
        );
    }

    #[test]
    fn heads_are_of_what_the_kernels_compute() {
        for model in KnownModel::ALL {
            let sizes = model.sizes();
            assert_eq!(sizes.hidden / sizes.heads % 16, 0, "{model}");
        }
    }
}
