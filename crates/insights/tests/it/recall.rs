//! The recall that views show is the one that is written down.

use insights::deals::Recalled;

/// The figure stands in the column "precision / recall" of the row of the label.
#[test]
fn the_figures_are_those_that_are_written_down() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/quality.md");
    let quality = std::fs::read_to_string(path).expect("docs/quality.md");
    for one in Recalled::ALL {
        let label = one.kind.as_str().replace('_', " ");
        let start = format!("| {label} |");
        let row = quality.lines().find(|line| line.starts_with(&start));
        let row = row.expect("a row of the label");
        let figure = row.split('|').nth(4).expect("a column");
        let recall = figure.split('/').nth(1).expect("a recall").trim();
        let said: f64 = recall.parse().expect("a number");
        assert!((said - one.on_dev).abs() < 1e-9, "{label}: {said}");
    }
}
