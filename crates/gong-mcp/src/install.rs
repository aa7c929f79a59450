//! Writes the server into the configuration of the usual clients, in one step.
//!
//! What is in a file already stays: only our own entry is put or replaced. A file that is not JSON as
//! a program writes it (one with comments, say) is not touched: it is shown what to add instead.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use gong_app::{Error, ErrorKind};
use serde_json::{Map, Value, json};

/// Our entry's name in every client.
const NAME: &str = "gongkit";

/// A client that can be set up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Client {
    /// Claude Desktop.
    ClaudeDesktop,
    /// Claude Code, for the user.
    ClaudeCode,
    /// Cursor, for the user.
    Cursor,
    /// Visual Studio Code, for the user.
    VsCode,
    /// Windsurf, for the user.
    Windsurf,
    /// Gemini CLI, for the user.
    GeminiCli,
}

/// What is to be set up.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Setup {
    /// For which client.
    pub client: Client,
    /// The user's home.
    pub home: PathBuf,
    /// The binary.
    pub command: PathBuf,
    /// What comes before `mcp`, such as the folder of the data.
    pub arguments: Vec<String>,
}

/// What was set up, or would be.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Installed {
    /// The file.
    pub file: PathBuf,
    /// What it holds then.
    pub text: String,
    /// Whether that is another text than it held before.
    pub is_new: bool,
}

impl Client {
    /// The file, below the user's home.
    fn file(self) -> PathBuf {
        let path = match self {
            Self::ClaudeCode => ".claude.json",
            Self::Cursor => ".cursor/mcp.json",
            Self::Windsurf => ".codeium/windsurf/mcp_config.json",
            Self::GeminiCli => ".gemini/settings.json",
            Self::ClaudeDesktop if cfg!(target_os = "macos") => {
                "Library/Application Support/Claude/claude_desktop_config.json"
            }
            Self::ClaudeDesktop if cfg!(windows) => {
                "AppData/Roaming/Claude/claude_desktop_config.json"
            }
            Self::ClaudeDesktop => ".config/Claude/claude_desktop_config.json",
            Self::VsCode if cfg!(target_os = "macos") => {
                "Library/Application Support/Code/User/mcp.json"
            }
            Self::VsCode if cfg!(windows) => "AppData/Roaming/Code/User/mcp.json",
            Self::VsCode => ".config/Code/User/mcp.json",
        };
        path.split('/').collect()
    }

    /// Under which name it keeps its servers.
    const fn list(self) -> &'static str {
        match self {
            Self::VsCode => "servers",
            _ => "mcpServers",
        }
    }
}

impl Setup {
    /// For a client of the user with this home, who runs this binary.
    pub fn new(client: Client, home: impl Into<PathBuf>, command: impl Into<PathBuf>) -> Self {
        Self {
            client,
            home: home.into(),
            command: command.into(),
            arguments: Vec::new(),
        }
    }

    /// What would be written; nothing is.
    pub fn preview(&self) -> Result<Installed, Error> {
        let file = self.home.join(self.client.file());
        let before = match fs::read_to_string(&file) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => String::new(),
            Err(error) => return Err(unusable(&file).caused_by(error)),
        };
        let text = self.entered(&before).map_err(|problem| {
            let entry = json!({NAME: self.entry()});
            unusable(&file).caused_by(problem).hint(format!(
                "add this under \"{}\" by hand: {entry}",
                self.client.list()
            ))
        })?;
        Ok(Installed {
            is_new: text != before,
            file,
            text,
        })
    }

    /// Writes it, whole or not at all.
    pub fn install(&self) -> Result<Installed, Error> {
        let made = self.preview()?;
        if made.is_new {
            write(&made.file, &made.text).map_err(|error| unusable(&made.file).caused_by(error))?;
        }
        Ok(made)
    }

    fn entry(&self) -> Value {
        let mut arguments = self.arguments.clone();
        arguments.push("mcp".to_owned());
        let command = self.command.display().to_string();
        match self.client {
            Client::VsCode | Client::ClaudeCode => {
                json!({"type": "stdio", "command": command, "args": arguments})
            }
            _ => json!({"command": command, "args": arguments}),
        }
    }

    fn entered(&self, before: &str) -> Result<String, String> {
        let mut all: Map<String, Value> = if before.trim().is_empty() {
            Map::new()
        } else {
            serde_json::from_str(before).map_err(|error| error.to_string())?
        };
        let list = all
            .entry(self.client.list())
            .or_insert_with(|| Value::Object(Map::new()));
        let Some(list) = list.as_object_mut() else {
            return Err(format!("\"{}\" is no object", self.client.list()));
        };
        if list.get(NAME) == Some(&self.entry()) {
            return Ok(before.to_owned());
        }
        list.insert(NAME.to_owned(), self.entry());
        let text = serde_json::to_string_pretty(&all).map_err(|error| error.to_string())?;
        Ok(text + "\n")
    }
}

