//! What this binary is.

use std::sync::LazyLock;

use gong_app::Level;

/// Version, commit and the instructions that the model's kernels use on this processor.
///
/// The commit is that of `GONGKIT_COMMIT` when the binary was built; releases and images set it.
pub(crate) fn long() -> &'static str {
    static LONG: LazyLock<String> = LazyLock::new(told);
    &LONG
}

fn told() -> String {
    let version = env!("CARGO_PKG_VERSION");
    let commit = option_env!("GONGKIT_COMMIT").unwrap_or("not recorded");
    let build = if cfg!(debug_assertions) {
        "unoptimised"
    } else {
        "optimised"
    };
    let level = Level::best();
    format!(
        "{version}\ncommit: {commit}\nbuild: {build}, {}-{}\nkernels: {level}\n\
         stores: SQLite, PostgreSQL",
        std::env::consts::ARCH,
        std::env::consts::OS,
    )
}
