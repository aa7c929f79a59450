//! What this binary is.

use std::sync::LazyLock;

use gong_app::Level;

/// Version, commit, how it was built, what is in it (no part of it is a matter of choice: the crate has
/// no features), and the instructions that the model's kernels use on this processor.
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
    let linking = if cfg!(target_feature = "crt-static") {
        "static"
    } else {
        "dynamic"
    };
    let level = Level::best();
    format!(
        "{version}\ncommit: {commit}\nbuild: {build}, {}-{}\n\
         linking: {linking}\nkernels: {level}\n\
         archive: SQLite, PostgreSQL\nindex: embedded, Qdrant",
        std::env::consts::ARCH,
        std::env::consts::OS,
    )
}
