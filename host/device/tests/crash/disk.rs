//! A disk in memory that knows what of it would survive a power cut, and that fails when it is told to.

use std::collections::BTreeMap;

use rusqlite::ffi;

/// What goes wrong, at the change with a number: writes, syncs, truncations, deletions and new files are counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// The power goes: from then on nothing works.
    PowerCut,
    /// The change fails once; a write is half done, and what could not be synced is never written.
    Once,
    /// This change and all later ones fail.
    Always,
    /// From then on there is no space for more.
    Full,
}

/// What a power cut leaves of what was not synced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Left {
    /// Nothing.
    Nothing,
    /// All of it, as when the program alone was killed.
    Everything,
    /// A part that this number chooses: whole writes, and sectors of writes, in any order.
    Some(u64),
}

const SECTOR: usize = 512;

#[derive(Clone)]
enum Change {
    Write { at: usize, bytes: Vec<u8> },
    Truncate(usize),
}

/// A file's content.
#[derive(Clone, Default)]
struct Inode {
    /// On the disk for certain.
    durable: Vec<u8>,
    /// As programs see it.
    bytes: Vec<u8>,
    /// What leads from one to the other.
    unsynced: Vec<Change>,
}

/// A name in the folder.
#[derive(Clone, Default)]
struct Entry {
    /// What programs see under the name.
    live: Option<Inode>,
    /// What the folder on the disk has under the name, where that is not the same.
    #[expect(clippy::option_option, reason = "the same, nothing, or something")]
    former: Option<Option<Inode>>,
}

/// A disk with one folder.
#[derive(Clone, Default)]
pub(crate) struct Disk {
    entries: BTreeMap<String, Entry>,
    /// Changes so far.
    pub(crate) changes: u64,
    fault: Option<(u64, Fault)>,
    /// The fault has happened.
    pub(crate) is_hit: bool,
    is_dead: bool,
}

type Result<T> = std::result::Result<T, i32>;

fn apply(bytes: &mut Vec<u8>, change: &Change) {
    match change {
        Change::Write { at, bytes: written } => {
            let end = at + written.len();
            if bytes.len() < end {
                bytes.resize(end, 0);
            }
            bytes[*at..end].copy_from_slice(written);
        }
        Change::Truncate(length) => bytes.truncate(*length),
    }
}

/// Numbers that look random and are the same each time.
struct Numbers(u64);

impl Numbers {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn is_heads(&mut self) -> bool {
        self.next().is_multiple_of(2)
    }
}

impl Inode {
    fn change(&mut self, change: Change) {
        apply(&mut self.bytes, &change);
        self.unsynced.push(change);
    }

    fn sync(&mut self) {
        for change in self.unsynced.drain(..) {
            apply(&mut self.durable, &change);
        }
    }

    fn left(&self, left: Left, numbers: &mut Numbers) -> Vec<u8> {
        match left {
            Left::Nothing => self.durable.clone(),
            Left::Everything => self.bytes.clone(),
            Left::Some(_) => {
                let mut bytes = self.durable.clone();
                for change in &self.unsynced {
                    match change {
                        Change::Truncate(_) if numbers.is_heads() => apply(&mut bytes, change),
                        Change::Write { at, bytes: written } => match numbers.next() % 3 {
                            0 => {}
                            1 => apply(&mut bytes, change),
                            _ => torn(&mut bytes, *at, written, numbers),
                        },
                        Change::Truncate(_) => {}
                    }
                }
                bytes
            }
        }
    }
}

/// Some sectors of a write, and not the others.
fn torn(bytes: &mut Vec<u8>, at: usize, written: &[u8], numbers: &mut Numbers) {
    let mut from = 0;
    while from < written.len() {
        let to = written.len().min((at + from) / SECTOR * SECTOR + SECTOR - at);
        if numbers.is_heads() {
            apply(bytes, &Change::Write { at: at + from, bytes: written[from..to].to_vec() });
        }
        from = to;
    }
}

impl Disk {
    /// Has the change with this number, counted from now on, go wrong.
    pub(crate) fn arm(&mut self, number: u64, fault: Fault) {
        (self.changes, self.fault, self.is_hit) = (0, Some((number, fault)), false);
    }

    /// All is well again; what was half done stays so.
    pub(crate) fn heal(&mut self) {
        (self.fault, self.is_dead) = (None, false);
    }

    /// The disk after the power went and came back.
    pub(crate) fn after_power_cut(&self, left: Left) -> Self {
        let mut numbers = Numbers(if let Left::Some(seed) = left { seed } else { 0 });
        let mut entries = BTreeMap::new();
        for (name, Entry { live, former }) in &self.entries {
            let is_switched = match (former, left) {
                (None, _) | (_, Left::Everything) => true,
                (_, Left::Nothing) => false,
                (_, Left::Some(_)) => numbers.is_heads(),
            };
            let inode = if is_switched { live.as_ref() } else { former.as_ref().and_then(Option::as_ref) };
            if let Some(inode) = inode {
                let bytes = inode.left(left, &mut numbers);
                let inode = Inode { durable: bytes.clone(), bytes, unsynced: Vec::new() };
                entries.insert(name.clone(), Entry { live: Some(inode), former: None });
            }
        }
        Self { entries, ..Self::default() }
    }

