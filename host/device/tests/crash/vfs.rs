//! SQLite's way to the disks in memory: a virtual file system (<https://sqlite.org/vfs.html>) that all connections of this
//! program use. A file's path is `/DISK/NAME`; only one connection at a time uses a file.

use std::{
    collections::BTreeMap,
    ffi::{CStr, c_char, c_int, c_void},
    mem, ptr, slice,
    sync::{Arc, Mutex, MutexGuard, Once, PoisonError},
};

use rusqlite::ffi::{self, sqlite3_file, sqlite3_int64, sqlite3_io_methods, sqlite3_vfs};

use super::disk::Disk;

/// Disks by their names.
static DISKS: Mutex<BTreeMap<String, Shared>> = Mutex::new(BTreeMap::new());

type Shared = Arc<Mutex<Disk>>;

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Works with the disk of this name, which there is from the first use on.
pub(crate) fn with<T>(name: &str, work: impl FnOnce(&mut Disk) -> T) -> T {
    install();
    let disk = lock(&DISKS).entry(name.to_owned()).or_default().clone();
    let mut disk = lock(&disk);
    work(&mut disk)
}

/// Takes a disk away.
pub(crate) fn remove(name: &str) {
    lock(&DISKS).remove(name);
}

/// What SQLite holds of an open file.
#[repr(C)]
struct Handle {
    base: sqlite3_file,
    open: *mut Open,
}

struct Open {
    /// None: a temporary file, of which no disk knows.
    disk: Option<(Shared, String)>,
    temporary: Vec<u8>,
    /// The write-ahead log's index, which is in memory alone.
    index: Vec<Box<[u64]>>,
}

impl Open {
    fn size(&self) -> Result<usize, c_int> {
        match &self.disk {
            Some((disk, name)) => lock(disk).size(name),
            None => Ok(self.temporary.len()),
        }
    }
}

/// Makes the file system the one that SQLite uses unless told otherwise.
fn install() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        // SAFETY: the library is initialised by the call; what it gives lives as long as the program.
        let usual = unsafe { ffi::sqlite3_vfs_find(ptr::null()) };
        assert!(!usual.is_null(), "SQLite has a file system");
        // SAFETY: it was found, and is never unregistered. Its functions for time, randomness and sleep are used as they
        // are: they look at nothing of the structure that they are given.
        let usual = unsafe { &*usual };
        let vfs = sqlite3_vfs {
            iVersion: 1,
            szOsFile: mem::size_of::<Handle>() as c_int,
            mxPathname: 512,
            pNext: ptr::null_mut(),
            zName: c"crash".as_ptr(),
            pAppData: ptr::null_mut(),
            xOpen: Some(open),
            xDelete: Some(delete),
            xAccess: Some(access),
            xFullPathname: Some(full_path_name),
            xDlOpen: None,
            xDlError: None,
            xDlSym: None,
            xDlClose: None,
            xRandomness: usual.xRandomness,
            xSleep: usual.xSleep,
            xCurrentTime: usual.xCurrentTime,
            xGetLastError: None,
            xCurrentTimeInt64: None,
            xSetSystemCall: None,
            xGetSystemCall: None,
            xNextSystemCall: None,
        };
        // SAFETY: it is complete for version 1, and leaked, so that it stays.
        let code = unsafe { ffi::sqlite3_vfs_register(Box::leak(Box::new(vfs)), 1) };
        assert_eq!(code, ffi::SQLITE_OK);
    });
}

static METHODS: sqlite3_io_methods = sqlite3_io_methods {
    iVersion: 2,
    xClose: Some(close),
    xRead: Some(read),
    xWrite: Some(write),
    xTruncate: Some(truncate),
    xSync: Some(sync),
    xFileSize: Some(file_size),
    xLock: Some(lock_file),
    xUnlock: Some(lock_file),
    xCheckReservedLock: Some(check_reserved_lock),
    xFileControl: Some(file_control),
    xSectorSize: Some(sector_size),
    xDeviceCharacteristics: Some(device_characteristics),
    xShmMap: Some(index_map),
    xShmLock: Some(index_lock),
    xShmBarrier: Some(index_barrier),
    xShmUnmap: Some(index_unmap),
    xFetch: None,
    xUnfetch: None,
};

