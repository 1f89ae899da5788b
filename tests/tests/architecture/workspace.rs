//! The workspace as cargo describes it.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
    process::Command,
    sync::LazyLock,
};

use serde::Deserialize;

/// All packages that the workspace is built of on this host, its own and others'.
pub(crate) static WORKSPACE: LazyLock<Workspace> = LazyLock::new(Workspace::read);

#[derive(Deserialize)]
pub(crate) struct Workspace {
    packages: Vec<Package>,
    #[serde(rename = "workspace_members")]
    members: BTreeSet<String>,
    resolve: Resolve,
    #[serde(rename = "workspace_root")]
    pub(crate) root: PathBuf,
}

#[derive(Deserialize)]
pub(crate) struct Package {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) version: String,
    pub(crate) license: Option<String>,
    pub(crate) license_file: Option<String>,
    pub(crate) manifest_path: PathBuf,
    pub(crate) dependencies: Vec<Dependency>,
}

#[derive(Deserialize)]
pub(crate) struct Dependency {
    pub(crate) name: String,
    kind: Option<String>,
}

#[derive(Deserialize)]
struct Resolve {
    nodes: Vec<Node>,
}

#[derive(Deserialize)]
struct Node {
    id: String,
    deps: Vec<Edge>,
}

#[derive(Deserialize)]
struct Edge {
    pkg: String,
    dep_kinds: Vec<EdgeKind>,
}

#[derive(Deserialize)]
struct EdgeKind {
    kind: Option<String>,
}

impl Workspace {
    fn read() -> Self {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let output = Command::new(env!("CARGO"))
            .args(["metadata", "--format-version", "1", "--offline", "--filter-platform", "host-tuple"])
            .current_dir(root)
            .output()
            .expect("cargo runs");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        serde_json::from_slice(&output.stdout).expect("cargo describes the workspace")
    }

    pub(crate) fn packages(&self) -> impl Iterator<Item = &Package> {
        self.packages.iter()
    }

    /// The workspace's own packages.
    pub(crate) fn members(&self) -> impl Iterator<Item = &Package> {
        self.packages.iter().filter(|package| self.members.contains(&package.id))
    }

    pub(crate) fn member(&self, name: &str) -> &Package {
        self.members().find(|package| package.name == name).unwrap_or_else(|| panic!("there is no crate {name}"))
    }

    pub(crate) fn is_member(&self, name: &str) -> bool {
        self.members().any(|package| package.name == name)
    }

    /// All that goes into a package's library or program, itself included.
    pub(crate) fn closure(&self, name: &str) -> Vec<&Package> {
        let packages: BTreeMap<_, _> = self.packages.iter().map(|package| (&*package.id, package)).collect();
        let nodes: BTreeMap<_, _> = self.resolve.nodes.iter().map(|node| (&*node.id, node)).collect();
        let mut waiting = vec![&*self.member(name).id];
        let mut seen = BTreeSet::new();
        while let Some(id) = waiting.pop() {
            if seen.insert(id) {
                let edges = nodes[id].deps.iter().filter(|edge| edge.dep_kinds.iter().any(|kind| kind.kind.is_none()));
                waiting.extend(edges.map(|edge| &*edge.pkg));
            }
        }
        seen.into_iter().map(|id| packages[id]).collect()
    }

    /// The names of [`closure`](Self::closure).
    pub(crate) fn closure_names(&self, name: &str) -> BTreeSet<&str> {
        self.closure(name).into_iter().map(|package| &*package.name).collect()
    }
}

impl Package {
    /// What the package itself is built of; what its tests need besides is left out.
    pub(crate) fn own_dependencies(&self) -> impl Iterator<Item = &str> {
        let own = self.dependencies.iter().filter(|dependency| dependency.kind.as_deref() != Some("dev"));
        own.map(|dependency| &*dependency.name)
    }

    /// The package's folder, from the workspace's root: `host/model`.
    pub(crate) fn folder(&self) -> &Path {
        let folder = self.manifest_path.parent().expect("a manifest lies in a folder");
        folder.strip_prefix(&WORKSPACE.root).expect("a member lies in the workspace")
    }
}
