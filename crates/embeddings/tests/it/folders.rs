//! Models of any folder: small ones that nobody trained, laid out as sentence-transformers does.

use std::{collections::HashMap, fs, num::NonZeroUsize, path::Path};

use embeddings::{
    Bert, BertOptions, Embedder, Engine, Error, KnownModel, Pooling, Precision, Purpose, Vector,
};
use safetensors::{Dtype, tensor::TensorView};
use serde_json::json;
use tempfile::TempDir;

struct Sizes {
    hidden: usize,
    heads: usize,
    intermediate: usize,
}

/// What the kernels compute, and what they do not.
const USUAL: Sizes = Sizes {
    hidden: 32,
    heads: 2,
    intermediate: 64,
};
const UNUSUAL: Sizes = Sizes {
    hidden: 24,
    heads: 2,
    intermediate: 40,
};
const WORDS: [&str; 8] = [
    "[UNK]", "[CLS]", "[SEP]", "price", "is", "high", "query", ":",
];
const POSITIONS: usize = 16;

/// Writes a model into the folder `name`: one layer, weights that look like noise.
fn model(name: &str, sizes: &Sizes) -> (TempDir, std::path::PathBuf) {
    let root = tempfile::tempdir().unwrap();
    let dir = root.path().join(name);
    fs::create_dir(&dir).unwrap();
    let config = json!({
        "model_type": "bert", "hidden_act": "gelu", "hidden_size": sizes.hidden,
        "num_attention_heads": sizes.heads, "num_hidden_layers": 1, "vocab_size": WORDS.len(),
        "intermediate_size": sizes.intermediate, "max_position_embeddings": POSITIONS,
    });
    fs::write(dir.join("config.json"), config.to_string()).unwrap();
    fs::write(dir.join("tokenizer.json"), tokenizer()).unwrap();
    write_weights(&dir, sizes);
    (root, dir)
}

fn tokenizer() -> String {
    let vocabulary: HashMap<_, _> = WORDS
        .iter()
        .enumerate()
        .map(|(id, word)| (*word, id))
        .collect();
    let special = |id: usize| json!({"SpecialToken": {"id": WORDS[id], "type_id": 0}});
    let ids = |id: usize| json!({"id": WORDS[id], "ids": [id], "tokens": [WORDS[id]]});
    let sequence = json!({"Sequence": {"id": "A", "type_id": 0}});
    json!({
        "version": "1.0", "truncation": null, "padding": null, "added_tokens": [],
        "normalizer": null, "pre_tokenizer": {"type": "Whitespace"}, "decoder": null,
        "post_processor": {
            "type": "TemplateProcessing", "single": [special(1), sequence, special(2)],
            "pair": [special(1), sequence, special(2)],
            "special_tokens": {WORDS[1]: ids(1), WORDS[2]: ids(2)},
        },
        "model": {"type": "WordLevel", "vocab": vocabulary, "unk_token": WORDS[0]},
    })
    .to_string()
}

fn write_weights(dir: &Path, sizes: &Sizes) {
    let Sizes {
        hidden,
        intermediate,
        ..
    } = *sizes;
    let mut tensors: Vec<(String, Vec<usize>)> = vec![
        (
            "embeddings.word_embeddings.weight".into(),
            vec![WORDS.len(), hidden],
        ),
        (
            "embeddings.position_embeddings.weight".into(),
            vec![POSITIONS, hidden],
        ),
        (
            "embeddings.token_type_embeddings.weight".into(),
            vec![2, hidden],
        ),
    ];
    let mut pair = |name: &str, dimensions: Vec<usize>| {
        tensors.push((format!("{name}.bias"), dimensions[..1].to_vec()));
        tensors.push((format!("{name}.weight"), dimensions));
    };
    pair("embeddings.LayerNorm", vec![hidden]);
    for part in ["self.query", "self.key", "self.value", "output.dense"] {
        pair(
            &format!("encoder.layer.0.attention.{part}"),
            vec![hidden, hidden],
        );
    }
    pair("encoder.layer.0.attention.output.LayerNorm", vec![hidden]);
    pair(
        "encoder.layer.0.intermediate.dense",
        vec![intermediate, hidden],
    );
    pair("encoder.layer.0.output.dense", vec![hidden, intermediate]);
    pair("encoder.layer.0.output.LayerNorm", vec![hidden]);

    let bytes: Vec<(String, Vec<usize>, Vec<u8>)> = tensors
        .into_iter()
        .enumerate()
        .map(|(seed, (name, dimensions))| {
            let count = dimensions.iter().product();
            let values =
                (0..count).map(|at: usize| ((at * 37 + seed * 11) % 101) as f32 / 101.0 - 0.45);
            let bytes = values.flat_map(f32::to_le_bytes).collect();
            (name, dimensions, bytes)
        })
        .collect();
    let views = bytes.iter().map(|(name, dimensions, bytes)| {
        (
            name,
            TensorView::new(Dtype::F32, dimensions.clone(), bytes).unwrap(),
        )
    });
    let file = safetensors::serialize(views, None).unwrap();
    fs::write(dir.join("model.safetensors"), file).unwrap();
}

