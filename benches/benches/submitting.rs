//! How much longer does submitting an operation take than one bare commit of as many bytes?

use std::{collections::BTreeMap, path::Path, time::Instant};

use lockstep_benches::{
    crew::{Kit, Member, Work},
    figures::{Figure, Quantity, keep},
    site::Site,
    turns::take_long_turns,
};
use lockstep_engine::Profile;
use rusqlite::Connection;

/// Operations of each kind.
const TURNS: usize = 200;

fn main() -> anyhow::Result<()> {
    let site = Site::new()?;
    let mirror = site.fed()?;
    let mut figures = Vec::new();
    for profile in [Profile::Native, Profile::Portable] {
        let (kit, folder) = (Kit::new(&site.packages, profile)?, tempfile::tempdir_in(site.folder())?);
        let mut device = Member::new(0).open_in_sync(folder.path(), &kit, &mirror)?;
        let work = Work::new()?;
        let bytes = written_bytes(&mut device, &work, folder.path())?;
        let bare = bare(&folder.path().join("bare.sqlite"))?;
        let turns = take_long_turns(
            TURNS,
            || {
                // As it is done: what is submitted was seen before.
                let draft = work.draft(&device)?;
                device.show(&draft)?;
                let start = Instant::now();
                device.submit(&draft, "create", &BTreeMap::new(), &BTreeMap::new())?;
                Ok(start.elapsed())
            },
            || {
                let content = vec![7_u8; bytes];
                let start = Instant::now();
                bare.prepare_cached("INSERT INTO operation (content) VALUES (?1)")?.execute([content])?;
                Ok(start.elapsed())
            },
        )?;
        let (taken, bare) = (Quantity::Nanoseconds(turns.subject_ns), Quantity::Nanoseconds(turns.baseline_ns));
        figures.push(Figure::limited(
            &format!("submit, durably, beside one bare SQLite commit, {profile}"),
            Quantity::Times(turns.ratio),
            Quantity::Times(2.0),
            format!("{taken}; the same {bytes} bytes bare {bare}: an order of 5 lines"),
        ));
    }
    keep("submitting", &figures)
}

/// A database on the same disk, set up in the same way.
fn bare(path: &Path) -> anyhow::Result<Connection> {
    let connection = Connection::open(path)?;
    connection.execute_batch(
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;
         CREATE TABLE operation (sequence INTEGER PRIMARY KEY, content BLOB NOT NULL)",
    )?;
    Ok(connection)
}

/// How many bytes submitting stores, beside indexes and free room: the operation with its message, and what it makes of
/// its record.
fn written_bytes(device: &mut lockstep_device::Device, work: &Work, folder: &Path) -> anyhow::Result<usize> {
    let draft = work.draft(device)?;
    device.submit(&draft, "create", &BTreeMap::new(), &BTreeMap::new())?;
    let file = Connection::open_with_flags(folder.join("device.sqlite"), rusqlite::OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    let sum = |sql: &str| file.query_row(sql, [], |row| row.get::<_, i64>(0));
    let bytes =
        sum("SELECT sum(length(content)) FROM messages")? + sum("SELECT sum(length(content)) FROM overlay_records")?;
    Ok(usize::try_from(bytes)?)
}
