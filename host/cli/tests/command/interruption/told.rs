//! What the audit log tells, and whether it is so.

use std::{collections::BTreeMap, fs, path::Path};

use lockstep_model::Digest;
use lockstep_server::{
    Environment, State,
    registry::{AuditEntry, Filter},
};

/// Opens the folder and holds what is there against the audit log.
pub(super) fn check(folder: &Path, lines_before: usize) -> Vec<AuditEntry> {
    let environment = Environment::open(folder, None).expect("it opens after every kill");
    let registry = environment.registry();
    let mut lines = Vec::new();
    while let Some(more) =
        Some(registry.audit(lines.len() as u64, 1000).expect("a page")).filter(|more| !more.is_empty())
    {
        lines.extend(more);
    }
    assert!(lines.len() >= lines_before, "lines are gone: {} of {lines_before}", lines.len());
    assert!((1..).zip(&lines).all(|(number, line)| line.number == number), "lines are missing");
    assert!(lines.is_sorted_by_key(|line| line.revision), "the revision fell");
    assert_eq!(lines.last().map_or(0, |line| line.revision), registry.revision(), "revision and log differ");

    let told = Told::by(&lines);
    let packages = registry.list(&Filter::default()).expect("they can be read");
    let found: BTreeMap<_, _> = packages.iter().map(|package| (package.digest, package.state)).collect();
    assert_eq!(found, told.states, "states and log differ");
    let workspaces = registry.workspaces().expect("they can be read");
    let (stable, staged) = workspaces.first().map_or((None, None), |it| (it.stable.clone(), it.staged.clone()));
    let published = (stable.map(|it| it.digest), staged.map(|it| it.digest));
    assert_eq!(published, (told.stable, told.staged), "what is published and log differ");
    let mut files = 0;
    for package in packages.iter().filter(|package| package.state != State::Refused) {
        let file = registry.file(&package.digest).expect("its file is whole");
        assert_eq!(Digest::of(&file), package.file);
        files += 1;
        for code in &package.code {
            registry.code(&package.digest, &code.engine).expect("its code is whole");
        }
    }
    assert_eq!(count(&folder.join("packages")), files, "files that nobody names are left over");
    lines
}

fn count(folder: &Path) -> usize {
    let folders = fs::read_dir(folder).expect("it is there").map(|entry| entry.expect("an entry").path());
    folders.map(|folder| fs::read_dir(folder).expect("it is there").count()).sum()
}

/// What the audit log tells, read from its start.
#[derive(Default)]
struct Told {
    states: BTreeMap<Digest, State>,
    stable: Option<Digest>,
    staged: Option<Digest>,
}

impl Told {
    fn by(lines: &[AuditEntry]) -> Self {
        let mut told = Self::default();
        for line in lines {
            told.line(line);
        }
        told
    }

    fn line(&mut self, line: &AuditEntry) {
        let digest: Option<Digest> = line.subject.parse().ok();
        let is_to_all = line.detail.as_deref().is_some_and(|detail| detail.starts_with("to all devices"));
        match (&*line.action, digest) {
            ("key-added", _) | ("widened", Some(_)) => {}
            ("uploaded", Some(digest)) => self.set(digest, State::Uploaded),
            ("validated", Some(digest)) => self.set(digest, State::Validated),
            ("refused", Some(digest)) => self.set(digest, State::Refused),
            ("applied", Some(digest)) => self.set(digest, State::Applied),
            ("withdrawn", Some(digest)) => {
                self.set(digest, State::Withdrawn);
                self.stable = self.stable.filter(|stable| *stable != digest);
                self.staged = self.staged.filter(|staged| *staged != digest);
            }
            ("published" | "rolled-back" | "completed", Some(digest)) => {
                let staged = self.staged.take();
                let former = if is_to_all || line.action == "completed" { self.stable.take() } else { None };
                for former in staged.into_iter().chain(former) {
                    self.set(former, State::Superseded);
                }
                self.set(digest, State::Published);
                if is_to_all || line.action == "completed" {
                    self.stable = Some(digest);
                } else {
                    self.staged = Some(digest);
                }
            }
            ("halted", Some(digest)) => {
                self.staged = None;
                self.set(digest, State::Unpublished);
            }
            ("unpublished", None) => {
                let both = [self.stable.take(), self.staged.take()];
                both.into_iter().flatten().for_each(|digest| self.set(digest, State::Unpublished));
            }
            (action, _) => panic!("the log has a line `{action}` that nobody wrote"),
        }
    }

    fn set(&mut self, digest: Digest, state: State) {
        self.states.insert(digest, state);
    }
}
