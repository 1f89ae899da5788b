//! Running the command, and a plugin made by `lockstep new` to run it on.

use std::{
    collections::BTreeSet,
    fs,
    io::{ErrorKind, Write as _},
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
    sync::OnceLock,
};

/// What the command left.
pub(crate) struct Ran {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Ran {
    /// It ended with this code and said one sentence that holds all of these.
    #[track_caller]
    pub(crate) fn fails(&self, code: i32, parts: &[&str]) {
        assert_eq!(self.code, code, "{}{}", self.stdout, self.stderr);
        // On a busy machine, what is being waited for is said before.
        let lines: Vec<_> = self.stderr.lines().filter(|line| !line.ends_with(" …")).collect();
        let [line] = lines[..] else { panic!("not one line: {}", self.stderr) };
        assert!(line.starts_with("error: "), "{line}");
        for part in parts {
            assert!(line.contains(part), "`{part}` is not in: {line}");
        }
    }

    /// It ended with this code; its output.
    #[track_caller]
    pub(crate) fn ends(&self, code: i32) -> &str {
        assert_eq!(self.code, code, "{}{}", self.stdout, self.stderr);
        &self.stdout
    }
}

/// A command with these arguments, with compiled code kept among the tests' own files.
pub(crate) fn command<A: AsRef<std::ffi::OsStr>>(arguments: impl IntoIterator<Item = A>) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_lockstep"));
    command.args(arguments).env("XDG_CACHE_HOME", folder("cache"));
    command
}

/// Runs the command.
pub(crate) fn lockstep<A: AsRef<std::ffi::OsStr>>(arguments: impl IntoIterator<Item = A>) -> Ran {
    ran(&mut command(arguments))
}

/// Runs a prepared command.
pub(crate) fn ran(command: &mut Command) -> Ran {
    told(command.stdin(Stdio::null()).output().unwrap())
}

fn told(output: Output) -> Ran {
    Ran {
        code: output.status.code().unwrap_or(-1),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

/// Runs the command with this on standard input.
pub(crate) fn with_input(arguments: &[&str], input: &str) -> Ran {
    let mut child =
        command(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    match child.stdin.take().unwrap().write_all(input.as_bytes()) {
        // It refused its arguments before it read.
        Err(error) if error.kind() == ErrorKind::BrokenPipe => {}
        written => written.unwrap(),
    }
    told(child.wait_with_output().unwrap())
}

/// A folder among the tests' own files.
pub(crate) fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    fs::create_dir_all(&folder).unwrap();
    folder
}

/// A file among the tests' own files.
pub(crate) fn file(name: &str, contents: impl AsRef<[u8]>) -> String {
    let path = folder("files").join(name);
    fs::write(&path, contents).unwrap();
    path.display().to_string()
}

/// The starting plugin, built.
pub(crate) fn plugin() -> &'static str {
    static PLUGIN: OnceLock<String> = OnceLock::new();
    PLUGIN.get_or_init(|| {
        let plugin = folder("purchase-requests");
        let fresh = folder("fresh");
        fs::remove_dir_all(&fresh).unwrap();
        lockstep(["new", "purchase-requests", "--path", fresh.to_str().unwrap()]).ends(0);
        synchronise(&fresh, &plugin);
        let plugin = plugin.display().to_string();
        lockstep(["build", &plugin]).ends(0);
        plugin
    })
}

/// The built package's bytes.
pub(crate) fn package() -> Vec<u8> {
    fs::read(Path::new(plugin()).join("target/lockstep/purchase-requests.wasm")).unwrap()
}

/// Makes `to` what `from` is, except for what a build made there. Files that are the same are left alone, so that cargo
/// builds no more than it must.
fn synchronise(from: &Path, to: &Path) {
    let (wanted, there) = (files(from, from), files(to, to));
    for name in there.difference(&wanted).filter(|name| *name != Path::new("Cargo.lock")) {
        fs::remove_file(to.join(name)).unwrap();
    }
    for name in wanted.iter().filter(|name| *name != Path::new("Cargo.lock") || !to.join("Cargo.lock").is_file()) {
        let contents = fs::read(from.join(name)).unwrap();
        if fs::read(to.join(name)).ok().as_ref() != Some(&contents) {
            fs::create_dir_all(to.join(name).parent().unwrap()).unwrap();
            fs::write(to.join(name), contents).unwrap();
        }
    }
}

fn files(root: &Path, folder: &Path) -> BTreeSet<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let entries = entries.filter(|path| *path != root.join("target"));
    entries
        .flat_map(|path| {
            if path.is_dir() {
                files(root, &path)
            } else {
                BTreeSet::from([path.strip_prefix(root).unwrap().to_owned()])
            }
        })
        .collect()
}
