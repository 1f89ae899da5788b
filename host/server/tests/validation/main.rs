//! Validation in processes of their own, good packages and hostile ones.
//!
//! The process in which a package is checked is this program itself, called with a word before the files: so the tests
//! run their own main function, and need no other program to be built.

mod behaving;
mod guests;
mod hostile;
mod processes;
mod support;

use std::{
    env, io,
    net::TcpListener,
    panic::{AssertUnwindSafe, catch_unwind},
    path::PathBuf,
    process::{Command, ExitCode, abort},
    thread,
    time::{Duration, Instant},
};

use lockstep_server::validation::child;

/// A test, and what it is called.
type Test = (&'static str, fn());

macro_rules! tests {
    ($($module:ident :: $name:ident),* $(,)?) => {
        &[$((concat!(stringify!($module), "::", stringify!($name)), $module::$name as fn())),*]
    };
}

const TESTS: &[Test] = tests![
    behaving::a_good_package_is_validated_and_compiled,
    behaving::its_code_loads_where_it_is_meant_for,
    behaving::cases_that_differ_are_all_named,
    behaving::what_this_server_wants_is_asked_for,
    behaving::parts_that_do_not_agree_are_all_named,
    hostile::each_is_refused_with_its_reason,
    hostile::all_that_a_component_may_not_import_is_named_at_once,
    hostile::code_that_takes_for_ever_to_compile_is_ended_while_others_go_through,
    hostile::code_that_takes_too_much_memory_to_compile_is_ended,
    hostile::processor_time_is_limited_by_the_process_itself,
    processes::whatever_the_process_does_the_answer_comes,
    processes::what_a_process_leaves_running_keeps_nobody_waiting,
    processes::a_validation_reads_nothing_but_its_package,
    processes::a_program_that_is_missing_is_not_the_packages_fault,
    processes::no_more_wait_than_may,
    processes::what_was_interrupted_is_validated_at_the_next_start,
    processes::closing_finishes_what_was_taken,
    processes::a_server_with_another_engine_compiles_what_is_there,
    processes::settings_that_cannot_be_are_refused,
];

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    match arguments.first().map(String::as_str) {
        Some("check") => check(&arguments[1..]),
        Some("hang") => loop {
            thread::sleep(Duration::from_secs(1));
        },
        Some("abort") => abort(),
        Some("fail") => ExitCode::from(3),
        Some("host-fault") => {
            eprintln!("the disk is full");
            ExitCode::from(70)
        }
        Some("babble") => babble(),
        Some("peek") => peek(&arguments[1..]),
        Some("leave") => leave(),
        Some("linger") => {
            thread::sleep(Duration::from_secs(15));
            ExitCode::SUCCESS
        }
        Some("lie") => {
            println!(
                r#"{{"reasons": [], "roles": [], "cases": 0, "code": [{{"engine": "a/b", "file": "b.code", "digest":
                "{}"}}]}}"#,
                "0".repeat(64)
            );
            std::fs::write("code/b.code", "code").expect("it can be written");
            ExitCode::SUCCESS
        }
        _ => run(&arguments),
    }
}

fn check(arguments: &[String]) -> ExitCode {
    let [settings, code, file] = arguments else { return ExitCode::from(2) };
    match child::run(&PathBuf::from(settings), &PathBuf::from(code), &PathBuf::from(file), &mut io::stdout()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::from(70)
        }
    }
}

/// Checks, and when the first report is written tries what no validation has to do.
fn peek(arguments: &[String]) -> ExitCode {
    struct Peeking(io::Stdout, Option<TcpListener>);

    impl io::Write for Peeking {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            if let Some(listener) = self.1.take() {
                let address = listener.local_addr()?;
                let is_done = [
                    std::fs::read("../../environment.key").is_ok(),
                    std::fs::write("../left", "behind").is_ok(),
                    std::fs::read_dir("/").is_ok(),
                    std::net::TcpStream::connect(address).is_ok(),
                    Command::new(env::current_exe()?).arg("fail").status().is_ok(),
                ];
                if is_done.contains(&true) {
                    return Err(io::Error::other(format!("{is_done:?}")));
                }
            }
            self.0.write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            self.0.flush()
        }
    }

    let [settings, code, file] = arguments else { return ExitCode::from(2) };
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let (settings, code, file) = (PathBuf::from(settings), PathBuf::from(code), PathBuf::from(file));
    match child::run(&settings, &code, &file, &mut Peeking(io::stdout(), Some(listener))) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::from(70)
        }
    }
}

/// Leaves two processes behind that hold its pipes open, one of them in a group of its own.
#[expect(clippy::zombie_processes, reason = "that is what is tried")]
fn leave() -> ExitCode {
    use std::os::unix::process::CommandExt as _;

    let program = env::current_exe().expect("this program");
    Command::new(&program).arg("linger").spawn().expect("it starts");
    Command::new(&program).arg("linger").process_group(0).spawn().expect("it starts");
    println!(r#"{{"reasons": [], "roles": [], "cases": 7, "code": []}}"#);
    ExitCode::SUCCESS
}

/// Writes more than any report has.
fn babble() -> ExitCode {
    use io::Write as _;

    let line = vec![b'x'; 1 << 16];
    for _ in 0..2048 {
        if io::stdout().write_all(&line).is_err() {
            return ExitCode::from(1);
        }
    }
    ExitCode::SUCCESS
}

/// Runs the tests whose names hold the first argument that is no option, one after the other.
fn run(arguments: &[String]) -> ExitCode {
    if arguments.iter().any(|argument| argument == "--list") {
        for (name, _) in TESTS {
            println!("{name}: test");
        }
        return ExitCode::SUCCESS;
    }
    let wanted = arguments.iter().find(|argument| !argument.starts_with("--"));
    let mut failed = 0;
    for (name, test) in TESTS.iter().filter(|(name, _)| wanted.is_none_or(|wanted| name.contains(wanted.as_str()))) {
        let start = Instant::now();
        let passed = catch_unwind(AssertUnwindSafe(test)).is_ok();
        let word = if passed { "ok" } else { "FAILED" };
        println!("test {name} ... {word} ({:.1} s)", start.elapsed().as_secs_f32());
        failed += u32::from(!passed);
    }
    if failed == 0 { ExitCode::SUCCESS } else { ExitCode::from(101) }
}
