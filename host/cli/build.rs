//! Lists the sources of the SDK and of the contract as constants, so that `lockstep new` can unpack them anywhere.
//!
//! The manifests are rewritten on the way: what they inherit from this workspace is written out, so that each crate
//! stands alone. What only the SDK's own development needs (its tests and their dependencies) stays here.

use std::{
    error::Error,
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
};

use toml_edit::{DocumentMut, InlineTable, Item, Table, TableLike, Value};

type Result<T> = std::result::Result<T, Box<dyn Error>>;

const CRATES: [&str; 2] = ["sdk/rust", "sdk/rust-macros"];
const CONTRACT: &str = "wit";
const LEFT_OUT: [&str; 5] = ["target", "tests", "examples", "benches", "Cargo.lock"];

fn main() -> Result<()> {
    let root = fs::canonicalize("../..")?;
    let out = PathBuf::from(std::env::var("OUT_DIR")?);
    let workspace = read_toml(&root.join("Cargo.toml"))?;
    let mut sources = Vec::new();
    for folder in CRATES.into_iter().chain([CONTRACT]) {
        println!("cargo::rerun-if-changed={}", root.join(folder).display());
        collect(&root, Path::new(folder), &mut sources)?;
    }
    println!("cargo::rerun-if-changed={}", root.join("Cargo.toml").display());
    println!("cargo::rerun-if-changed={}", root.join("Cargo.lock").display());

    let mut entries = Vec::new();
    for source in sources {
        let file = if source.ends_with("Cargo.toml") {
            let alone = out.join(source.to_string_lossy().replace('/', "-"));
            fs::write(&alone, stand_alone(&root, &source, &workspace)?)?;
            alone
        } else {
            root.join(&source)
        };
        entries.push((slashed(&source), file));
    }
    let lock = out.join("Cargo.lock");
    fs::write(&lock, locked(&read_toml(&root.join("Cargo.lock"))?))?;

    let mut listing = "[\n".to_owned();
    for (path, file) in entries {
        writeln!(listing, "    ({path:?}, include_str!({:?})),", file.display().to_string())?;
    }
    listing.push(']');
    fs::write(out.join("sdk_sources.rs"), listing)?;
    Ok(())
}

fn slashed(path: &Path) -> String {
    path.components().map(|part| part.as_os_str().to_string_lossy()).collect::<Vec<_>>().join("/")
}

fn read_toml(path: &Path) -> Result<DocumentMut> {
    Ok(fs::read_to_string(path)?.parse()?)
}

/// All files below a folder that a plugin needs, in a fixed order, relative to the root.
fn collect(root: &Path, folder: &Path, found: &mut Vec<PathBuf>) -> Result<()> {
    let mut names =
        fs::read_dir(root.join(folder))?.map(|entry| Ok(entry?.file_name())).collect::<std::io::Result<Vec<_>>>()?;
    names.sort();
    for name in names {
        let text = name.to_string_lossy();
        if text.starts_with('.') || LEFT_OUT.contains(&&*text) {
            continue;
        }
        let path = folder.join(&name);
        if root.join(&path).is_dir() {
            collect(root, &path, found)?;
        } else {
            found.push(path);
        }
    }
    Ok(())
}

/// A crate's manifest with all that it inherits written out.
fn stand_alone(root: &Path, source: &Path, workspace: &DocumentMut) -> Result<String> {
    let mut manifest = read_toml(&root.join(source))?;
    for development in ["dev-dependencies", "test", "example", "bench"] {
        manifest.remove(development);
    }
    let workspace = &workspace["workspace"];
    if let Some(package) = manifest.get_mut("package").and_then(Item::as_table_like_mut) {
        write_out(package, &workspace["package"]);
    }
    if manifest.get("lints").and_then(|lints| lints.get("workspace")).is_some() {
        manifest["lints"] = workspace["lints"].clone();
    }
    let up = "../".repeat(source.components().count() - 1);
    for_each_dependencies(&mut manifest, |dependencies| inherit(dependencies, &workspace["dependencies"], &up));
    Ok(format!("# Written by `lockstep new` from the SDK's sources.\n{manifest}"))
}

/// Replaces `key.workspace = true` by the workspace's value of the key.
fn write_out(table: &mut dyn TableLike, values: &Item) {
    for (key, item) in table.iter_mut() {
        if is_inherited(item) {
            *item = values[key.get()].clone();
        }
    }
}

fn is_inherited(item: &Item) -> bool {
    item.get("workspace").and_then(Item::as_bool) == Some(true)
}

fn for_each_dependencies(manifest: &mut DocumentMut, change: impl Fn(&mut dyn TableLike)) {
    let kinds = ["dependencies", "build-dependencies"];
    for kind in kinds {
        manifest.get_mut(kind).and_then(Item::as_table_like_mut).map(&change);
    }
    let Some(targets) = manifest.get_mut("target").and_then(Item::as_table_like_mut) else { return };
    for (_, target) in targets.iter_mut() {
        for kind in kinds {
            target.get_mut(kind).and_then(Item::as_table_like_mut).map(&change);
        }
    }
}

/// Writes out inherited dependencies; paths are made relative to the crate's folder, which `up` leads out of.
fn inherit(dependencies: &mut dyn TableLike, shared: &Item, up: &str) {
    for (name, dependency) in dependencies.iter_mut() {
        if !is_inherited(dependency) {
            continue;
        }
        let mut whole = as_inline(&shared[name.get()]);
        for (key, value) in as_inline(dependency).iter().filter(|(key, _)| *key != "workspace") {
            match (whole.get_mut(key).and_then(Value::as_array_mut), value.as_array()) {
                (Some(all), Some(more)) => all.extend(more.iter().cloned()),
                _ => drop(whole.insert(key, value.clone())),
            }
        }
        if let Some(path) = whole.get("path").and_then(Value::as_str).map(|path| format!("{up}{path}")) {
            whole.insert("path", path.into());
        }
        *dependency = Item::Value(whole.into());
    }
}

fn as_inline(item: &Item) -> InlineTable {
    match item {
        Item::Value(Value::InlineTable(table)) => table.clone(),
        Item::Table(table) => table.clone().into_inline_table(),
        Item::Value(version) => InlineTable::from_iter([("version", version.clone())]),
        _ => InlineTable::new(),
    }
}

/// The part of this workspace's lock file that the SDK reaches, so that a new plugin starts with the same versions.
fn locked(lock: &DocumentMut) -> String {
    let packages: Vec<&Table> = lock["package"].as_array_of_tables().into_iter().flatten().collect();
    let name_of = |package: &Table| package["name"].as_str().unwrap_or_default().to_owned();
    let mut reached = vec![false; packages.len()];
    let mut open = vec!["lockstep-sdk".to_owned()];
    while let Some(wanted) = open.pop() {
        let mut parts = wanted.split(' ');
        let (name, version) = (parts.next(), parts.next());
        for (position, package) in packages.iter().enumerate() {
            let is_it =
                Some(&*name_of(package)) == name && version.is_none_or(|it| package["version"].as_str() == Some(it));
            if is_it && !reached[position] {
                reached[position] = true;
                let needed = package.get("dependencies").and_then(Item::as_array).into_iter().flatten();
                open.extend(needed.filter_map(Value::as_str).map(str::to_owned));
            }
        }
    }
    let mut text = "version = 4\n".to_owned();
    for (package, _) in packages.iter().zip(reached).filter(|(_, reached)| *reached) {
        text.push_str("\n[[package]]\n");
        text.push_str(&package.to_string());
    }
    text
}
