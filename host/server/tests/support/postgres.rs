//! PostgreSQL for tests: one cluster for each test binary, with pgbouncer before it, and a database for each test. It
//! ends and is removed with the process, however that ends.

use std::{
    io::{BufRead as _, BufReader, Write as _},
    os::unix::fs::MetadataExt as _,
    path::{Path, PathBuf},
    process::{Child, ChildStdout, Command, Stdio},
    sync::{
        Mutex, OnceLock,
        atomic::{AtomicU32, Ordering},
    },
};

/// Handed over as text: whoever it runs as need not be able to read this folder.
const SCRIPT: &str = include_str!("postgres.sh");

/// Where Debian and others keep the server's programs.
const FOLDERS: [&str; 2] = ["/usr/lib/postgresql", "/usr/pgsql"];

/// A running cluster.
pub(crate) struct Cluster {
    bin: PathBuf,
    folder: PathBuf,
    databases: AtomicU32,
    /// While its standard input is open it runs.
    running: Mutex<(Child, BufReader<ChildStdout>)>,
}

fn missing(what: &str) -> ! {
    panic!("{what} was not found, which these tests need: `make setup TESTS=1` installs it")
}

/// The newest server's programs.
fn server_programs() -> PathBuf {
    let versions = FOLDERS.iter().filter_map(|folder| std::fs::read_dir(folder).ok()).flatten().flatten();
    let bins = versions.map(|version| version.path().join("bin")).filter(|bin| bin.join("initdb").exists());
    bins.max().unwrap_or_else(|| missing("PostgreSQL's server"))
}

fn pooler() -> PathBuf {
    let known = ["/usr/sbin/pgbouncer", "/usr/bin/pgbouncer"].map(PathBuf::from);
    known.into_iter().find(|path| path.exists()).unwrap_or_else(|| missing("pgbouncer"))
}

/// The cluster of this process.
pub(crate) fn cluster() -> &'static Cluster {
    static CLUSTER: OnceLock<Cluster> = OnceLock::new();
    CLUSTER.get_or_init(Cluster::start)
}

impl Cluster {
    /// Starts one of its own.
    pub(crate) fn start() -> Self {
        let (bin, pooler) = (server_programs(), pooler());
        // Neither runs as root.
        let is_root = std::fs::metadata("/proc/self").is_ok_and(|own| own.uid() == 0);
        let mut command = if is_root { Command::new("runuser") } else { Command::new("sh") };
        if is_root {
            command.args(["-u", "postgres", "--", "sh"]);
        }
        command.args(["-c", SCRIPT, "postgres.sh"]).arg(&bin).arg(pooler).current_dir("/");
        let child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn();
        let mut child = child.unwrap_or_else(|error| panic!("PostgreSQL cannot be started: {error}"));
        let mut output = BufReader::new(child.stdout.take().expect("its output"));
        let mut folder = String::new();
        output.read_line(&mut folder).expect("what it says");
        assert!(!folder.is_empty(), "PostgreSQL did not start: what it said is above");
        Self {
            bin,
            folder: PathBuf::from(folder.trim_end()),
            databases: AtomicU32::new(0),
            running: Mutex::new((child, output)),
        }
    }

    fn run(&self, program: &str, arguments: &[&str]) {
        let mut command = Command::new(self.bin.join(program));
        command.arg("-h").arg(&self.folder).args(["-U", "postgres"]).args(arguments);
        let output = command.output().expect("a client program");
        assert!(output.status.success(), "{program}: {}", String::from_utf8_lossy(&output.stderr));
    }

    /// The name of a new, empty database.
    pub(crate) fn database(&self) -> String {
        let name = format!("test{}", self.databases.fetch_add(1, Ordering::Relaxed));
        self.run("createdb", &[&name]);
        name
    }

    /// Runs a statement in a database.
    pub(crate) fn statement(&self, database: &str, sql: &str) {
        self.run("psql", &["-q", "-v", "ON_ERROR_STOP=1", "-d", database, "-c", sql]);
    }

    /// Makes one database what another is.
    pub(crate) fn copy(&self, from: &str, to: &str) {
        let end = format!("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname IN ('{from}', '{to}')");
        self.statement("postgres", &end);
        self.run("dropdb", &["--force", "--if-exists", to]);
        self.run("createdb", &["-T", from, to]);
    }

    /// A database's address.
    pub(crate) fn address(&self, database: &str) -> String {
        self.address_at(database, 5432)
    }

    /// Its address behind the pooler, which gives another session for each transaction.
    pub(crate) fn pooled(&self, database: &str) -> String {
        self.address_at(database, 6432)
    }

    fn address_at(&self, database: &str, port: u16) -> String {
        format!("postgres://postgres@/{database}?host={}&port={port}", self.folder.display())
    }

    /// The server stops at once, with all that is under way, and starts again.
    pub(crate) fn restart(&self) {
        let mut running = self.running.lock().expect("the cluster");
        let (child, output) = &mut *running;
        child.stdin.as_mut().expect("its input").write_all(b"restart\n").expect("told");
        let mut said = String::new();
        output.read_line(&mut said).expect("what it says");
        assert_eq!(said, "restarted\n");
    }

    /// Where its sockets are.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }
}