    /// Counts a change. What goes wrong with it, if anything does.
    fn count(&mut self) -> Result<Option<Fault>> {
        if self.is_dead {
            return Err(ffi::SQLITE_IOERR);
        }
        let number = self.changes;
        self.changes += 1;
        let Some((at, fault)) = self.fault else { return Ok(None) };
        let is_hit = if fault == Fault::Once { number == at } else { number >= at };
        if !is_hit {
            return Ok(None);
        }
        self.is_hit = true;
        if fault == Fault::PowerCut {
            self.is_dead = true;
            return Err(ffi::SQLITE_IOERR);
        }
        Ok(Some(fault))
    }

    fn live(&mut self, name: &str) -> Result<&mut Inode> {
        self.entries.get_mut(name).and_then(|entry| entry.live.as_mut()).ok_or(ffi::SQLITE_IOERR)
    }

    pub(crate) fn exists(&self, name: &str) -> bool {
        self.entries.get(name).is_some_and(|entry| entry.live.is_some())
    }

    pub(crate) fn create(&mut self, name: &str) -> Result<()> {
        if self.exists(name) {
            return if self.is_dead { Err(ffi::SQLITE_CANTOPEN) } else { Ok(()) };
        }
        if matches!(self.count()?, Some(Fault::Once | Fault::Always)) {
            return Err(ffi::SQLITE_CANTOPEN);
        }
        let entry = self.entries.entry(name.to_owned()).or_default();
        if entry.former.is_none() {
            entry.former = Some(None);
        }
        entry.live = Some(Inode::default());
        Ok(())
    }

    pub(crate) fn delete(&mut self, name: &str, is_folder_synced: bool) -> Result<()> {
        if !self.exists(name) {
            return Err(ffi::SQLITE_IOERR_DELETE_NOENT);
        }
        if matches!(self.count()?, Some(Fault::Once | Fault::Always)) {
            return Err(ffi::SQLITE_IOERR_DELETE);
        }
        if let Some(entry) = self.entries.get_mut(name) {
            let live = entry.live.take();
            if entry.former.is_none() {
                entry.former = Some(live);
            }
        }
        if is_folder_synced {
            self.sync_folder();
        }
        Ok(())
    }

    /// Up to so many bytes from there.
    pub(crate) fn read(&mut self, name: &str, at: usize, length: usize) -> Result<Vec<u8>> {
        if self.is_dead {
            return Err(ffi::SQLITE_IOERR_READ);
        }
        let bytes = &self.live(name)?.bytes;
        let from = at.min(bytes.len());
        Ok(bytes[from..bytes.len().min(at + length)].to_vec())
    }

    pub(crate) fn write(&mut self, name: &str, at: usize, bytes: &[u8]) -> Result<()> {
        let fault = self.count()?;
        let inode = self.live(name)?;
        let is_more = at + bytes.len() > inode.bytes.len();
        match fault {
            Some(Fault::Full) if !is_more => {}
            Some(fault) => {
                inode.change(Change::Write { at, bytes: bytes[..bytes.len() / 2].to_vec() });
                return Err(if fault == Fault::Full { ffi::SQLITE_FULL } else { ffi::SQLITE_IOERR_WRITE });
            }
            None => {}
        }
        inode.change(Change::Write { at, bytes: bytes.to_vec() });
        Ok(())
    }

    pub(crate) fn truncate(&mut self, name: &str, length: usize) -> Result<()> {
        if matches!(self.count()?, Some(Fault::Once | Fault::Always)) {
            return Err(ffi::SQLITE_IOERR_TRUNCATE);
        }
        self.live(name)?.change(Change::Truncate(length));
        Ok(())
    }

    /// The first sync of a file that was made syncs the folder too, as SQLite has its journals do.
    pub(crate) fn sync(&mut self, name: &str) -> Result<()> {
        let fault = self.count()?;
        let inode = self.live(name)?;
        if matches!(fault, Some(Fault::Once | Fault::Always)) {
            // Kernels take it for written all the same.
            inode.unsynced.clear();
            return Err(ffi::SQLITE_IOERR_FSYNC);
        }
        inode.sync();
        let is_journal = name.ends_with("-journal") || name.ends_with("-wal");
        if is_journal && self.entries.get(name).is_some_and(|entry| entry.former.is_some()) {
            self.sync_folder();
        }
        Ok(())
    }

    fn sync_folder(&mut self) {
        self.entries.values_mut().for_each(|entry| entry.former = None);
        self.entries.retain(|_, entry| entry.live.is_some());
    }

    pub(crate) fn size(&mut self, name: &str) -> Result<usize> {
        Ok(self.live(name)?.bytes.len())
    }
}
