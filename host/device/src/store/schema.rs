//! The file's tables, and how older files become newer ones.
//!
//! Keys and contents are bytes, compared as such; contents are canonical ([`lockstep_model::canonical`]).

use rusqlite::Connection;

use super::StoreError;

/// Marks the file as one of ours: `LKSD`.
const APPLICATION: i32 = 0x4c4b_5344;

/// Each takes the file one version further. A migration that was released is never changed.
const MIGRATIONS: &[&str] = &["
-- Single values by name: cookies, counters, who is signed in.
CREATE TABLE meta (name TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;

-- Records as the server has them; without content they are deleted.
CREATE TABLE records (
    plugin TEXT NOT NULL, entity TEXT NOT NULL, key BLOB NOT NULL, content BLOB,
    PRIMARY KEY (plugin, entity, key));
-- Records as pending operations leave them.
CREATE TABLE overlay_records (
    plugin TEXT NOT NULL, entity TEXT NOT NULL, key BLOB NOT NULL, content BLOB,
    PRIMARY KEY (plugin, entity, key));

-- Rows of fed tables. An empty company is the shared one.
CREATE TABLE rows (
    plugin TEXT NOT NULL, tbl TEXT NOT NULL, key BLOB NOT NULL, company BLOB NOT NULL, content BLOB NOT NULL,
    PRIMARY KEY (plugin, tbl, key, company)) WITHOUT ROWID;
-- Which tables are here, or not, whole.
CREATE TABLE tables (
    plugin TEXT NOT NULL, tbl TEXT NOT NULL, is_here INTEGER NOT NULL,
    PRIMARY KEY (plugin, tbl)) WITHOUT ROWID;

-- The rows that records have in views, of those packages that `packages` names.
CREATE TABLE views (
    plugin TEXT NOT NULL, tbl TEXT NOT NULL, key BLOB NOT NULL, company BLOB NOT NULL, record BLOB NOT NULL,
    entity TEXT NOT NULL, content BLOB NOT NULL,
    PRIMARY KEY (plugin, tbl, key, company, record)) WITHOUT ROWID;
CREATE INDEX views_of_record ON views (plugin, entity, record);
CREATE TABLE overlay_views (
    plugin TEXT NOT NULL, tbl TEXT NOT NULL, key BLOB NOT NULL, company BLOB NOT NULL, record BLOB NOT NULL,
    entity TEXT NOT NULL, content BLOB NOT NULL,
    PRIMARY KEY (plugin, tbl, key, company, record)) WITHOUT ROWID;
CREATE INDEX overlay_views_of_record ON overlay_views (plugin, entity, record);
CREATE TABLE packages (plugin TEXT PRIMARY KEY, digest BLOB NOT NULL) WITHOUT ROWID;

-- What the device has made. Stages: 0 its effect is overlaid, 1 the server's records have it, 2 it has none.
CREATE TABLE messages (
    sequence INTEGER PRIMARY KEY, content BLOB NOT NULL, is_operation INTEGER NOT NULL, stage INTEGER NOT NULL,
    made_at INTEGER NOT NULL,
    -- 0 accepted, 1 rebased, 2 rejected, 3 parked
    verdict_kind INTEGER, verdict BLOB, decided_at INTEGER,
    -- The pull that brings what a good verdict has done.
    settled_by INTEGER,
    -- What came of the last replay, as a verdict; none: it does what it did.
    standing BLOB);
CREATE INDEX overlaid_messages ON messages (sequence) WHERE stage = 0;
-- Which records a message has written at the device.
CREATE TABLE writes (
    plugin TEXT NOT NULL, entity TEXT NOT NULL, key BLOB NOT NULL, sequence INTEGER NOT NULL,
    PRIMARY KEY (plugin, entity, key, sequence)) WITHOUT ROWID;
CREATE INDEX writes_of_message ON writes (sequence);
-- Rejected operations. Resolved by a message of this sequence; 0: the user has seen it.
CREATE TABLE inbox (sequence INTEGER PRIMARY KEY, resolved_by INTEGER);

-- Pages of a pull that is not whole yet.
CREATE TABLE staging (number INTEGER PRIMARY KEY, page BLOB NOT NULL);
"];

/// The newest version.
#[cfg(test)]
pub(crate) const VERSION: u32 = MIGRATIONS.len() as u32;

/// Brings the file to the newest version.
pub(crate) fn migrate(connection: &mut Connection) -> Result<(), StoreError> {
    migrate_by(connection, MIGRATIONS)
}

fn migrate_by(connection: &mut Connection, migrations: &[&str]) -> Result<(), StoreError> {
    let newest = migrations.len() as u32;
    let number = |connection: &Connection, pragma: &str| {
        connection.query_row(&format!("PRAGMA {pragma}"), [], |row| row.get::<_, i32>(0))
    };
    let transaction = connection.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
    let found = u32::try_from(number(&transaction, "user_version")?).unwrap_or(u32::MAX);
    let application = number(&transaction, "application_id")?;
    let tables: i64 = transaction.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    if application != APPLICATION && (application != 0 || tables != 0) {
        return Err(StoreError::NotOurs);
    }
    if found > newest {
        return Err(StoreError::Newer { found, known: newest });
    }
    for migration in &migrations[found as usize..] {
        transaction.execute_batch(migration)?;
    }
    if found < newest {
        transaction
            .execute_batch(&format!("PRAGMA user_version = {newest}; PRAGMA application_id = {APPLICATION};"))?;
    }
    transaction.commit()?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use lockstep_model::Digest;

    use super::*;

    /// What files in the field were made with.
    const RELEASED: &[&str] = &["2a980ac74138d5ec8463afe5209458af56e935e4fef637a96a86183b297ee4e4"];

    #[test]
    fn a_migration_that_was_released_stays_as_it_is() {
        let digests: Vec<_> = MIGRATIONS.iter().map(|migration| Digest::of(migration.as_bytes()).to_string()).collect();
        assert_eq!(digests, RELEASED, "write another migration in place of changing one");
    }

    #[test]
    fn an_older_file_becomes_a_newer_one_and_keeps_what_it_holds() {
        let file = tempfile::NamedTempFile::new().expect("a file");
        let mut connection = Connection::open(file.path()).expect("it opens");
        migrate_by(&mut connection, MIGRATIONS).expect("a new file");
        connection.execute("INSERT INTO meta VALUES ('device', x'6431')", []).expect("written");
        // A later program has one migration more, one after it two.
        let one = [MIGRATIONS, &["CREATE TABLE later (x); INSERT INTO later SELECT value FROM meta;"]].concat();
        let two = [&*one, &["ALTER TABLE later ADD COLUMN y DEFAULT 7;"]].concat();
        let later = |connection: &Connection| {
            connection
                .query_row("SELECT x, y FROM later", [], |row| Ok((row.get::<_, Vec<u8>>(0)?, row.get::<_, i64>(1)?)))
        };
        migrate_by(&mut connection, &two).expect("both at once");
        assert_eq!(later(&connection), Ok((b"d1".to_vec(), 7)));
        migrate_by(&mut connection, &two).expect("nothing to do");
        assert_eq!(later(&connection), Ok((b"d1".to_vec(), 7)));
        // The older program leaves it alone, and says why.
        let refused = migrate_by(&mut connection, MIGRATIONS).expect_err("refused");
        assert!(refused.to_string().contains("update the program"), "{refused}");
        let known = MIGRATIONS.len() as u32;
        assert!(matches!(refused, StoreError::Newer { found, known: k } if found == known + 2 && k == known));
    }

    #[test]
    fn a_migration_that_fails_changes_nothing() {
        let file = tempfile::NamedTempFile::new().expect("a file");
        let mut connection = Connection::open(file.path()).expect("it opens");
        migrate_by(&mut connection, MIGRATIONS).expect("a new file");
        let wrong = [MIGRATIONS, &["CREATE TABLE later (x);", "INSERT INTO nowhere VALUES (1);"]].concat();
        migrate_by(&mut connection, &wrong).expect_err("it fails");
        let found: i64 = connection
            .query_row("SELECT count(*) FROM sqlite_schema WHERE name = 'later'", [], |row| row.get(0))
            .expect("it can be read");
        assert_eq!(found, 0);
        migrate_by(&mut connection, MIGRATIONS).expect("it is as it was");
    }
}
