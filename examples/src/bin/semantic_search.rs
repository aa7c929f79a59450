//! `memory-store` alone: passages in, a question, ranked places out.
//!
//! The embedder here needs no weights and knows word forms only; `embeddings::MiniLm` knows meaning.
use access::{PrivateCalls, Scope};
use anyhow::Result;
use conversation::{
    Call, CallId, Revision, Sentence, Span, SplitRules, Tenant, Transcript, Utterance, split,
};
use embeddings::{Embedder, HashEmbedder, Purpose, Space};
use memory_store::{
    CallPoints, Facts, Filter, FusionRules, MemoryStore, PassageStore, Point, Question, TermKey,
    fuse,
};

#[tokio::main]
async fn main() -> Result<()> {
    let embedder = HashEmbedder::default();
    let space = Space::new(
        embedder.model().clone(),
        conversation::SPLITTER_VERSION,
        "example",
    );
    let store = MemoryStore::new(space, TermKey::new([7; 32]));

    let call = Call::new(CallId::new("1")?, "2026-03-04T15:00:00Z".parse()?);
    let said = [
        "We moved to the new billing system in March. It sends three invoices for one order.",
        "What would the discount be on three years? Twelve percent, if legal signs this month.",
    ];
    let utterance = |text| Utterance::new(vec![Sentence::new(Span::default(), text)]);
    let transcript = Transcript::new(said.map(utterance).to_vec());
    let mut rules = SplitRules::for_limit(embedder.model().max_tokens());
    rules.target_words = 10; // so that this short call has two passages
    let count = |text: &str| embedder.count_tokens(text);
    let (tenant, revision) = (Tenant::default(), Revision::new(1));
    let passages = split(&tenant, &call, revision, &transcript, &rules, &count);

    let texts: Vec<String> = passages.iter().map(|one| one.text.clone()).collect();
    let vectors = embedder.embed(Purpose::Passage, &texts).await?;
    let points = passages
        .into_iter()
        .zip(vectors)
        .map(|(passage, vector)| Point {
            passage,
            vector: Some(vector),
        })
        .collect();
    let facts = Facts::new(call.id, revision, "facts", call.started);
    store.write(vec![CallPoints { facts, points }]).await?;

    let asked = "how big is the discount?";
    let mut meaning = embedder.embed(Purpose::Query, &[asked.to_owned()]).await?;
    let filter = Filter::new(Scope::everything(PrivateCalls::Withheld));
    let found = store
        .recall(
            &Question::new(filter)
                .meaning(meaning.remove(0))
                .words(asked),
        )
        .await?;

    for hit in fuse(&found, &FusionRules::default()) {
        let words = transcript.between(hit.place.first, hit.place.last);
        let words: Vec<_> = words.map(|sentence| sentence.text).collect();
        println!(
            "{:>6.2}  {}  {}",
            hit.score,
            hit.place.first,
            words.join(" ")
        );
    }
    Ok(())
}
