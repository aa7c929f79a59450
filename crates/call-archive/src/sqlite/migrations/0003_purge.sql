-- What is refused for good, what must be kept, and what was erased. The first three tables say the
-- same as the file `tombstones` beside the database.

-- People, as keyed hashes of an address or a user's id: calls that started before are refused.
CREATE TABLE people_tombstones (
    tenant TEXT NOT NULL,
    hash   TEXT NOT NULL,
    erased INTEGER NOT NULL,
    PRIMARY KEY (tenant, hash)
) STRICT;

-- Calls that started before are refused; `workspace` is empty for all of them.
CREATE TABLE floors (
    tenant    TEXT NOT NULL,
    workspace TEXT NOT NULL,
    before    INTEGER NOT NULL,
    PRIMARY KEY (tenant, workspace)
) STRICT;

-- Legal holds; a person stands here as keyed hash or as a user's id.
CREATE TABLE holds (
    tenant   TEXT NOT NULL,
    name     TEXT NOT NULL,
    kind     TEXT NOT NULL,
    value    TEXT NOT NULL,
    since    INTEGER NOT NULL,
    released INTEGER,
    PRIMARY KEY (tenant, name)
) STRICT;

CREATE TABLE receipts (
    position     INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    tenant       TEXT NOT NULL,
    id           TEXT NOT NULL UNIQUE,
    kind         TEXT NOT NULL,
    reason       TEXT NOT NULL,
    actor        TEXT NOT NULL,
    target       TEXT,
    before       INTEGER,
    begun        INTEGER NOT NULL,
    calls        INTEGER NOT NULL,
    with_text    INTEGER NOT NULL,
    sentences    INTEGER NOT NULL,
    kept_by_hold INTEGER NOT NULL,
    finished     INTEGER,
    unreached    TEXT NOT NULL
) STRICT;

-- Calls that a receipt still waits for.
CREATE TABLE purged (
    tenant  TEXT NOT NULL,
    call    TEXT NOT NULL,
    receipt TEXT NOT NULL,
    PRIMARY KEY (tenant, call, receipt)
) STRICT;
CREATE INDEX purged_by_receipt ON purged (tenant, receipt);