fn open(dir: &Path, engine: Engine) -> Bert {
    let options = BertOptions::default().with_precision(Precision::Exact);
    Bert::open(dir, &options.computed_by(engine)).unwrap()
}

async fn vector(model: &Bert, purpose: Purpose, text: &str) -> Vector {
    model
        .embed(purpose, &[text.to_owned()])
        .await
        .unwrap()
        .remove(0)
}

#[tokio::test]
async fn kernels_and_candle_agree_in_both_ways_of_pooling() {
    let (_root, dir) = model("one-of-ours", &USUAL);
    fs::create_dir(dir.join("1_Pooling")).unwrap();
    for (mode, pooling) in [
        ("pooling_mode_mean_tokens", Pooling::Mean),
        ("pooling_mode_cls_token", Pooling::FirstToken),
    ] {
        fs::write(
            dir.join("1_Pooling/config.json"),
            json!({mode: true}).to_string(),
        )
        .unwrap();

        let (kernels, candle) = (open(&dir, Engine::Kernels), open(&dir, Engine::Candle));

        assert!(
            kernels.engine().starts_with("kernels"),
            "{}",
            kernels.engine()
        );
        assert_eq!(
            (kernels.model().pooling(), candle.engine().as_str()),
            (pooling, "candle cpu")
        );
        for text in ["price is high", "", "high"] {
            let ours = vector(&kernels, Purpose::Passage, text).await;
            let theirs = vector(&candle, Purpose::Passage, text).await;
            assert!(ours.dot(&theirs) > 0.999_999, "{text:?}, {pooling:?}");
        }
    }
}

#[tokio::test]
async fn a_shape_that_the_kernels_do_not_compute_is_left_to_candle() {
    let (_root, dir) = model("one-of-ours", &UNUSUAL);

    let model = open(&dir, Engine::Kernels);

    assert_eq!(model.engine(), "candle cpu");
    assert_eq!(
        vector(&model, Purpose::Passage, "price")
            .await
            .as_slice()
            .len(),
        24
    );
}

#[tokio::test]
async fn prefixes_and_lengths_are_those_of_the_models_own_files() {
    let (_root, dir) = model("one-of-ours", &USUAL);
    let prompts = json!({"prompts": {"query": "query : ", "document": "is "}});
    fs::write(
        dir.join("config_sentence_transformers.json"),
        prompts.to_string(),
    )
    .unwrap();
    fs::write(
        dir.join("sentence_bert_config.json"),
        json!({"max_seq_length": 6}).to_string(),
    )
    .unwrap();

    let model = open(&dir, Engine::Kernels);

    let what = model.model();
    assert_eq!(
        (what.query_prefix(), what.passage_prefix()),
        ("query : ", "is ")
    );
    assert_eq!((what.name(), what.max_tokens().get()), ("one-of-ours", 6));
    let same = |a: &Vector, b: &Vector| a.as_slice() == b.as_slice();
    let query = vector(&model, Purpose::Query, "price high").await;
    let passage = vector(&model, Purpose::Passage, "price high").await;
    assert!(!same(&query, &passage));
    // Six tokens are the special two, the prefix and two words, or three after the shorter one.
    let longer = vector(&model, Purpose::Query, "price high high is price").await;
    assert!(same(&query, &longer));
}

#[tokio::test]
async fn a_model_of_a_known_family_has_its_prefixes_without_files_that_say_so() {
    let (_root, dir) = model("e5-small-v2", &USUAL);

    let model = open(&dir, Engine::Kernels);

    assert_eq!(
        (model.model().query_prefix(), model.model().passage_prefix()),
        ("query: ", "passage: ")
    );
    assert_eq!(model.model().max_tokens().get(), POSITIONS);
}

