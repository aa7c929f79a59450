//! Every table as files for other programs: CSV for a spreadsheet, Parquet for an analyst.
//!
//! An export asks as its caller, so it holds what he may see; private calls are never in it. A file
//! is there whole or not at all, for its owner alone.
use std::fs;

use anyhow::Result;
use gong_app::{ExportForm, ExportRequest, ExportTable};
use gongkit_examples::sample_app;

#[tokio::main]
async fn main() -> Result<()> {
    let (app, home) = sample_app(&[]).await?;
    let tables = [
        ("calls", ExportTable::Calls),
        ("transcripts", ExportTable::Transcripts),
        ("findings", ExportTable::Findings),
        ("deals", ExportTable::Deals),
    ];
    let forms = [("csv", ExportForm::Csv), ("parquet", ExportForm::Parquet)];
    for (name, table) in tables {
        let mut rows = Vec::new();
        for (ending, form) in forms {
            let file = home.path().join(format!("{name}.{ending}"));
            let done = app.export(&ExportRequest::new(table, form, &file)).await?;
            let bytes = fs::metadata(&file)?.len();
            println!("{name}.{ending}: {} rows, {bytes} bytes", done.rows);
            rows.push(done.rows);
        }
        assert!(
            rows[0] > 0 && rows[0] == rows[1],
            "both forms hold the same"
        );
    }

    let calls = fs::read_to_string(home.path().join("calls.csv"))?;
    for line in calls.lines().take(3) {
        println!("  {line}");
    }
    assert_eq!(calls.lines().count(), 35, "a line of names and 34 calls");
    let parquet = fs::read(home.path().join("calls.parquet"))?;
    assert!(parquet.starts_with(b"PAR1"), "it says what it is");
    Ok(())
}
