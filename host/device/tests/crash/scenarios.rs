//! What devices do.

use lockstep_device::{At, DeviceError, Synced};
use lockstep_model::{Cell, Record, RecordId, exchange::Entry};
use lockstep_sync::Base;

use super::{
    kit::{Kit, Result, identity},
    ledger::Expected,
    points::Scenario,
    world::{create, text, update},
};

/// A device that has fetched an order, which somebody else has made.
fn an_order(kit: &mut Kit) -> Result<()> {
    kit.server.others(&mut create("o1", "I-1", "3"));
    kit.open()?;
    assert_eq!(kit.sync()?, Synced::Done);
    Ok(())
}

/// Operations of all kinds that wait; two of them the server refuses.
fn much_waiting(kit: &mut Kit) -> Result<()> {
    an_order(kit)?;
    kit.note("o1", "mine")?;
    // More than the server allows.
    let large = kit.create("large", "200")?;
    kit.note(&large, "on a large one")?;
    for number in 0..4 {
        let key = kit.create(&format!("c{number}"), "2")?;
        kit.note(&key, &format!("n{number}"))?;
    }
    kit.server.others(&mut update("o1", [("note", None, Some(text("theirs")))]));
    kit.server.set_price("I-1", "11");
    Ok(())
}

/// Two rejected operations in the inbox.
fn refused(kit: &mut Kit) -> Result<()> {
    much_waiting(kit)?;
    kit.sync()?;
    Ok(())
}

impl Kit {
    fn give_up(&mut self, sequence: u64) -> Result<()> {
        let done = self.device().discard(sequence);
        assert!(matches!(done, Ok(()) | Err(DeviceError::Store(_))), "{done:?}");
        self.ledger.discarded.insert(sequence, done.is_ok());
        done
    }

    fn change_unsent(&mut self, sequence: u64, before: &str, after: &str) -> Result<()> {
        let mut draft = self.device().edit(sequence)?;
        draft.set_text(&At::Field("customer".into()), after)?;
        let done = self.submit(&draft);
        match &done {
            Ok(_) => {
                self.ledger.marks.insert(before.into(), Expected::Gone);
                self.ledger.marks.insert(after.into(), Expected::There);
            }
            Err(DeviceError::Store(_)) => {
                self.ledger.marks.remove(before);
                self.ledger.either.push((before.into(), after.into()));
            }
            Err(error) => panic!("{error:?}"),
        }
        done.map(drop)
    }

    fn take_back(&mut self, sequence: u64, mark: &str) -> Result<()> {
        let done = self.device().withdraw(sequence);
        assert!(matches!(done, Ok(()) | Err(DeviceError::Store(_))), "{done:?}");
        let expected = if done.is_ok() { Expected::Gone } else { Expected::Perhaps };
        self.ledger.marks.insert(mark.into(), expected);
        done
    }
}

const SETTING_UP: Scenario = Scenario {
    name: "setting-up",
    prepare: |kit| {
        kit.server.others(&mut create("o1", "I-1", "3"));
        Ok(())
    },
    run: |kit| {
        kit.open()?;
        kit.sync()?;
        kit.create("first", "1").map(drop)
    },
    every: 1,
};

const SUBMITTING: Scenario = Scenario {
    name: "submitting",
    prepare: an_order,
    run: |kit| {
        kit.open()?;
        let key = kit.create("one", "3")?;
        kit.note(&key, "noted")?;
        kit.note("o1", "noted too")?;
        kit.create("two", "4").map(drop)
    },
    every: 1,
};

const PUSHING: Scenario = Scenario {
    name: "pushing",
    prepare: much_waiting,
    run: |kit| {
        kit.open()?;
        kit.sync().map(drop)
    },
    every: 1,
};

const PULLING: Scenario = Scenario {
    name: "pulling",
    prepare: |kit| {
        an_order(kit)?;
        kit.create("mine", "1")?;
        for number in 0..8 {
            kit.server.others(&mut create(&format!("p{number}"), "I-2", "1"));
        }
        Ok(())
    },
    run: |kit| {
        kit.open()?;
        kit.server.page.set(2);
        kit.sync().map(drop)
    },
    every: 1,
};

const STARTING_ANEW: Scenario = Scenario {
    name: "restored-server",
    prepare: |kit| {
        an_order(kit)?;
        let early = kit.server.copy();
        let key = kit.create("lost", "1")?;
        kit.sync()?;
        kit.note(&key, "unsent")?;
        // It has lost what the device has sent since, and says so by sending everything.
        let page = kit.server.page.get();
        kit.server.restore(early);
        kit.server.page.set(page);
        Ok(())
    },
    run: |kit| {
        kit.open()?;
        kit.sync().map(drop)
    },
    every: 1,
};

