//! What the binary is made of, as a CycloneDX 1.6 document.
//!
//! The crates are those that cargo links into `gongkit` for one target: normal dependencies only, with
//! the features that are really on, and without the macros that ran on the machine that built it.
//! Licences come from their manifests, checksums from `Cargo.lock`. The C libraries (SQLite, AWS-LC,
//! zstd) are sources inside the crates that are named after them. Beside the crates it holds Rust's own
//! library and, in a static binary, glibc. The same commit gives the same bytes: no time, no random
//! number.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, Result, ensure};
use cargo_metadata::{Metadata, MetadataCommand, Package};
use serde_json::{Value, json};

/// The crate whose binary is described.
const ROOT: &str = "gong-cli";

/// How the binary is bound to the C library.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Linking {
    /// It takes the one of the machine that it runs on.
    Dynamic,
    /// It carries the one of the machine that built it.
    Static,
}

/// Name and version: within one lock file they say which crate is meant.
type Crate = (String, String);

/// Which crates a binary links, and who needs whom.
#[derive(Debug, Default, PartialEq, Eq)]
struct Linked(BTreeMap<Crate, BTreeSet<Crate>>);

impl Linked {
    /// Reads `cargo tree --prefix depth --format ' {p}'`.
    fn from_tree(tree: &str) -> Result<Self> {
        let mut linked = Self::default();
        let mut above: Vec<Crate> = Vec::new();
        for line in tree.lines().filter(|line| !line.is_empty()) {
            let (depth, rest) = line.split_once(' ').context("a line without a depth")?;
            let depth: usize = depth.parse().context("no depth")?;
            let mut words = rest.split(' ');
            let name = words.next().unwrap_or_default().to_owned();
            let version = words.next().and_then(|word| word.strip_prefix('v'));
            let version = version.with_context(|| format!("{name} has no version"))?;
            let this = (name, version.to_owned());
            above.truncate(depth);
            if let Some(parent) = above.last() {
                let needed = linked.0.entry(parent.clone()).or_default();
                needed.insert(this.clone());
            }
            linked.0.entry(this.clone()).or_default();
            above.push(this);
        }
        Ok(linked)
    }
}

/// Describes the binary that the workspace in `root` makes for `target`.
pub fn document(root: &Path, target: &str, linking: Linking) -> Result<Value> {
    let tree = [
        "tree",
        "--locked",
        "--package",
        ROOT,
        "--edges",
        "normal,no-proc-macro",
        "--target",
        target,
        "--prefix",
        "depth",
        "--format",
        " {p}",
    ];
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    let linked = Linked::from_tree(&said_by(&cargo, &tree, root)?)?;
    let metadata = MetadataCommand::new()
        .manifest_path(root.join("Cargo.toml"))
        .other_options(["--locked".to_owned()])
        .exec()
        .context("`cargo metadata` failed")?;
    let lock = std::fs::read_to_string(root.join("Cargo.lock")).context("no Cargo.lock")?;
    let known = Known {
        metadata: &metadata,
        checksums: checksums(&lock),
    };

    let mut components = Vec::new();
    let mut dependencies = Vec::new();
    let mut binary = None;
    let beside = beside_the_crates(root, linking)?;
    for (one, needs) in &linked.0 {
        let (component, reference) = known.component(one)?;
        let mut needed = Vec::new();
        for other in needs {
            needed.push(known.component(other)?.1);
        }
        if one.0 == ROOT {
            needed.extend(beside.iter().filter_map(reference_of));
            binary = Some(component);
        } else {
            components.push(component);
        }
        dependencies.push(json!({"ref": reference, "dependsOn": needed}));
    }
    components.extend(beside);
    Ok(json!({
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {
            "lifecycles": [{"phase": "build"}],
            "component": binary.context("cargo did not name the binary's crate")?,
            "properties": [{"name": "gongkit:target", "value": target}],
        },
        "components": components,
        "dependencies": dependencies,
    }))
}

/// What cargo and the lock file know of crates.
struct Known<'a> {
    metadata: &'a Metadata,
    checksums: BTreeMap<Crate, String>,
}

impl Known<'_> {
    fn package(&self, (name, version): &Crate) -> Result<&Package> {
        let packages = &mut self.metadata.packages.iter();
        packages
            .find(|p| p.name.as_str() == name && p.version.to_string() == *version)
            .with_context(|| format!("cargo knows no {name} {version}"))
    }

    /// A crate as CycloneDX writes it, and how others refer to it.
    fn component(&self, one: &Crate) -> Result<(Value, String)> {
        let package = self.package(one)?;
        let (name, version) = one;
        let is_binary = name == ROOT;
        let reference = if package.source.is_some() {
            format!("pkg:cargo/{name}@{version}")
        } else if is_binary {
            format!("pkg:github/gongkit/gongkit@{version}")
        } else {
            // Ours are in no registry, where somebody else may have the name.
            format!("pkg:github/gongkit/gongkit@{version}#crates/{name}")
        };
        let licence = package.license.as_deref();
        let licence = licence.with_context(|| format!("{name} {version} names no licence"))?;
        let mut component = json!({
            "type": if is_binary { "application" } else { "library" },
            "bom-ref": reference,
            "name": if is_binary { "gongkit" } else { name.as_str() },
            "version": version,
            "licenses": [{"expression": licence.replace('/', " OR ")}],
            "purl": reference,
        });
        if package.source.is_some() {
            let checksum = self.checksums.get(one);
            let checksum = checksum.with_context(|| format!("{name} {version}: no checksum"))?;
            component["hashes"] = json!([{"alg": "SHA-256", "content": checksum}]);
        }
        if let Some(repository) = &package.repository {
            component["externalReferences"] = json!([{"type": "vcs", "url": repository}]);
        }
        Ok((component, reference))
    }
}

