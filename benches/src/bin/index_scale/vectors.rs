//! Real passages and questions with their vectors, kept in a folder so that they are made once.

use std::fs::{self, File};
use std::io::{BufWriter, Write as _};
use std::path::Path;

use anyhow::{Context as _, Result, ensure};
use embeddings::{Bert, BertOptions, Embedder as _, Purpose, Vector};
use gongkit_benches::{conversations, queries};
use serde::{Deserialize, Serialize};

/// Values of a vector.
pub(crate) const DIMENSIONS: usize = 384;
/// Texts that are embedded before they are written.
const AT_ONCE: usize = 512;

/// A text, and the call it is from.
#[derive(Deserialize, Serialize)]
#[expect(clippy::struct_field_names, reason = "the file has it so")]
pub(crate) struct Text {
    /// The call.
    pub(crate) call: Option<String>,
    /// Its first and last utterance; of a question none.
    pub(crate) utterances: Option<(usize, usize)>,
    /// The words.
    pub(crate) text: String,
}

/// Texts with their vectors.
pub(crate) struct Embedded {
    /// One each.
    pub(crate) texts: Vec<Text>,
    /// As many, `DIMENSIONS` values each, one after the other.
    pub(crate) values: Vec<f32>,
}

impl Embedded {
    /// The vector of a text.
    pub(crate) fn vector(&self, at: usize) -> &[f32] {
        &self.values[at * DIMENSIONS..(at + 1) * DIMENSIONS]
    }
}

/// Embeds the passages of calls, and questions.
pub(crate) async fn make(calls: &Path, asked: &Path, model_dir: &Path, out: &Path) -> Result<()> {
    fs::create_dir_all(out)?;
    let model = Bert::open(model_dir, &BertOptions::default())?;
    let passages: Vec<Text> = conversations(calls)?
        .into_iter()
        .flat_map(|call| {
            let id = call.call_id;
            call.passages.into_iter().map(move |passage| Text {
                call: Some(id.clone()),
                utterances: Some((passage.first, passage.last)),
                text: passage.text,
            })
        })
        .collect();
    let questions: Vec<Text> = queries(asked)?
        .into_iter()
        .map(|query| Text {
            call: query.call_id,
            utterances: None,
            text: query.query,
        })
        .collect();
    write(&model, Purpose::Query, &questions, out, "questions").await?;
    write(&model, Purpose::Passage, &passages, out, "passages").await
}

async fn write(
    model: &Bert,
    purpose: Purpose,
    texts: &[Text],
    out: &Path,
    name: &str,
) -> Result<()> {
    let mut values = BufWriter::new(File::create(out.join(format!("{name}.f32")))?);
    for some in texts.chunks(AT_ONCE) {
        let some: Vec<String> = some.iter().map(|text| text.text.clone()).collect();
        for vector in model.embed(purpose, &some).await? {
            for value in vector.as_slice() {
                values.write_all(&value.to_le_bytes())?;
            }
        }
    }
    values.flush()?;
    let mut lines = BufWriter::new(File::create(out.join(format!("{name}.jsonl")))?);
    for text in texts {
        serde_json::to_writer(&mut lines, text)?;
        lines.write_all(b"\n")?;
    }
    lines.flush()?;
    println!("{name}: {}", texts.len());
    Ok(())
}

/// Reads `passages` or `questions` back.
pub(crate) fn read(folder: &Path, name: &str) -> Result<Embedded> {
    let lines = fs::read_to_string(folder.join(format!("{name}.jsonl")))
        .with_context(|| format!("{} has no vectors yet", folder.display()))?;
    let texts: Vec<Text> = lines
        .lines()
        .map(serde_json::from_str)
        .collect::<Result<_, _>>()?;
    let values = values(&fs::read(folder.join(format!("{name}.f32")))?);
    ensure!(
        values.len() == texts.len() * DIMENSIONS,
        "{name} has not one vector a text"
    );
    Ok(Embedded { texts, values })
}

/// Numbers as they lie in a file.
pub(crate) fn values(bytes: &[u8]) -> Vec<f32> {
    let (values, _) = bytes.as_chunks::<4>();
    values
        .iter()
        .map(|bytes| f32::from_le_bytes(*bytes))
        .collect()
}

/// A direction, as the store takes it.
pub(crate) fn direction(values: &[f32]) -> Result<Vector> {
    Ok(Vector::normalised(values.to_vec())?)
}