const REPLAYING: Scenario = Scenario {
    name: "replaying",
    prepare: |kit| {
        an_order(kit)?;
        for number in 0..5 {
            kit.create(&format!("r{number}"), "2")?;
        }
        kit.note("o1", "on top")?;
        kit.server.set_price("I-1", "12");
        kit.server.others(&mut update("o1", [("customer", Some(text("C-1")), Some(text("C-9")))]));
        Ok(())
    },
    run: |kit| {
        kit.open()?;
        kit.sync().map(drop)
    },
    every: 1,
};

const INBOX: Scenario = Scenario {
    name: "inbox",
    prepare: refused,
    run: |kit| {
        kit.open()?;
        kit.give_up(2)?;
        let mut draft = kit.device().retry(1)?;
        draft.set_text(&At::Field("note".into()), "again")?;
        let done = kit.submit(&draft);
        kit.ledger.made("again", &done);
        done?;
        kit.sync().map(drop)
    },
    every: 1,
};

const CHANGING: Scenario = Scenario {
    name: "changing-unsent",
    prepare: |kit| {
        an_order(kit)?;
        for mark in ["a", "b", "c", "d"] {
            kit.create(mark, "2")?;
        }
        Ok(())
    },
    run: |kit| {
        kit.open()?;
        kit.change_unsent(1, "a", "a2")?;
        kit.take_back(2, "b")?;
        kit.create("e", "1").map(drop)
    },
    every: 1,
};

const SIGNING_IN: Scenario = Scenario {
    name: "signing-in",
    prepare: an_order,
    run: |kit| {
        kit.open()?;
        let done = kit.sign_in("c2");
        let found = kit.device().identity().cloned();
        kit.device = None;
        let device = kit.ledger.device.clone();
        kit.open_as(&device)?;
        let kept = kit.device().identity().cloned();
        let (before, after) = (Some(identity("c1")), Some(identity("c2")));
        assert!(kept == after || (done.is_err() && kept == before), "{kept:?}");
        assert!(done.is_err() || found == after);
        kit.sign_in("c1")
    },
    every: 1,
};

const STARTING_OVER: Scenario = Scenario {
    name: "starting-over",
    prepare: much_waiting,
    run: |kit| {
        kit.open()?;
        let done = kit.device().start_over("d2");
        assert!(matches!(done, Ok(()) | Err(DeviceError::Store(_))), "{done:?}");
        kit.device = None;
        // Under the one id or the other, as the file says.
        let new = "d2".to_owned();
        if done.is_ok() {
            kit.ledger.device = new;
        } else {
            kit.ledger.perhaps = Some(new);
        }
        done?;
        kit.open()?;
        kit.sync().map(drop)
    },
    every: 2,
};

/// So much comes that the log is written back to the file and begun again while the device works.
const MUCH: Scenario = Scenario {
    name: "much",
    prepare: an_order,
    run: |kit| {
        kit.open()?;
        kit.create("before", "1")?;
        kit.server.page.set(1000);
        for number in 0..2 {
            much(kit, number);
            kit.sync()?;
        }
        kit.create("after", "1").map(drop)
    },
    every: 797,
};

fn much(kit: &Kit, number: usize) {
    let mut data = kit.server.data.borrow_mut();
    for part in 0..500 {
        let cell = Cell { value: text(&"x".repeat(9000)), entered: true };
        let record = Record { company: "c1".into(), cells: [("note".to_owned(), cell)].into(), ..Record::default() };
        let id = RecordId { plugin: "orders".into(), entity: "order".into(), key: format!("m{number}-{part}") };
        data.world.records.insert(id.clone(), Base::There(record.clone()));
        data.log.push(Entry::Record { id, record: Some(record) });
    }
}

const ALL: [Scenario; 11] = [
    SETTING_UP,
    SUBMITTING,
    PUSHING,
    PULLING,
    STARTING_ANEW,
    REPLAYING,
    INBOX,
    CHANGING,
    SIGNING_IN,
    STARTING_OVER,
    MUCH,
];

/// Two threads share them.
fn half(first: bool) -> u64 {
    let all = ALL.into_iter().enumerate().filter(|(number, _)| number.is_multiple_of(2) == first);
    all.map(|(_, scenario)| scenario.interrupt()).sum()
}

#[test]
fn wherever_a_device_is_interrupted_nothing_is_lost_and_nothing_is_doubled() {
    let other = std::thread::spawn(|| half(false));
    let points = half(true) + other.join().expect("the other half");
    assert!(points >= 2000, "{points} points");
}