fn write(file: &Path, text: &str) -> std::io::Result<()> {
    // A link stays one: the file it leads to is replaced.
    let file = fs::canonicalize(file).unwrap_or_else(|_| file.to_owned());
    let folder = file.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder)?;
    let mut beside = file.clone().into_os_string();
    beside.push(".gongkit-new");
    let beside = PathBuf::from(beside);
    let mut new = fs::File::create(&beside)?;
    if let Ok(before) = fs::metadata(&file) {
        new.set_permissions(before.permissions())?;
    }
    new.write_all(text.as_bytes())?;
    new.sync_all()?;
    fs::rename(&beside, &file)
}

fn unusable(file: &Path) -> Error {
    let what = format!("{} cannot be used as it is", file.display());
    Error::new(ErrorKind::Failed, what)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn setup(client: Client, home: &Path) -> Setup {
        let mut setup = Setup::new(client, home, "/usr/bin/gongkit");
        setup.arguments = ["--data-dir", "/data"].map(str::to_owned).to_vec();
        setup
    }

    #[test]
    fn what_was_in_the_file_stays_and_ours_is_put_once() {
        let home = tempfile::tempdir().expect("a folder");
        let file = home.path().join(".cursor/mcp.json");
        fs::create_dir_all(file.parent().expect("a folder")).expect("made");
        let before =
            r#"{"zeta":1,"mcpServers":{"other":{"command":"x"},"gongkit":{"command":"old"}}}"#;
        fs::write(&file, before).expect("written");
        let setup = setup(Client::Cursor, home.path());

        let seen = setup.preview().expect("a preview");
        assert_eq!(
            fs::read_to_string(&file).expect("read"),
            before,
            "a preview writes nothing"
        );
        assert_eq!(setup.install().expect("installed"), seen);

        let after: Value =
            serde_json::from_str(&fs::read_to_string(&file).expect("read")).expect("JSON");
        assert_eq!(after["zeta"], 1);
        assert_eq!(after["mcpServers"]["other"]["command"], "x");
        assert_eq!(
            after["mcpServers"]["gongkit"],
            json!({"command": "/usr/bin/gongkit", "args": ["--data-dir", "/data", "mcp"]})
        );
        assert!(!setup.install().expect("again").is_new);
    }

    #[test]
    fn each_client_has_its_own_form() {
        let home = tempfile::tempdir().expect("a folder");
        let made = setup(Client::VsCode, home.path())
            .install()
            .expect("installed");
        let text: Value = serde_json::from_str(&made.text).expect("JSON");
        assert_eq!(text["servers"]["gongkit"]["type"], "stdio");
        for (client, place) in [
            (Client::Windsurf, ".codeium/windsurf/mcp_config.json"),
            (Client::GeminiCli, ".gemini/settings.json"),
        ] {
            let made = setup(client, home.path()).install().expect("installed");
            assert!(made.file.ends_with(place));
            let text: Value = serde_json::from_str(&made.text).expect("JSON");
            assert_eq!(text["mcpServers"]["gongkit"]["args"][2], "mcp");
        }
        let made = setup(Client::ClaudeDesktop, home.path())
            .install()
            .expect("installed");
        assert!(made.file.ends_with("claude_desktop_config.json"));
        let text: Value = serde_json::from_str(&made.text).expect("JSON");
        assert_eq!(text["mcpServers"]["gongkit"]["args"][2], "mcp");
    }

    #[cfg(unix)]
    #[test]
    fn what_only_its_owner_may_read_stays_so_and_a_link_stays_a_link() {
        use std::os::unix::fs::{PermissionsExt as _, symlink};
        let home = tempfile::tempdir().expect("a folder");
        let kept = home.path().join("dotfiles.json");
        fs::write(&kept, r#"{"token":"t"}"#).expect("written");
        fs::set_permissions(&kept, fs::Permissions::from_mode(0o600)).expect("set");
        let file = home.path().join(".claude.json");
        symlink(&kept, &file).expect("linked");

        setup(Client::ClaudeCode, home.path())
            .install()
            .expect("installed");

        let mode = fs::metadata(&kept).expect("there").permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        assert!(file.is_symlink());
        let text = fs::read_to_string(&kept).expect("read");
        assert!(text.contains("\"token\"") && text.contains("/usr/bin/gongkit"));
        let beside: Vec<_> = fs::read_dir(home.path()).expect("read").collect();
        assert_eq!(beside.len(), 2, "nothing is left lying about");
    }

    #[test]
    fn a_file_with_comments_is_left_alone_and_it_is_said_what_to_add() {
        let home = tempfile::tempdir().expect("a folder");
        let file = home.path().join(".claude.json");
        fs::write(&file, "{ // mine\n}").expect("written");

        let error = setup(Client::ClaudeCode, home.path())
            .install()
            .expect_err("refused");

        assert!(
            error
                .hint_text()
                .is_some_and(|hint| hint.contains("/usr/bin/gongkit"))
        );
        assert_eq!(fs::read_to_string(&file).expect("read"), "{ // mine\n}");
    }
}
