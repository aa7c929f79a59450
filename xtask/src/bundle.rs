//! The desktop bundle: one file that a desktop client installs gongkit's MCP server from.
//!
//! The format is MCPB's (<https://github.com/modelcontextprotocol/mcpb>), manifest version 0.3: a
//! zip with `manifest.json` and what it names. The server is the binary itself, so a bundle is for
//! one platform and needs nothing else installed. Tools and prompts are not listed in it: the
//! client asks the server, which knows who may use what.

use std::fs::File;
use std::io::{Seek, Write};
use std::path::Path;

use anyhow::{Context as _, Result, bail};
use serde_json::{Value, json};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

/// The two texts of the licence, beside the binary.
const LICENCES: [(&str, &str); 2] = [
    ("LICENSE-MIT", include_str!("../../LICENSE-MIT")),
    ("LICENSE-APACHE", include_str!("../../LICENSE-APACHE")),
];

/// A platform that desktop clients run on, as the manifest names it.
fn platform(os: &str) -> Result<&'static str> {
    Ok(match os {
        "linux" => "linux",
        "macos" => "darwin",
        "windows" => "win32",
        other => bail!("no desktop client runs bundles on {other}"),
    })
}

/// What the bundle says of itself.
fn manifest(binary: &str, platform: &str) -> Value {
    json!({
        "manifest_version": "0.3",
        "name": "gongkit",
        "display_name": "gongkit: sales calls",
        "version": env!("CARGO_PKG_VERSION"),
        "description": "Search, read and analyse your company's recorded sales calls",
        "long_description": "Answers from an archive of your own on this machine, each with the \
            call, the speaker and the time, at no Gong credits. Set the archive up first: \
            `gongkit demo` for invented calls, or `gongkit sync` with a key of Gong.",
        "author": {"name": "The gongkit authors", "url": env!("CARGO_PKG_REPOSITORY")},
        "repository": {"type": "git", "url": env!("CARGO_PKG_REPOSITORY")},
        "license": env!("CARGO_PKG_LICENSE"),
        "keywords": ["sales", "calls", "gong", "transcripts", "search"],
        "server": {
            "type": "binary",
            "entry_point": format!("server/{binary}"),
            "mcp_config": {
                "command": format!("${{__dirname}}/server/{binary}"),
                "args": ["mcp"],
                "env": {}
            }
        },
        "tools_generated": true,
        "prompts_generated": true,
        "compatibility": {"platforms": [platform]}
    })
}

/// Writes the bundle of a binary that was built for `os`. Its bytes depend on nothing else.
pub fn write(binary: &Path, os: &str, out: &Path) -> Result<()> {
    let mut program = File::open(binary).with_context(|| {
        let binary = binary.display();
        format!("{binary} cannot be read: build it with `cargo build --release -p gong-cli`")
    })?;
    let file = File::create(out).with_context(|| format!("{} cannot be made", out.display()))?;
    let name = if os == "windows" {
        "gongkit.exe"
    } else {
        "gongkit"
    };
    let mut bundle = Bundle(ZipWriter::new(file));
    let manifest = serde_json::to_string_pretty(&manifest(name, platform(os)?))?;
    bundle.add("manifest.json", 0o644, &mut manifest.as_bytes())?;
    for (name, text) in LICENCES {
        bundle.add(name, 0o644, &mut text.as_bytes())?;
    }
    bundle.add(&format!("server/{name}"), 0o755, &mut program)?;
    bundle.0.finish()?;
    Ok(())
}

struct Bundle<W: Write + Seek>(ZipWriter<W>);

impl<W: Write + Seek> Bundle<W> {
    fn add(&mut self, name: &str, mode: u32, from: &mut impl std::io::Read) -> Result<()> {
        let options = SimpleFileOptions::default()
            .unix_permissions(mode)
            .last_modified_time(zip::DateTime::default())
            .large_file(false);
        self.0.start_file(name, options)?;
        std::io::copy(from, &mut self.0)?;
        Ok(())
    }
}