#[tokio::test]
async fn the_law_of_an_embedder_holds_for_a_batch_of_queries_as_for_one() {
    let (_root, dir) = model("one-of-ours", &USUAL);
    let model = open(&dir, Engine::Kernels);
    let texts: Vec<String> = (1..40)
        .map(|words| "price is high ".repeat(words % 4))
        .collect();

    let together = model.embed(Purpose::Query, &texts).await.unwrap();

    for (text, together) in texts.iter().zip(&together) {
        let alone = vector(&model, Purpose::Query, text).await;
        assert_eq!(alone.as_slice(), together.as_slice(), "{text:?}");
    }
}

#[tokio::test]
async fn vectors_are_the_same_for_any_number_of_threads_and_in_any_company() {
    let (_root, dir) = model("one-of-ours", &USUAL);
    let texts: Vec<String> = (0..150)
        .map(|at| "price is high ".repeat(at % 5) + WORDS[3 + at % 5])
        .collect();
    for precision in [Precision::Exact, Precision::Near] {
        let mut first: Option<Vec<Vec<f32>>> = None;
        for threads in [1, 2, 3, 7] {
            let options = BertOptions::default()
                .with_precision(precision)
                .with_threads(NonZeroUsize::new(threads).unwrap());
            let model = Bert::open(&dir, &options).unwrap();
            let vectors = model.embed(Purpose::Passage, &texts).await.unwrap();
            let values: Vec<Vec<f32>> = vectors.iter().map(|one| one.as_slice().to_vec()).collect();
            for at in [0, 7, 80, 149] {
                let alone = vector(&model, Purpose::Passage, &texts[at]).await;
                assert_eq!(
                    alone.as_slice(),
                    &values[at][..],
                    "{precision:?}, text {at} alone"
                );
            }
            let expected = first.get_or_insert_with(|| values.clone());
            assert!(*expected == values, "{precision:?}, {threads} threads");
        }
    }
}

#[test]
fn a_folder_that_lacks_a_file_or_has_another_model_says_which() {
    let (_root, dir) = model("one-of-ours", &USUAL);
    let refused = |dir: &Path| Bert::open(dir, &BertOptions::default()).err().unwrap();

    fs::remove_file(dir.join("tokenizer.json")).unwrap();
    let without = refused(&dir);
    assert!(matches!(&without, Error::File { path, .. } if path.ends_with("tokenizer.json")));

    let config = fs::read_to_string(dir.join("config.json")).unwrap();
    fs::write(
        dir.join("config.json"),
        config.replace("\"hidden_size\":32", "\"hidden_size\":64"),
    )
    .unwrap();
    fs::write(dir.join("tokenizer.json"), tokenizer()).unwrap();
    let other = refused(&dir);
    let cause = std::error::Error::source(&other).unwrap().to_string();
    assert!(cause.contains("has dimensions"), "{cause}");
}

/// Weights of the true sizes would be too much for a test of a second: the shape is looked at first,
/// and what comes next is asked for by its name.
#[test]
fn a_known_model_is_refused_in_another_shape_and_read_in_its_own() {
    let (_root, dir) = model("anything", &USUAL);
    let cause = |known| {
        let refused = Bert::open_known(known, &dir, &BertOptions::default());
        let refused = refused.err().unwrap();
        std::error::Error::source(&refused).unwrap().to_string()
    };

    for known in KnownModel::ALL {
        assert_eq!(cause(known), format!("it has not the sizes of {known}"));
    }
    let config = json!({
        "model_type": "bert", "hidden_act": "gelu", "hidden_size": 768,
        "num_attention_heads": 12, "num_hidden_layers": 12, "vocab_size": 30_522,
        "intermediate_size": 3_072, "max_position_embeddings": 512,
    });
    fs::write(dir.join("config.json"), config.to_string()).unwrap();
    let of_weights = cause(KnownModel::BgeBaseEnV15);
    assert!(of_weights.contains("has dimensions"), "{of_weights}");
    let of_shape = cause(KnownModel::BgeSmallEnV15);
    assert_eq!(of_shape, "it has not the sizes of bge-small-en-v1.5");
}
