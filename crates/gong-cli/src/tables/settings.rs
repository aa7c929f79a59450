//! What the settings mean.

use std::fmt::Write as _;

use gong_app::views::{SetUpView, SettingsReference};

use super::table;

/// What was written, and what comes next.
pub(crate) fn set_up(view: &SetUpView) -> String {
    let mut lines = vec![
        format!("written: {}", view.config),
        format!("written: {}", view.secret),
    ];
    lines.extend(view.moved.as_ref().map(|moved| format!("kept as: {moved}")));
    lines.push(format!("next: {}", view.next.join(", then ")));
    lines.join("\n")
}

/// Every setting with its default and meaning.
pub(crate) fn settings(view: &SettingsReference) -> String {
    let rows = view.settings.iter().map(|setting| {
        let default = setting.default.clone().unwrap_or_default();
        vec![
            setting.key.to_owned(),
            default,
            setting.meaning.to_owned(),
            setting.variables.join(" "),
        ]
    });
    table(&["setting", "default", "meaning", "variables"], rows)
}

/// The same as a page of the documentation, a table a section.
pub(crate) fn settings_in_markdown(view: &SettingsReference) -> String {
    let mut page = "# Settings\n\
        <!-- made by `gongkit config reference --markdown` -->\n\
        Layers, a later one wins: defaults, `/etc/gongkit/config.toml`, \
        `$XDG_CONFIG_HOME/gongkit/config.toml`, `--config FILE`, variables, flags. Nothing is read \
        from the working directory. Every variable may end in `_FILE` and then names a file that \
        holds the value. `gongkit config show --origin` says what holds and which layer gave it.\n"
        .to_owned();
    let mut section = "";
    for setting in &view.settings {
        let (of, name) = setting.key.split_once('.').unwrap_or(("", setting.key));
        if of != section {
            section = of;
            let head = "| setting | value | default | meaning | variables |\n|---|---|---|---|---|";
            // Writing into a string cannot fail.
            let _ = write!(page, "\n## `[{section}]`\n{head}\n");
        }
        let default = setting.default.as_deref().map(code).unwrap_or_default();
        let variables: Vec<_> = setting.variables.iter().map(|name| code(name)).collect();
        let _ = writeln!(
            page,
            "| `{name}` | {} | {default} | {} | {} |",
            setting.takes,
            setting.meaning,
            variables.join(" ")
        );
    }
    page
}

fn code(text: &str) -> String {
    format!("`{text}`")
}
