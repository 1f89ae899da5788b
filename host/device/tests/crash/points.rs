//! Interrupting a scenario at each of its changes of the disk.

use lockstep_device::{DeviceError, StoreError};

use super::{
    disk::{Fault, Left},
    kit::{Kit, Result, Snapshot},
    ledger::{check_device, check_file, drain},
    vfs,
};

/// Something that a device does.
pub(crate) struct Scenario {
    pub(crate) name: &'static str,
    /// What was there before.
    pub(crate) prepare: fn(&mut Kit) -> Result<()>,
    /// What is interrupted; it begins with a closed device.
    pub(crate) run: fn(&mut Kit) -> Result<()>,
    /// Each so manieth change is interrupted.
    pub(crate) every: usize,
}

/// What goes wrong, and what is left of what was not synced.
const WAYS: [(Fault, Left); 7] = [
    (Fault::PowerCut, Left::Nothing),
    (Fault::PowerCut, Left::Everything),
    (Fault::PowerCut, Left::Some(1)),
    (Fault::PowerCut, Left::Some(2)),
    (Fault::Once, Left::Nothing),
    (Fault::Always, Left::Everything),
    (Fault::Full, Left::Nothing),
];

impl Scenario {
    /// Interrupts it everywhere in every way. At how many points.
    pub(crate) fn interrupt(&self) -> u64 {
        let mut kit = Kit::new(&format!("{}-before", self.name), &Snapshot::default());
        (self.prepare)(&mut kit).expect("nothing is in the way");
        let before = kit.snapshot();
        let changes = self.changes(&before);
        let mut points = 0;
        for number in (0..changes).step_by(self.every) {
            for (way, (fault, left)) in WAYS.into_iter().enumerate() {
                self.point(&before, number, fault, left, &format!("{}-{number}-{way}", self.name));
                points += 1;
            }
        }
        eprintln!("{}: {changes} changes, {points} points", self.name);
        points
    }

    /// How many changes of the disk there are when nothing goes wrong; and all is well afterwards.
    fn changes(&self, before: &Snapshot) -> u64 {
        let mut kit = Kit::new(&format!("{}-whole", self.name), before);
        vfs::with(&kit.name, |disk| disk.arm(u64::MAX, Fault::Always));
        (self.run)(&mut kit).expect("nothing is in the way");
        kit.device = None;
        let changes = vfs::with(&kit.name, |disk| disk.changes);
        check_file(&kit);
        kit.open().expect("it opens");
        drain(&mut kit);
        changes
    }

    fn point(&self, before: &Snapshot, number: u64, fault: Fault, left: Left, name: &str) {
        let mut kit = Kit::new(name, before);
        vfs::with(name, |disk| disk.arm(number, fault));
        let done = (self.run)(&mut kit);
        let is_fine = match (&done, fault) {
            (Ok(()), _) => true,
            (Err(DeviceError::Store(error)), Fault::Full) => matches!(error, StoreError::Full),
            (Err(error), _) => matches!(error, DeviceError::Store(_)),
        };
        assert!(is_fine, "{name}: it is said otherwise: {done:?}");
        if matches!(fault, Fault::PowerCut | Fault::Always) {
            kit.device = None;
        }
        // The last changes are those of closing the file.
        let is_over = done.is_ok() && !vfs::with(name, |disk| disk.is_hit);
        if is_over {
            kit.device = None;
        }
        assert!(vfs::with(name, |disk| disk.is_hit), "{name}: nothing went wrong");
        if fault == Fault::PowerCut {
            vfs::with(name, |disk| *disk = disk.after_power_cut(left));
        }
        vfs::with(name, super::disk::Disk::heal);
        // Where only one thing went wrong, or there is space again, the device goes on as it is.
        if kit.device.is_none() {
            check_file(&kit);
            kit.open().unwrap_or_else(|error| panic!("{name}: it does not open: {error:?}"));
        }
        kit.sign_in("c1").expect("a working disk");
        check_device(&mut kit, name);
        drain(&mut kit);
        check_file(&kit);
        vfs::with(name, |disk| *disk = disk.after_power_cut(Left::Nothing));
        kit.open().expect("it opens");
        check_device(&mut kit, &format!("{name}, long after"));
        drain(&mut kit);
    }
}
