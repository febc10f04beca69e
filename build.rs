//! Builds the program that docgen puts into each machine (src/agent) and leaves it for `include_bytes!`; and takes a
//! fingerprint of all sources, by which a build knows what another docgen has left in its cache.
//!
//! The agent is a package of its own, linked statically for Linux, in a target folder of its own below
//! OUT_DIR, so that the two builds never wait for each other's lock.

#![allow(
    clippy::disallowed_methods,
    clippy::exit,
    reason = "a build script is an edge and a program of its own"
)]

use std::collections::BTreeSet;
use std::env;
use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::process::Command;

/// What the agent is made of.
const SOURCES: [&str; 6] = [
    "src/agent/src",
    "src/agent/Cargo.toml",
    "src/session/frame.rs",
    "src/session/message.rs",
    "src/session/codec.rs",
    "src/session/field.rs",
];

fn main() {
    for source in SOURCES {
        println!("cargo::rerun-if-changed={source}");
    }
    println!("cargo::rerun-if-changed=src/agent/Cargo.lock");
    let root = PathBuf::from(variable("CARGO_MANIFEST_DIR"));
    let out = PathBuf::from(variable("OUT_DIR"));
    let target = agent_target();
    build(&root.join("src/agent/Cargo.toml"), &out.join("agent"), &target);
    let program = out.join("agent").join(&target).join("release/docgen-agent");
    println!("cargo::rustc-env=DOCGEN_AGENT={}", program.display());
    println!("cargo::rustc-env=DOCGEN_FINGERPRINT={:016x}", fingerprint(&root));
}

/// A hash of everything that decides which bytes docgen makes of a site. A new file is named in one that is there already,
/// so to look at these again is enough.
fn fingerprint(root: &Path) -> u64 {
    let mut files: BTreeSet<PathBuf> = ["Cargo.toml", "Cargo.lock"].map(|name| root.join(name)).into();
    let mut folders = vec![root.join("src"), root.join("theme")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if !path.is_dir() {
                files.insert(path);
            } else if path != root.join("src/agent") {
                folders.push(path);
            }
        }
    }
    let mut hash = DefaultHasher::new();
    for file in files {
        println!("cargo::rerun-if-changed={}", file.display());
        file.strip_prefix(root).unwrap_or(&file).hash(&mut hash);
        fs::read(&file).unwrap_or_default().hash(&mut hash);
    }
    hash.finish()
}

/// Machines run Linux on the host's kind of processor; a host that is not Linux needs the musl target.
fn agent_target() -> String {
    if variable("CARGO_CFG_TARGET_OS") == "linux" {
        return variable("TARGET");
    }
    format!("{}-unknown-linux-musl", variable("CARGO_CFG_TARGET_ARCH"))
}

fn build(manifest: &Path, folder: &Path, target: &str) {
    let mut cargo = Command::new(variable("CARGO"));
    cargo.args(["build", "--release", "--locked", "--quiet", "--target", target]);
    cargo
        .arg("--manifest-path")
        .arg(manifest)
        .arg("--target-dir")
        .arg(folder);
    // What the outer build was told must not reach the inner one.
    for name in [
        "RUSTFLAGS",
        "CARGO_BUILD_TARGET",
        "CARGO_TARGET_DIR",
        "RUSTC_WORKSPACE_WRAPPER",
        "CLIPPY_ARGS",
    ] {
        cargo.env_remove(name);
    }
    cargo.env("CARGO_ENCODED_RUSTFLAGS", "-Ctarget-feature=+crt-static");
    match cargo.status() {
        Ok(status) if status.success() => {}
        Ok(status) => fail(&format!(
            "cargo ended with {status} while it built src/agent for {target}"
        )),
        Err(error) => fail(&format!("cannot run cargo to build src/agent: {error}")),
    }
}

fn variable(name: &str) -> String {
    env::var(name).unwrap_or_else(|_| fail(&format!("cargo did not set {name}")))
}

fn fail(reason: &str) -> ! {
    println!("cargo::error={reason}");
    std::process::exit(1)
}
