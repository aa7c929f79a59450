//! Checks claims from a file against a call, as the product does.
//!
//! ```sh
//! cargo run -p narration --example verify -- CALL.json CLAIMS.jsonl
//! ```
//!
//! CALL is `{"started": "2026-03-03T15:00:00Z", "accounts": ["…"], "known": ["…"], "parties": [{"id",
//! "name", "side", "email"?}], "sentences": [{"party", "text"}]}`; a claim is a line as a model gives
//! it: `{"type", "text", "owner", "due", "sentence_ids"}`, with sentences counted from 1. Prints one
//! line for each claim: `kept`, or why it was dropped.

use std::process::ExitCode;

use conversation::{
    Call, CallId, Party, PartyId, Revision, Sentence, Side, Span, Transcript, Utterance,
};
use insights::{CallView, CrmFacts};
use narration::{Claim, Material, Reason, Verifier};
use serde_json::Value;

type Error = Box<dyn std::error::Error>;

fn main() -> ExitCode {
    let mut files = std::env::args().skip(1);
    let (Some(call), Some(claims)) = (files.next(), files.next()) else {
        say("usage: verify CALL.json CLAIMS.jsonl");
        return ExitCode::from(2);
    };
    match run(&call, &claims) {
        Ok(report) => {
            say(&report);
            ExitCode::SUCCESS
        }
        Err(error) => {
            say(&error.to_string());
            ExitCode::FAILURE
        }
    }
}

#[expect(clippy::print_stdout, reason = "a program that prints its report")]
fn say(text: &str) {
    println!("{text}");
}

fn run(call: &str, claims: &str) -> Result<String, Error> {
    let given: Value = serde_json::from_str(&std::fs::read_to_string(call)?)?;
    let (call, transcript) = read(&given)?;
    let mut facts = CrmFacts::default();
    facts.accounts = texts(&given, "accounts");
    let view = CallView::new(&call, &transcript, Revision::new(1)).with_facts(facts);
    let material = Material::of_calls(vec![&view]).knowing(texts(&given, "known"));
    let verifier = Verifier::new(&material);
    let claims = std::fs::read_to_string(claims)?;
    let verdict = |line: &str| {
        let claim = serde_json::from_str(line).ok();
        let claim = claim.as_ref().and_then(Claim::from_json);
        let checked = claim.ok_or(Reason::Malformed);
        match checked.and_then(|claim| verifier.check(&claim)) {
            Ok(_) => "kept",
            Err(reason) => reason.as_str(),
        }
    };
    let verdicts: Vec<_> = claims.lines().map(verdict).collect();
    Ok(verdicts.join("\n"))
}

fn texts(given: &Value, name: &str) -> Vec<String> {
    let list = given.get(name).and_then(Value::as_array);
    let texts = list.into_iter().flatten().filter_map(Value::as_str);
    texts.map(str::to_owned).collect()
}

fn read(given: &Value) -> Result<(Call, Transcript), Error> {
    let text = |value: &Value, name: &str| value.get(name)?.as_str().map(str::to_owned);
    let list = |name: &str| given.get(name).and_then(Value::as_array).cloned();
    let started = text(given, "started").ok_or("a call has a start")?;
    let mut call = Call::new(CallId::new("1")?, started.parse()?);
    for one in list("parties").unwrap_or_default() {
        let id = text(&one, "id").ok_or("a party has an id")?;
        let mut party = Party::new(PartyId::new(id)?);
        party.name = text(&one, "name");
        party.email = text(&one, "email");
        party.side = text(&one, "side").map_or(Ok(Side::Unknown), |side| side.parse())?;
        call.parties.push(party);
    }
    let mut said = Vec::new();
    for (at, one) in (0u64..).zip(list("sentences").unwrap_or_default()) {
        let words = text(&one, "text").ok_or("a sentence has a text")?;
        let sentence = Sentence::new(Span::from_millis(at * 3_000, at * 3_000 + 2_000), words);
        let mut utterance = Utterance::new(vec![sentence]);
        if let Some(party) = text(&one, "party") {
            utterance = utterance.by(PartyId::new(party)?);
        }
        said.push(utterance);
    }
    Ok((call, Transcript::new(said)))
}
