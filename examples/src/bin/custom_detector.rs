//! A detector of your own beside ours: customers who name a standard that you must fulfil.
//!
//! A detector is a pure function of a call. What it finds cites a sentence, carries where it comes
//! from, and is the same each time.
use std::collections::BTreeMap;

use anyhow::{Context as _, Result};
use conversation::Side;
use insights::testing::call_of;
use insights::{
    CallView, DetectError, Detector, DetectorSpec, Digest, Evidence, Finding, Value, Watched,
    detect, detectors,
};

/// How each is written, and what it is called.
const STANDARDS: [(&str, &str); 3] = [
    ("soc 2", "SOC 2"),
    ("iso 27001", "ISO 27001"),
    ("gdpr", "GDPR"),
];

struct Standards(DetectorSpec);

impl Standards {
    fn new() -> Self {
        // Other lists find other things: their fingerprint goes with each finding.
        let list = STANDARDS.map(|(word, _)| word.as_bytes());
        Self(DetectorSpec::new("standards", 1).with_params(Digest::of(list)))
    }
}

impl Detector for Standards {
    fn spec(&self) -> &DetectorSpec {
        &self.0
    }

    fn run(&self, call: &CallView<'_>) -> Result<Vec<Finding>, DetectError> {
        let mut found = Vec::new();
        for line in call.lines().iter().filter(|line| line.side == Side::Theirs) {
            let text = line.text.to_lowercase();
            for (_, name) in STANDARDS.iter().filter(|(word, _)| text.contains(word)) {
                let name = (*name).to_owned();
                let evidence = Evidence::sentence(call.cite(line));
                found.push(self.0.found(call, Value::Tracker { name }, evidence));
            }
        }
        Ok(found)
    }
}

fn main() -> Result<()> {
    let call = call_of(&[
        ("ours", "What does your security team need from us?"),
        ("theirs", "A SOC 2 report, and a word on GDPR."),
        ("ours", "I will send you the SOC 2 report on Friday."),
        ("theirs", "Then we can sign this month."),
    ]);
    let view = call.view();
    let mut all = detectors(&Watched::default());
    all.push(Box::new(Standards::new()));

    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for finding in detect(&all, &view)? {
        let cited = finding.evidence().place().context("it cites a sentence")?;
        let at = cited.sentence;
        let said = view.lines().iter().find(|line| line.at == at);
        let (said, detector) = (
            said.context("of the call")?.text,
            &finding.provenance().detector,
        );
        let what = finding.value().name().unwrap_or(finding.kind().as_str());
        println!("{at}  {detector}: {what}, “{said}”");
        *counts.entry(detector.clone()).or_default() += 1;
    }
    assert_eq!(counts["standards"], 2, "ours does not count");
    Ok(())
}