/// The disk and the name in a path.
fn place(path: *const c_char) -> Option<(Shared, String)> {
    // SAFETY: SQLite gives paths that end with a zero.
    let path = unsafe { CStr::from_ptr(path) }.to_str().ok()?;
    let (disk, name) = path.strip_prefix('/')?.split_once('/')?;
    Some((lock(&DISKS).get(disk)?.clone(), name.to_owned()))
}

fn code(done: Result<(), c_int>) -> c_int {
    done.err().unwrap_or(ffi::SQLITE_OK)
}

/// The file behind SQLite's handle.
///
/// # Safety
/// `file` was opened by [`open`] and not closed, and nothing else of it is borrowed.
unsafe fn opened<'a>(file: *mut sqlite3_file) -> &'a mut Open {
    // SAFETY: `open` has put it there, and SQLite uses a file from one thread at a time.
    unsafe { &mut *(*file.cast::<Handle>()).open }
}

unsafe extern "C" fn open(
    _: *mut sqlite3_vfs,
    path: *const c_char,
    file: *mut sqlite3_file,
    flags: c_int,
    out_flags: *mut c_int,
) -> c_int {
    // SAFETY: SQLite gives room for a handle. Without methods it does not close what could not be opened.
    unsafe { (*file).pMethods = ptr::null() };
    let disk = if path.is_null() {
        None
    } else {
        let Some((disk, name)) = place(path) else { return ffi::SQLITE_CANTOPEN };
        let is_there = lock(&disk).exists(&name);
        if !is_there && flags & ffi::SQLITE_OPEN_CREATE == 0 {
            return ffi::SQLITE_CANTOPEN;
        }
        if let Err(code) = lock(&disk).create(&name) {
            return code;
        }
        Some((disk, name))
    };
    let open = Box::into_raw(Box::new(Open { disk, temporary: Vec::new(), index: Vec::new() }));
    // SAFETY: as above; `close` takes the box back.
    unsafe {
        file.cast::<Handle>().write(Handle { base: sqlite3_file { pMethods: &raw const METHODS }, open });
        if !out_flags.is_null() {
            *out_flags = flags;
        }
    }
    ffi::SQLITE_OK
}

unsafe extern "C" fn close(file: *mut sqlite3_file) -> c_int {
    // SAFETY: `open` has made it, and SQLite closes a file once.
    drop(unsafe { Box::from_raw((*file.cast::<Handle>()).open) });
    ffi::SQLITE_OK
}

unsafe extern "C" fn read(file: *mut sqlite3_file, to: *mut c_void, length: c_int, at: sqlite3_int64) -> c_int {
    // SAFETY: SQLite gives an open file, and room for so many bytes.
    let (open, to) = unsafe { (opened(file), slice::from_raw_parts_mut(to.cast::<u8>(), length as usize)) };
    let (from, length) = (at as usize, to.len());
    let found = if let Some((disk, name)) = &open.disk {
        lock(disk).read(name, from, length)
    } else {
        let from = from.min(open.temporary.len());
        Ok(open.temporary[from..open.temporary.len().min(from + length)].to_vec())
    };
    let Ok(found) = found else { return ffi::SQLITE_IOERR_READ };
    to.fill(0);
    to[..found.len()].copy_from_slice(&found);
    if found.len() < length { ffi::SQLITE_IOERR_SHORT_READ } else { ffi::SQLITE_OK }
}

unsafe extern "C" fn write(file: *mut sqlite3_file, from: *const c_void, length: c_int, at: sqlite3_int64) -> c_int {
    // SAFETY: SQLite gives an open file, and so many bytes.
    let (open, bytes) = unsafe { (opened(file), slice::from_raw_parts(from.cast::<u8>(), length as usize)) };
    let at = at as usize;
    if let Some((disk, name)) = &open.disk {
        return code(lock(disk).write(name, at, bytes));
    }
    let end = at + bytes.len();
    if open.temporary.len() < end {
        open.temporary.resize(end, 0);
    }
    open.temporary[at..end].copy_from_slice(bytes);
    ffi::SQLITE_OK
}

unsafe extern "C" fn truncate(file: *mut sqlite3_file, size: sqlite3_int64) -> c_int {
    // SAFETY: SQLite gives an open file.
    let open = unsafe { opened(file) };
    if let Some((disk, name)) = &open.disk {
        return code(lock(disk).truncate(name, size as usize));
    }
    open.temporary.truncate(size as usize);
    ffi::SQLITE_OK
}

