//! The program is killed between any two steps, and started again.

use super::kit::Kit;
use crate::{
    device::{OperationState, Step, Synced},
    exchange::Exchange,
    world::{create, text, update},
};

/// Work of all kinds, part of which the server refuses; then everything is sent and fetched, and the program is killed
/// after each `every`th step. Answers get lost, too.
fn run(every: u32, lose: u32) -> (Vec<OperationState>, Vec<(String, bool)>, usize) {
    let mut kit = Kit::unsynced();
    kit.server.others(&mut create("o1", "I-1", "3"));
    assert_eq!(kit.sync(), Synced::Done);
    kit.server.page.set(2);
    kit.update("o1", "note", "mine");
    let key = kit.create("C-2", "200");
    kit.update(&key, "note", "never");
    for number in 3..7 {
        let key = kit.create(&format!("C-{number}"), "2");
        kit.update(&key, "note", "fine");
    }
    kit.server.others(&mut update("o1", [("note", None, Some(text("theirs")))]));
    kit.server.set_price("I-1", "10");
    let mut steps = 0;
    let mut step = kit.device().begin_sync().expect("a step");
    loop {
        steps += 1;
        assert!(steps < 500, "it goes on for ever");
        let is_killed = steps % every == 0;
        let is_lost = steps % lose == 0;
        if is_lost {
            kit.server.lost.set(1);
        }
        step = match step {
            Step::Push { token, bytes } => {
                let answer = kit.server.push(&token, &bytes);
                if is_killed && !is_lost {
                    // Killed after the server has done it, and before its answer was read.
                    kit.reopen();
                    kit.device().begin_sync().expect("a step")
                } else {
                    kit.device().pushed(answer).expect("a step")
                }
            }
            Step::Pull { token, cookie } => {
                let answer = kit.server.pull(&token, cookie.as_deref());
                kit.device().pulled(answer).expect("a step")
            }
            Step::End(Synced::Done) => break,
            Step::End(_) => kit.device().begin_sync().expect("a step"),
        };
        if is_killed {
            kit.reopen();
            step = kit.device().begin_sync().expect("a step");
        }
        kit.server.lost.set(0);
    }
    assert!(kit.server.copy().runs.values().all(|runs| *runs == 1));
    let inbox = kit.device().inbox().expect("an inbox").len();
    (kit.states(), kit.orders(), inbox)
}

#[test]
fn whenever_the_program_is_killed_the_end_is_the_same() {
    let expected = run(u32::MAX, u32::MAX);
    assert_eq!(expected.2, 2);
    assert_eq!(expected.1.len(), 5);
    assert!(expected.1.iter().all(|(_, is_pending)| !is_pending), "{expected:?}");
    for every in 2..12 {
        assert_eq!(run(every, u32::MAX), expected, "killed after each {every}th step");
    }
    for lose in 2..7 {
        assert_eq!(run(5, lose), expected, "each {lose}th answer is lost");
    }
}

#[test]
fn a_restart_that_is_interrupted_shows_what_was_there_until_it_is_whole() {
    let mut kit = Kit::new();
    for number in 0..20 {
        kit.server.others(&mut create(&format!("o{number:02}"), "I-1", "3"));
    }
    kit.sync();
    assert_eq!(kit.orders().len(), 20);
    let pending = kit.create("C-9", "1");
    kit.server.is_offline.set(false);
    // The server is set up anew: other records, another epoch.
    let other = super::server::Server::new();
    for number in 0..7 {
        other.others(&mut create(&format!("n{number}"), "I-2", "1"));
    }
    let mut data = other.copy();
    data.messages.clear();
    kit.server.restore(data);
    kit.server.page.set(3);
    let mut step = kit.device().begin_sync().expect("a step");
    let mut pages = 0;
    loop {
        step = match step {
            Step::Push { token, bytes } => {
                let answer = kit.server.push(&token, &bytes);
                kit.device().pushed(answer).expect("a step")
            }
            Step::Pull { token, cookie } => {
                pages += 1;
                let answer = kit.server.pull(&token, cookie.as_deref());
                let step = kit.device().pulled(answer).expect("a step");
                let count = kit.orders().len();
                assert!(count == 21 || count == 8, "whole or not at all: {count}");
                if pages == 2 {
                    assert!(kit.device().status().expect("a status").is_fetching);
                    kit.reopen();
                    kit.device().begin_sync().expect("a step")
                } else {
                    step
                }
            }
            Step::End(end) => {
                assert_eq!(end, Synced::Done);
                break;
            }
        };
    }
    assert!(pages >= 4, "{pages}");
    assert_eq!(kit.orders().len(), 8);
    assert!(kit.value(&pending, "customer").is_some());
    assert!(!kit.device().status().expect("a status").is_fetching);
}