/// What is linked and is no crate of the lock file.
fn beside_the_crates(root: &Path, linking: Linking) -> Result<Vec<Value>> {
    let component = |name: &str, version: &str, licence: &str, purl: String| {
        json!({
            "type": "library",
            "bom-ref": purl,
            "name": name,
            "version": version,
            "licenses": [{"expression": licence}],
            "purl": purl,
        })
    };
    let rustc = said_by("rustc", &["--version"], root)?;
    let rust = rustc.split(' ').nth(1).context("rustc has no version")?;
    let purl = format!("pkg:github/rust-lang/rust@{rust}#library/std");
    let mut beside = vec![component("std", rust, "MIT OR Apache-2.0", purl)];
    if linking == Linking::Static {
        let glibc = said_by("getconf", &["GNU_LIBC_VERSION"], root)?;
        let glibc = glibc.trim().strip_prefix("glibc ");
        let glibc = glibc.context("a static binary is made with glibc only")?;
        // Where the package is known, scanners know its patches too.
        let query = ["--show", "--showformat", "${Version}", "libc6-dev"];
        let purl = match said_by("dpkg-query", &query, root) {
            Ok(version) => {
                let version = version.replace('+', "%2B");
                format!("pkg:deb/debian/glibc@{version}?arch=source")
            }
            Err(_) => format!("pkg:generic/glibc@{glibc}"),
        };
        beside.push(component("glibc", glibc, "LGPL-2.1-or-later", purl));
    }
    Ok(beside)
}

fn reference_of(component: &Value) -> Option<String> {
    component["bom-ref"].as_str().map(str::to_owned)
}

/// The checksums of a lock file, by crate.
fn checksums(lock: &str) -> BTreeMap<Crate, String> {
    let mut checksums = BTreeMap::new();
    for package in lock.split("[[package]]").skip(1) {
        let field = |name: &str| {
            let start = format!("{name} = \"");
            let line = package.lines().find_map(|line| line.strip_prefix(&start));
            line.map(|value| value.trim_end_matches('"').to_owned())
        };
        if let (Some(name), Some(version), Some(checksum)) =
            (field("name"), field("version"), field("checksum"))
        {
            checksums.insert((name, version), checksum);
        }
    }
    checksums
}

fn said_by(program: &str, arguments: &[&str], folder: &Path) -> Result<String> {
    let mut command = Command::new(program);
    let output = command.args(arguments).current_dir(folder).output();
    let output = output.with_context(|| format!("{program} does not run"))?;
    let complaint = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "{program}: {}", complaint.trim());
    String::from_utf8(output.stdout).with_context(|| format!("{program} wrote no text"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(name: &str) -> Crate {
        (name.to_owned(), "1.0.0".to_owned())
    }

    #[test]
    fn a_tree_is_read_as_who_needs_whom() {
        let tree = "0 app v1.0.0 (/somewhere)\n1 wire v1.0.0\n2 bytes v1.0.0\n1 bytes v1.0.0\n\
                    1 store v1.0.0 (/somewhere/store)\n2 wire v1.0.0 (*)\n";

        let linked = Linked::from_tree(tree).expect("a tree");

        let needs = |name: &str| -> Vec<String> {
            let needed = linked.0[&named(name)].iter();
            needed.map(|(name, _)| name.clone()).collect()
        };
        assert_eq!(needs("app"), ["bytes", "store", "wire"]);
        assert_eq!(needs("wire"), ["bytes"]);
        assert_eq!(needs("store"), ["wire"]);
        assert!(needs("bytes").is_empty());
        assert_eq!(linked.0.len(), 4);
    }

    #[test]
    fn a_checksum_belongs_to_its_version() {
        let lock = "version = 4\n\n[[package]]\nname = \"a\"\nversion = \"1.0.0\"\n\
                    checksum = \"11\"\n\n[[package]]\nname = \"a\"\nversion = \"2.0.0\"\n\
                    checksum = \"22\"\n\n[[package]]\nname = \"ours\"\nversion = \"1.0.0\"\n";

        let checksums = checksums(lock);

        assert_eq!(checksums[&named("a")], "11");
        assert_eq!(checksums.len(), 2);
    }
}
