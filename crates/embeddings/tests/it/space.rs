//! A space is written, read and compared.

use std::num::NonZeroUsize;

use embeddings::{Error, Model, Pooling, Space};
use proptest::prelude::*;

fn space(name: &str, prefix: &str, splitter: u32, key: &str) -> Space {
    let (dimensions, max_tokens) = (NonZeroUsize::new(384).unwrap(), NonZeroUsize::new(256));
    let model = Model::new(name, "53aa", dimensions, max_tokens.unwrap());
    let model = model
        .pooled_by(Pooling::FirstToken)
        .with_prefixes(prefix, "query: ");
    Space::new(model, splitter, key)
}

proptest! {
    #[test]
    fn what_is_written_is_read_again(name: String, prefix: String, splitter: u32, key: String) {
        let written = space(&name, &prefix, splitter, &key);

        let read = Space::from_record(&written.to_record()).unwrap();

        prop_assert_eq!(&read, &written);
        prop_assert_eq!(read.difference(&written), None);
    }

    #[test]
    fn no_record_makes_the_reader_fail_otherwise_than_by_an_error(record: String) {
        prop_assert!(Space::from_record(&record).is_err());
    }
}

#[test]
fn the_record_stays_what_it_is() {
    let record = space("all-MiniLM-L6-v2", "a\nb\\", 3, "key-1").to_record();

    let expected = "gongkit space 1\nmodel: all-MiniLM-L6-v2\nweights-sha256: 53aa\n\
        dimensions: 384\npooling: first-token\npassage-prefix: a\\nb\\\\\nquery-prefix: query: \n\
        max-tokens: 256\nsplitter-version: 3\nhash-key-id: key-1\n";
    assert_eq!(record, expected);
}

#[test]
fn each_field_makes_another_space() {
    let one = space("m", "p", 1, "k");

    assert_eq!(one.difference(&space("n", "p", 1, "k")), Some("model"));
    assert_eq!(
        one.difference(&space("m", "q", 1, "k")),
        Some("passage-prefix")
    );
    assert_eq!(
        one.difference(&space("m", "p", 2, "k")),
        Some("splitter-version")
    );
    assert_eq!(
        one.difference(&space("m", "p", 1, "l")),
        Some("hash-key-id")
    );
}

#[test]
fn a_record_that_was_cut_or_grew_is_refused() {
    let record = space("m", "p", 1, "k").to_record();

    for cut in record.lines().scan(0, |end, line| {
        *end += line.len() + 1;
        Some(*end)
    }) {
        let read = Space::from_record(&record[..cut]);
        assert_eq!(read.is_ok(), cut == record.len(), "cut at {cut}");
    }
    let grown = Space::from_record(&format!("{record}more: 1\n"));
    assert!(
        matches!(grown, Err(Error::SpaceRecord { field: "end" })),
        "{grown:?}"
    );
}

#[test]
fn printed_it_is_short() {
    let space = space("all-MiniLM-L6-v2", "", 3, "key-1");

    assert_eq!(
        space.to_string(),
        "all-MiniLM-L6-v2 (384 dimensions, splitter 3)"
    );
}
