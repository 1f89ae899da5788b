-- Digests are 32 bytes, times milliseconds since 1970 in UTC, contents canonical bytes. An empty company is the shared
-- scope. `sequence` counts the changes of a scope from 1, without holes.
CREATE TABLE mirror (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    epoch BLOB NOT NULL CHECK (length(epoch) = 16),
    secret BLOB NOT NULL CHECK (length(secret) = 32)
) STRICT;

CREATE TABLE scope (
    company TEXT PRIMARY KEY,
    last INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Without content: it was deleted.
CREATE TABLE record (
    plugin TEXT NOT NULL,
    entity TEXT NOT NULL,
    key TEXT NOT NULL,
    company TEXT NOT NULL,
    sequence INTEGER NOT NULL,
    content BLOB,
    PRIMARY KEY (plugin, entity, key)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX record_by_sequence ON record (company, sequence);

-- Without content: it is gone.
CREATE TABLE fed_row (
    plugin TEXT NOT NULL,
    name TEXT NOT NULL,
    key TEXT NOT NULL,
    company TEXT NOT NULL,
    sequence INTEGER NOT NULL,
    content BLOB,
    PRIMARY KEY (plugin, name, key, company)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX fed_row_by_sequence ON fed_row (company, sequence);

-- Its changes are those of the shared scope.
CREATE TABLE fed_table (
    plugin TEXT NOT NULL,
    name TEXT NOT NULL,
    sequence INTEGER NOT NULL UNIQUE,
    is_here INTEGER NOT NULL CHECK (is_here IN (0, 1)),
    PRIMARY KEY (plugin, name)
) STRICT, WITHOUT ROWID;

-- The views of each plugin's current package, by the digest of what defines their rows.
CREATE TABLE view (
    plugin TEXT NOT NULL,
    name TEXT NOT NULL,
    definition BLOB NOT NULL,
    PRIMARY KEY (plugin, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE view_row (
    plugin TEXT NOT NULL,
    name TEXT NOT NULL,
    key TEXT NOT NULL,
    company TEXT NOT NULL,
    record TEXT NOT NULL,
    content BLOB NOT NULL,
    PRIMARY KEY (plugin, name, key, company, record)
) STRICT, WITHOUT ROWID;
CREATE INDEX view_row_by_record ON view_row (plugin, record, name);

-- Every version that a record had, for those who follow.
CREATE TABLE change (
    company TEXT NOT NULL,
    sequence INTEGER NOT NULL,
    at INTEGER NOT NULL,
    plugin TEXT NOT NULL,
    entity TEXT NOT NULL,
    key TEXT NOT NULL,
    content BLOB,
    device TEXT,
    operation INTEGER,
    PRIMARY KEY (company, sequence)
) STRICT, WITHOUT ROWID;

-- `last` is the last message that was taken; `told` counts the verdicts that changed after they had been given.
CREATE TABLE device (
    id TEXT PRIMARY KEY,
    last INTEGER NOT NULL,
    told INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Messages. `instead_of` is what an operation replaces or a discard gives up, `waits_for` the cause of a parked one.
CREATE TABLE operation (
    device TEXT NOT NULL,
    sequence INTEGER NOT NULL,
    message BLOB NOT NULL,
    is_discard INTEGER NOT NULL,
    outcome TEXT NOT NULL CHECK (outcome IN ('accepted', 'rebased', 'rejected', 'parked')),
    verdict BLOB NOT NULL,
    instead_of INTEGER,
    waits_for INTEGER,
    told INTEGER,
    user TEXT NOT NULL,
    identity TEXT NOT NULL,
    received INTEGER NOT NULL,
    decided INTEGER NOT NULL,
    receipt TEXT,
    inputs TEXT,
    settled TEXT,
    PRIMARY KEY (device, sequence)
) STRICT, WITHOUT ROWID;
CREATE INDEX operation_instead_of ON operation (device, instead_of) WHERE instead_of IS NOT NULL;
CREATE INDEX operation_waiting ON operation (device, sequence) WHERE waits_for IS NOT NULL;
CREATE INDEX operation_told ON operation (device, told) WHERE told IS NOT NULL;
CREATE INDEX operation_by_outcome ON operation (outcome, received, device, sequence);

CREATE TABLE number_sequence (
    plugin TEXT NOT NULL,
    entity TEXT NOT NULL,
    field TEXT NOT NULL,
    company TEXT NOT NULL,
    last INTEGER NOT NULL,
    PRIMARY KEY (plugin, entity, field, company)
) STRICT, WITHOUT ROWID;
