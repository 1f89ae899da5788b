//! A server that is killed at any moment: what was under way has happened, with its line in the audit log, or not at all.
//!
//! The server is this program itself, called with a word before the folder; it changes what it can until it is killed.
//! `LOCKSTEP_SOAK_KILLS` says how often that is done.

#[expect(dead_code, reason = "other tests use all of it")]
#[path = "../registry/support.rs"]
mod support;

use std::{
    collections::BTreeMap,
    env, fs,
    path::Path,
    process::{Command, Stdio},
    thread,
    time::Duration,
};

use lockstep_model::{Digest, Timestamp};
use lockstep_package::SigningKey;
use lockstep_server::{
    Change, Environment, Registry, Rollout, State,
    registry::{AuditEntry, Filter, Package},
    validation::Report,
};
use support::{PORTABLE, PUBLISHER, made};

const KILLS: u64 = 20;

const CHANGE: Change<'static> =
    Change { actor: "alex", reason: "as agreed", now: Timestamp(1_700_000_000_000), expected: None };

fn main() {
    let arguments: Vec<String> = env::args().skip(1).collect();
    match &arguments[..] {
        [word, folder, seed] if word == "change" => change_for_ever(Path::new(folder), seed.parse().expect("a number")),
        [word, ..] if word == "--list" => println!("interruption: test"),
        _ => is_killed_and_stays_whole(),
    }
}

/// Numbers that look like chance and are the same for the same seed (xorshift64*).
struct Chance(u64);

impl Chance {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33) % bound
    }

    fn one<'a, T>(&mut self, all: &'a [T]) -> Option<&'a T> {
        if all.is_empty() { None } else { all.get(self.below(all.len() as u64) as usize) }
    }
}

fn change_for_ever(folder: &Path, seed: u64) {
    let environment = Environment::open(folder, None).expect("it opens after every kill");
    let registry = environment.registry();
    let key = SigningKey::from_seed(&[7; 32]);
    // It is there already, after the first time.
    let _ = registry.add_key(PUBLISHER, &key.verifying_key(), &CHANGE);
    let mut chance = Chance(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
    loop {
        one_change(registry, &key, &mut chance);
    }
}

/// What cannot be done now is refused, which is as good.
fn one_change(registry: &Registry, key: &SigningKey, chance: &mut Chance) {
    let all = registry.list(&Filter::default()).expect("they can be read");
    let in_state = |state: State| all.iter().filter(|package| package.state == state).collect::<Vec<_>>();
    let rollout = if chance.below(2) == 0 { Rollout::all() } else { Rollout::percent(1 + chance.below(60) as u8) };
    match chance.below(12) {
        0..3 => {
            let version = format!("1.{}.0", all.len());
            let file = made("orders", &version).signed(key);
            let begun = registry.begin_upload(&file, &CHANGE).expect("it is new");
            finish(registry, &begun, chance.below(4) == 0);
        }
        3 => in_state(State::Uploaded).iter().for_each(|package| finish(registry, package, false)),
        4..6 => {
            let _ = chance.one(&in_state(State::Validated)).map(|package| registry.apply(&package.digest, &CHANGE));
        }
        6..8 => {
            let applied = in_state(State::Applied);
            let _ = chance.one(&applied).map(|package| registry.publish(&package.digest, &rollout, false, &CHANGE));
        }
        8 => drop(registry.widen("orders", &Rollout::percent(60 + chance.below(40) as u8), &CHANGE)),
        9 => drop(registry.complete("orders", false, &CHANGE)),
        10 => match chance.below(3) {
            0 => drop(registry.halt("orders", false, &CHANGE)),
            1 => drop(registry.rollback("orders", None, false, &CHANGE)),
            _ => drop(registry.unpublish("orders", false, &CHANGE)),
        },
        _ => {
            let _ = chance.one(&all).map(|package| registry.withdraw(&package.digest, false, &CHANGE));
        }
    }
}

fn finish(registry: &Registry, package: &Package, is_refused: bool) {
    use lockstep_server::validation::{Reason, ReasonCode};

    let version = package.version.clone().unwrap_or_default();
    let report = if is_refused {
        Report::refused(Reason::new(ReasonCode::Floats, "it computes with floats"))
    } else {
        Report { descriptor: Some(made("orders", &version).descriptor()), ..Report::default() }
    };
    let code = [(PORTABLE.to_owned(), format!("code of {version}").into_bytes())];
    // Another version may be above it by now: then it is refused.
    let _ = registry.finish_upload(&package.digest, &report, &code, &CHANGE);
}

fn is_killed_and_stays_whole() {
    let kills = env::var("LOCKSTEP_SOAK_KILLS").ok().and_then(|kills| kills.parse().ok()).unwrap_or(KILLS);
    let folder = tempfile::TempDir::new().expect("a folder");
    let folder = folder.path().join("state");
    let (mut chance, mut lines) = (Chance(0x5eed_5eed), 0);
    for kill in 0..kills {
        let program = env::current_exe().expect("this program");
        let mut command = Command::new(program);
        command.args(["change", &folder.display().to_string(), &kill.to_string()]).stdin(Stdio::null());
        let mut child = command.spawn().expect("it starts");
        thread::sleep(Duration::from_millis(2 + chance.below(150)));
        child.kill().expect("it never ends by itself");
        let status = child.wait().expect("it was ours");
        assert_eq!(status.code(), None, "it ended before it was killed: {status}");
        lines = check(&folder, lines);
    }
    assert!(lines > kills as usize, "hardly anything was done: {lines} lines");
    println!("killed {kills} times, {lines} lines in the audit log\ntest interruption ... ok");
}

/// Opens the folder and holds what is there against the audit log.
fn check(folder: &Path, lines_before: usize) -> usize {
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
    lines.len()
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
