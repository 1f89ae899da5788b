//! A server that is killed at any moment: what was under way has happened, with its line in the audit log, or not at all;
//! and what it had answered for has happened.
//!
//! `LOCKSTEP_SOAK_KILLS` says how often that is done.

mod told;

use std::{
    collections::BTreeSet,
    env, fs,
    io::{BufRead as _, BufReader},
    path::Path,
    process::{Child, Stdio},
    sync::atomic::{AtomicU64, Ordering},
    thread,
    time::Duration,
};

use serde_json::{Value, json};
use ureq::Agent;

use crate::{
    publishing::kit::{NAME, PUBLISHER, publisher_key, unsigned, version},
    support::{self, command},
};

const KILLS: u64 = 20;

/// Longest life of a server, in milliseconds.
const LIFE_MAX: u64 = 1500;

#[test]
fn a_server_that_is_killed_is_whole_at_the_next_start() {
    let kills = env::var("LOCKSTEP_SOAK_KILLS").ok().map_or(KILLS, |kills| kills.parse().expect("a number"));
    let folder = tempfile::tempdir().unwrap();
    let state = folder.path().join("state");
    let (mut chance, mut before, mut answered) = (Chance(0x5eed_5eed), 0, 0);
    for kill in 0..kills {
        let (mut process, url) = serve(&state, &folder.path().join("log"));
        let token = support::lockstep([
            "token",
            "--state",
            &state.display().to_string(),
            "--subject",
            "ada",
            "--role",
            "administrator",
        ]);
        let token = format!("Bearer {}", token.ends(0).trim());
        let seeds = [chance.below(u64::MAX >> 33), chance.below(u64::MAX >> 33)];
        let changes = thread::scope(|scope| {
            let administrators = [(seeds[0], true), (seeds[1], false)].map(|(seed, uploads)| {
                let (url, token) = (&url, &token);
                scope.spawn(move || Administrator::new(url, token, kill, seed).change_while_it_answers(uploads))
            });
            thread::sleep(Duration::from_millis(chance.below(LIFE_MAX)));
            process.kill().unwrap();
            administrators.map(|administrator| administrator.join().unwrap())
        });
        let status = process.wait().unwrap();
        assert_eq!(status.code(), None, "it ended before it was killed: {status}");
        let lines = told::check(&state, before);
        let reasons: BTreeSet<_> = lines.iter().map(|line| &*line.reason).collect();
        for change in changes.iter().flatten() {
            assert!(reasons.contains(&**change), "`{change}` was answered for, and is gone");
            answered += 1;
        }
        before = lines.len();
    }
    println!("killed {kills} times, {answered} changes answered, {before} lines in the audit log");
    assert!(answered > kills, "hardly anything was done: {answered} changes");
}

fn serve(state: &Path, log: &Path) -> (Child, String) {
    let mut process = command(["serve", "--development-issuer", "--listen", "127.0.0.1:0", "--state"])
        .arg(state)
        .args(["--requests-per-minute", "1000000"])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(fs::File::create(log).unwrap())
        .spawn()
        .unwrap();
    let mut url = String::new();
    BufReader::new(process.stdout.take().unwrap()).read_line(&mut url).unwrap();
    assert!(url.starts_with("http://"), "{}", fs::read_to_string(log).unwrap());
    (process, url.trim().to_owned())
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

/// Somebody who changes what can be changed, with a reason of its own for each change.
struct Administrator<'a> {
    url: &'a str,
    token: &'a str,
    agent: Agent,
    chance: Chance,
    name: String,
    changes: u64,
    answered: Vec<String>,
}

/// The server answers no more.
struct Gone;

