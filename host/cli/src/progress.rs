//! What is going on, on standard error, for work that takes more than a second.
//!
//! A terminal shows one line that moves and goes away; elsewhere one line says what is being waited for.

use std::{
    io::{self, IsTerminal, Write},
    sync::mpsc::{self, Receiver, RecvTimeoutError, Sender},
    thread,
    time::{Duration, Instant},
};

const PATIENCE: Duration = Duration::from_secs(1);
const TICK: Duration = Duration::from_millis(120);
const SPINNER: [char; 8] = ['⣾', '⣽', '⣻', '⢿', '⡿', '⣟', '⣯', '⣷'];
const WIDTH: usize = 78;

/// Takes what the work has got to.
pub(crate) struct Progress {
    stages: Sender<String>,
}

impl Progress {
    /// Says what the work has got to.
    pub(crate) fn stage(&self, stage: &str) {
        // The display outlives the work; where it does not, nobody looks.
        let _ = self.stages.send(stage.to_owned());
    }
}

/// Does the work, and shows that it is under way if it takes more than a second.
pub(crate) fn during<T>(title: &str, work: impl FnOnce(&Progress) -> T) -> T {
    let (stages, said) = mpsc::channel();
    thread::scope(|scope| {
        scope.spawn(move || show(title, &said));
        work(&Progress { stages })
    })
}

/// Shows the title and the latest stage until the sender is gone.
fn show(title: &str, said: &Receiver<String>) {
    let start = Instant::now();
    let moves = io::stderr().is_terminal();
    let (mut stage, mut drawn, mut frame) = (String::new(), false, 0);
    loop {
        let wait = PATIENCE.saturating_sub(start.elapsed()).max(TICK);
        match said.recv_timeout(wait) {
            Ok(text) => text.trim().clone_into(&mut stage),
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => break,
        }
        if start.elapsed() < PATIENCE || (drawn && !moves) {
            continue;
        }
        let line = if moves {
            frame = (frame + 1) % SPINNER.len();
            let text = format!("{} {title}, {} s  {stage}", SPINNER[frame], start.elapsed().as_secs());
            format!("\r\x1b[2K{}", text.chars().take(WIDTH).collect::<String>())
        } else {
            format!("{title} …\n")
        };
        write(&line);
        drawn = true;
    }
    if drawn && moves {
        write("\r\x1b[2K");
    }
}

/// Where standard error cannot be written to, there is nobody to show anything to.
fn write(text: &str) {
    let mut stderr = io::stderr().lock();
    let _ = stderr.write_all(text.as_bytes()).and_then(|()| stderr.flush());
}
