-- Digests are 32 bytes, times milliseconds since 1970 in UTC, contents canonical bytes. An empty company is the shared
-- scope. `sequence` counts the changes of a scope from 1, without holes. Texts are compared by code point.
CREATE TABLE lockstep.mirror (
    one smallint PRIMARY KEY CHECK (one = 1),
    epoch bytea NOT NULL CHECK (length(epoch) = 16),
    secret bytea NOT NULL CHECK (length(secret) = 32),
    -- The key of the environment whose mirror it is.
    owner text COLLATE "C"
);

CREATE TABLE lockstep.scope (
    company text COLLATE "C" PRIMARY KEY,
    last bigint NOT NULL
);

-- Without content: it was deleted.
CREATE TABLE lockstep.record (
    plugin text COLLATE "C" NOT NULL,
    entity text COLLATE "C" NOT NULL,
    key text COLLATE "C" NOT NULL,
    company text COLLATE "C" NOT NULL,
    sequence bigint NOT NULL,
    content bytea,
    PRIMARY KEY (plugin, entity, key)
);
CREATE UNIQUE INDEX record_by_sequence ON lockstep.record (company, sequence);

-- Without content: it is gone.
CREATE TABLE lockstep.fed_row (
    plugin text COLLATE "C" NOT NULL,
    name text COLLATE "C" NOT NULL,
    key text COLLATE "C" NOT NULL,
    company text COLLATE "C" NOT NULL,
    sequence bigint NOT NULL,
    content bytea,
    PRIMARY KEY (plugin, name, key, company)
);
CREATE UNIQUE INDEX fed_row_by_sequence ON lockstep.fed_row (company, sequence);

-- Its changes are those of the shared scope.
CREATE TABLE lockstep.fed_table (
    plugin text COLLATE "C" NOT NULL,
    name text COLLATE "C" NOT NULL,
    sequence bigint NOT NULL UNIQUE,
    is_here boolean NOT NULL,
    PRIMARY KEY (plugin, name)
);

-- The views of each plugin's current package, by the digest of what defines their rows.
CREATE TABLE lockstep.kept_view (
    plugin text COLLATE "C" NOT NULL,
    name text COLLATE "C" NOT NULL,
    definition bytea NOT NULL CHECK (length(definition) = 32),
    PRIMARY KEY (plugin, name)
);

CREATE TABLE lockstep.view_row (
    plugin text COLLATE "C" NOT NULL,
    name text COLLATE "C" NOT NULL,
    key text COLLATE "C" NOT NULL,
    company text COLLATE "C" NOT NULL,
    record text COLLATE "C" NOT NULL,
    content bytea NOT NULL,
    PRIMARY KEY (plugin, name, key, company, record)
);
CREATE INDEX view_row_by_record ON lockstep.view_row (plugin, record, name);

-- Every version that a record had, for those who follow.
CREATE TABLE lockstep.change (
    company text COLLATE "C" NOT NULL,
    sequence bigint NOT NULL,
    at bigint NOT NULL,
    plugin text COLLATE "C" NOT NULL,
    entity text COLLATE "C" NOT NULL,
    key text COLLATE "C" NOT NULL,
    content bytea,
    device text COLLATE "C",
    operation bigint,
    PRIMARY KEY (company, sequence)
);

-- `last` is the last message that was taken; `told` counts the verdicts that changed after they had been given.
CREATE TABLE lockstep.device (
    id text COLLATE "C" PRIMARY KEY,
    last bigint NOT NULL,
    told bigint NOT NULL
);

-- Messages. `instead_of` is what an operation replaces or a discard gives up, `waits_for` the cause of a parked one.
CREATE TABLE lockstep.operation (
    device text COLLATE "C" NOT NULL,
    sequence bigint NOT NULL,
    message bytea NOT NULL,
    is_discard boolean NOT NULL,
    outcome text COLLATE "C" NOT NULL CHECK (outcome IN ('accepted', 'rebased', 'rejected', 'parked')),
    verdict bytea NOT NULL,
    instead_of bigint,
    waits_for bigint,
    told bigint,
    sender text COLLATE "C" NOT NULL,
    identity text COLLATE "C" NOT NULL,
    received bigint NOT NULL,
    decided bigint NOT NULL,
    receipt text COLLATE "C",
    inputs text COLLATE "C",
    settled text COLLATE "C",
    PRIMARY KEY (device, sequence)
);
CREATE INDEX operation_instead_of ON lockstep.operation (device, instead_of) WHERE instead_of IS NOT NULL;
CREATE INDEX operation_waiting ON lockstep.operation (device, sequence) WHERE waits_for IS NOT NULL;
CREATE INDEX operation_told ON lockstep.operation (device, told) WHERE told IS NOT NULL;
CREATE INDEX operation_by_outcome ON lockstep.operation (outcome, received, device, sequence);

CREATE TABLE lockstep.number_sequence (
    plugin text COLLATE "C" NOT NULL,
    entity text COLLATE "C" NOT NULL,
    field text COLLATE "C" NOT NULL,
    company text COLLATE "C" NOT NULL,
    last bigint NOT NULL,
    PRIMARY KEY (plugin, entity, field, company)
);