impl<'a> Administrator<'a> {
    fn new(url: &'a str, token: &'a str, kill: u64, seed: u64) -> Self {
        let agent = Agent::config_builder().http_status_as_error(false).build().into();
        let chance = Chance(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
        Self { url, token, agent, chance, name: format!("{kill}/{seed}"), changes: 0, answered: Vec::new() }
    }

    /// The reasons of all changes that the server answered for. One who uploads waits for most of the time.
    fn change_while_it_answers(mut self, uploads: bool) -> Vec<String> {
        let key = json!({ "publisher": PUBLISHER, "key": publisher_key().verifying_key().to_pem().unwrap() });
        let mut is_there = self.post("/v1/keys", key);
        while is_there.is_ok() {
            is_there = if uploads && self.chance.below(2) == 0 { self.upload() } else { self.change() };
        }
        self.answered
    }

    fn reason(&mut self) -> String {
        self.changes += 1;
        format!("change {} of {}", self.changes, self.name)
    }

    /// What cannot be done now is refused, which is as good.
    fn change(&mut self) -> Result<(), Gone> {
        let packages = self.agent.get(format!("{}/v1/packages", self.url)).header("authorization", self.token).call();
        let packages = packages.and_then(|mut answer| answer.body_mut().read_to_string()).map_err(|_| Gone)?;
        let packages: Value = serde_json::from_str(&packages).unwrap();
        let all = packages.as_array().unwrap();
        let digest = |package: &Value| package["digest"].as_str().unwrap().to_owned();
        let in_state = |states: &[&str]| -> Vec<_> {
            all.iter().filter(|it| states.contains(&it["state"].as_str().unwrap())).map(digest).collect()
        };
        let validated = in_state(&["validated"]);
        let applied = in_state(&["applied", "superseded", "unpublished"]);
        let percent = 1 + self.chance.below(60);
        let rollout = json!({ "rollout": { "percent": percent } });
        let rollout = if self.chance.below(2) == 0 { json!({}) } else { rollout };
        let workspace = |what: &str| format!("/v1/workspaces/{NAME}/{what}");
        let package = |digest: &String, what: &str| format!("/v1/packages/{digest}/{what}");
        match self.chance.below(12) {
            0..3 => match self.chance.one(&validated) {
                Some(digest) => self.post(&package(digest, "apply"), json!({})),
                None => Ok(()),
            },
            3..6 => match self.chance.one(&applied) {
                Some(digest) => self.post(&package(digest, "publish"), rollout),
                None => Ok(()),
            },
            6 => self.post(&workspace("widen"), json!({ "rollout": { "percent": 40 + percent } })),
            7 => self.post(&workspace("complete"), json!({})),
            8 => self.post(&workspace("halt"), json!({})),
            9 => self.post(&workspace("rollback"), json!({})),
            10 => self.post(&workspace("unpublish"), json!({})),
            _ => match self.chance.one(&all.iter().map(digest).collect::<Vec<_>>()) {
                Some(digest) if self.chance.below(8) == 0 => self.post(&package(digest, "withdraw"), json!({})),
                _ => Ok(()),
            },
        }
    }

    fn post(&mut self, path: &str, mut body: Value) -> Result<(), Gone> {
        let reason = self.reason();
        body["reason"] = json!(reason);
        let request = self.agent.post(format!("{}{path}", self.url)).header("authorization", self.token);
        let request = request.header("content-type", "application/json");
        let answer = request.send(body.to_string()).map_err(|_| Gone)?;
        self.note(answer.status().as_u16(), reason);
        Ok(())
    }

    fn upload(&mut self) -> Result<(), Gone> {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        let reason = self.reason();
        let number = format!("1.{}.0", NEXT.fetch_add(1, Ordering::Relaxed));
        let file = if self.chance.below(4) == 0 { unsigned(&number) } else { version(&number) };
        let request = self.agent.post(format!("{}/v1/packages?reason={}", self.url, reason.replace(' ', "%20")));
        let request = request.header("authorization", self.token).header("content-type", "application/wasm");
        let answer = request.send(&file).map_err(|_| Gone)?;
        self.note(answer.status().as_u16(), reason);
        Ok(())
    }

    fn note(&mut self, status: u16, reason: String) {
        assert!(status < 500 || status == 503, "{status} to `{reason}`");
        if status < 300 {
            self.answered.push(reason);
        }
    }
}