unsafe extern "C" fn sync(file: *mut sqlite3_file, _: c_int) -> c_int {
    // SAFETY: SQLite gives an open file.
    let open = unsafe { opened(file) };
    open.disk.as_ref().map_or(ffi::SQLITE_OK, |(disk, name)| code(lock(disk).sync(name)))
}

unsafe extern "C" fn file_size(file: *mut sqlite3_file, size: *mut sqlite3_int64) -> c_int {
    // SAFETY: SQLite gives an open file, and a place for its size.
    let (open, size) = unsafe { (opened(file), &mut *size) };
    code(open.size().map(|found| *size = found as sqlite3_int64))
}

unsafe extern "C" fn lock_file(_: *mut sqlite3_file, _: c_int) -> c_int {
    ffi::SQLITE_OK
}

unsafe extern "C" fn check_reserved_lock(_: *mut sqlite3_file, is_held: *mut c_int) -> c_int {
    // SAFETY: SQLite gives a place for the answer.
    unsafe { *is_held = 0 };
    ffi::SQLITE_OK
}

unsafe extern "C" fn file_control(_: *mut sqlite3_file, _: c_int, _: *mut c_void) -> c_int {
    ffi::SQLITE_NOTFOUND
}

unsafe extern "C" fn sector_size(_: *mut sqlite3_file) -> c_int {
    512
}

/// As on Linux: a write leaves what lies beside it alone.
unsafe extern "C" fn device_characteristics(_: *mut sqlite3_file) -> c_int {
    ffi::SQLITE_IOCAP_POWERSAFE_OVERWRITE
}

unsafe extern "C" fn index_map(
    file: *mut sqlite3_file,
    number: c_int,
    size: c_int,
    is_made: c_int,
    to: *mut *mut c_void,
) -> c_int {
    // SAFETY: SQLite gives an open file, and a place for the answer.
    let (open, to) = unsafe { (opened(file), &mut *to) };
    let number = number as usize;
    while is_made != 0 && open.index.len() <= number {
        open.index.push(vec![0; (size as usize).div_ceil(8)].into_boxed_slice());
    }
    // The regions stay where they are until the file is closed.
    *to = open.index.get_mut(number).map_or(ptr::null_mut(), |region| region.as_mut_ptr().cast());
    ffi::SQLITE_OK
}

unsafe extern "C" fn index_lock(_: *mut sqlite3_file, _: c_int, _: c_int, _: c_int) -> c_int {
    ffi::SQLITE_OK
}

unsafe extern "C" fn index_barrier(_: *mut sqlite3_file) {}

unsafe extern "C" fn index_unmap(file: *mut sqlite3_file, _: c_int) -> c_int {
    // SAFETY: SQLite gives an open file, and does not use its regions any more.
    unsafe { opened(file) }.index.clear();
    ffi::SQLITE_OK
}

unsafe extern "C" fn delete(_: *mut sqlite3_vfs, path: *const c_char, is_folder_synced: c_int) -> c_int {
    let Some((disk, name)) = place(path) else { return ffi::SQLITE_IOERR_DELETE };
    code(lock(&disk).delete(&name, is_folder_synced != 0))
}

unsafe extern "C" fn access(_: *mut sqlite3_vfs, path: *const c_char, _: c_int, is_there: *mut c_int) -> c_int {
    let found = place(path).is_some_and(|(disk, name)| {
        let mut disk = lock(&disk);
        // Of an empty journal SQLite's own file systems say that there is none.
        disk.exists(&name) && disk.size(&name) != Ok(0)
    });
    // SAFETY: SQLite gives a place for the answer.
    unsafe { *is_there = c_int::from(found) };
    ffi::SQLITE_OK
}

unsafe extern "C" fn full_path_name(_: *mut sqlite3_vfs, path: *const c_char, room: c_int, to: *mut c_char) -> c_int {
    // SAFETY: SQLite gives a path that ends with a zero, and room for so many bytes.
    unsafe {
        let path = CStr::from_ptr(path).to_bytes_with_nul();
        if path.len() > room as usize {
            return ffi::SQLITE_CANTOPEN;
        }
        ptr::copy_nonoverlapping(path.as_ptr().cast(), to, path.len());
    }
    ffi::SQLITE_OK
}
