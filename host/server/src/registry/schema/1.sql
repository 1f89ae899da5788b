-- Digests and key ids are hexadecimal digits, times milliseconds since 1970 in UTC, lists and maps JSON.
CREATE TABLE environment (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    name TEXT NOT NULL,
    revision INTEGER NOT NULL CHECK (revision >= 0),
    policy TEXT
) STRICT;

CREATE TABLE trusted_key (
    id TEXT PRIMARY KEY,
    publisher TEXT NOT NULL,
    public_key TEXT NOT NULL,
    trust TEXT NOT NULL CHECK (trust IN ('trusted', 'retired', 'revoked')),
    changed_by TEXT NOT NULL,
    changed INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- One for each content. `offered` is the revision at which it was last published, to whomever; `stable` the one at which
-- it was last published to all.
CREATE TABLE package (
    digest TEXT PRIMARY KEY,
    file TEXT NOT NULL,
    bytes INTEGER NOT NULL,
    name TEXT,
    version TEXT,
    publisher TEXT,
    key TEXT,
    signed INTEGER,
    state TEXT NOT NULL CHECK (state IN
        ('uploaded', 'validated', 'refused', 'applied', 'published', 'superseded', 'unpublished', 'withdrawn')),
    reasons TEXT NOT NULL,
    roles TEXT NOT NULL,
    requires TEXT NOT NULL,
    descriptor TEXT,
    float_free INTEGER,
    cases INTEGER NOT NULL,
    uploaded_by TEXT NOT NULL,
    uploaded INTEGER NOT NULL,
    changed INTEGER NOT NULL,
    offered INTEGER,
    stable INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX package_by_name ON package (name, state);
CREATE INDEX package_by_key ON package (key);

CREATE TABLE code (
    package TEXT NOT NULL REFERENCES package (digest),
    engine TEXT NOT NULL,
    digest TEXT NOT NULL,
    bytes INTEGER NOT NULL,
    PRIMARY KEY (package, engine)
) STRICT, WITHOUT ROWID;

-- What is offered, by name. A row with neither is not kept.
CREATE TABLE published (
    name TEXT PRIMARY KEY,
    stable TEXT UNIQUE REFERENCES package (digest),
    staged TEXT UNIQUE REFERENCES package (digest),
    rollout TEXT,
    CHECK (stable IS NOT NULL OR staged IS NOT NULL),
    CHECK (stable IS NOT staged),
    CHECK ((staged IS NULL) = (rollout IS NULL))
) STRICT, WITHOUT ROWID;

CREATE TABLE device (
    id TEXT PRIMARY KEY,
    user TEXT,
    engine TEXT,
    rings TEXT NOT NULL,
    seen INTEGER
) STRICT, WITHOUT ROWID;

CREATE TABLE audit (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    at INTEGER NOT NULL,
    actor TEXT NOT NULL,
    action TEXT NOT NULL,
    subject TEXT NOT NULL,
    name TEXT,
    version TEXT,
    detail TEXT,
    reason TEXT NOT NULL,
    revision INTEGER NOT NULL
) STRICT;
CREATE TRIGGER audit_is_not_changed BEFORE UPDATE ON audit BEGIN
    SELECT RAISE(ABORT, 'the audit log is not changed');
END;
CREATE TRIGGER audit_is_kept BEFORE DELETE ON audit BEGIN
    SELECT RAISE(ABORT, 'the audit log is kept');
END;
