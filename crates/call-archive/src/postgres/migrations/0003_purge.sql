-- What is refused for good, what must be kept, and what was erased. The first three tables say the
-- same as the file `tombstones` beside the database.

-- People, as keyed hashes of an address or a user's id: calls that started before are refused.
CREATE TABLE people_tombstones (
    tenant TEXT COLLATE "C" NOT NULL,
    hash   TEXT COLLATE "C" NOT NULL,
    erased BIGINT NOT NULL,
    PRIMARY KEY (tenant, hash)
);

-- Calls that started before are refused; `workspace` is empty for all of them.
CREATE TABLE floors (
    tenant    TEXT COLLATE "C" NOT NULL,
    workspace TEXT COLLATE "C" NOT NULL,
    before    BIGINT NOT NULL,
    PRIMARY KEY (tenant, workspace)
);

-- Legal holds; a person stands here as keyed hash or as a user's id.
CREATE TABLE holds (
    tenant   TEXT COLLATE "C" NOT NULL,
    name     TEXT COLLATE "C" NOT NULL,
    kind     TEXT COLLATE "C" NOT NULL,
    value    TEXT COLLATE "C" NOT NULL,
    since    BIGINT NOT NULL,
    released BIGINT,
    PRIMARY KEY (tenant, name)
);

CREATE TABLE receipts (
    position     BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    tenant       TEXT COLLATE "C" NOT NULL,
    id           TEXT COLLATE "C" NOT NULL UNIQUE,
    kind         TEXT COLLATE "C" NOT NULL,
    reason       TEXT COLLATE "C" NOT NULL,
    actor        TEXT COLLATE "C" NOT NULL,
    target       TEXT COLLATE "C",
    before       BIGINT,
    begun        BIGINT NOT NULL,
    calls        BIGINT NOT NULL,
    with_text    BIGINT NOT NULL,
    sentences    BIGINT NOT NULL,
    kept_by_hold BIGINT NOT NULL,
    finished     BIGINT,
    unreached    TEXT COLLATE "C" NOT NULL
);

-- Calls that a receipt still waits for.
CREATE TABLE purged (
    tenant  TEXT COLLATE "C" NOT NULL,
    call    TEXT COLLATE "C" NOT NULL,
    receipt TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (tenant, call, receipt)
);
CREATE INDEX purged_by_receipt ON purged (tenant, receipt);
