-- Every column is classed in classes.rs: clear, sealed or wrapped, and erased with what.
-- Times are microseconds since 1970. Sealed values are described in seal.rs.

CREATE TABLE meta (
    name  TEXT NOT NULL PRIMARY KEY,
    value INTEGER NOT NULL
) STRICT;

-- The key-encryption keys that open this archive, each with a value that only it opens.
CREATE TABLE keks (
    id          TEXT NOT NULL PRIMARY KEY,
    check_value BLOB NOT NULL,
    created     INTEGER NOT NULL
) STRICT;

-- Keys of a tenant, wrapped by a key-encryption key: `data` wraps keys of calls, `hash` hashes.
CREATE TABLE deks (
    tenant  TEXT NOT NULL,
    purpose TEXT NOT NULL,
    version INTEGER NOT NULL,
    id      TEXT NOT NULL,
    kek     TEXT NOT NULL,
    wrapped BLOB NOT NULL,
    created INTEGER NOT NULL,
    PRIMARY KEY (tenant, purpose, version)
) STRICT;

CREATE TABLE calls (
    tenant        TEXT NOT NULL,
    id            TEXT NOT NULL,
    source        TEXT NOT NULL,
    workspace     TEXT,
    started       INTEGER NOT NULL,
    scheduled     INTEGER,
    duration      INTEGER,
    direction     TEXT,
    scope         TEXT,
    language      TEXT,
    is_private    INTEGER NOT NULL,
    primary_user  TEXT,
    revision      INTEGER NOT NULL,
    text_revision INTEGER,
    text_hash     TEXT,
    facts_hash    TEXT NOT NULL,
    record_hash   TEXT NOT NULL,
    text_state    TEXT NOT NULL,
    pending_since INTEGER,
    missing_since INTEGER,
    is_partial    INTEGER NOT NULL,
    is_shell      INTEGER NOT NULL,
    erasing       TEXT,
    stored        INTEGER NOT NULL,
    title         BLOB,
    details       BLOB,
    raw           BLOB,
    PRIMARY KEY (tenant, id)
) STRICT;
CREATE INDEX calls_by_start ON calls (tenant, started, id);

CREATE TABLE call_keys (
    tenant  TEXT NOT NULL,
    call    TEXT NOT NULL,
    dek     INTEGER NOT NULL,
    wrapped BLOB NOT NULL,
    PRIMARY KEY (tenant, call)
) STRICT;

CREATE TABLE transcripts (
    tenant        TEXT NOT NULL,
    call          TEXT NOT NULL,
    text_revision INTEGER NOT NULL,
    utterances    INTEGER NOT NULL,
    sentences     INTEGER NOT NULL,
    text          BLOB NOT NULL,
    PRIMARY KEY (tenant, call, text_revision)
) STRICT;

CREATE TABLE parties (
    tenant     TEXT NOT NULL,
    call       TEXT NOT NULL,
    position   INTEGER NOT NULL,
    party      TEXT NOT NULL,
    speaker    TEXT,
    user_id    TEXT,
    side       TEXT NOT NULL,
    email_hash TEXT,
    phone_hash TEXT,
    domain     TEXT,
    person     BLOB,
    PRIMARY KEY (tenant, call, position)
) STRICT;
CREATE INDEX parties_by_user ON parties (tenant, user_id, call) WHERE user_id IS NOT NULL;
CREATE INDEX parties_by_email ON parties (tenant, email_hash, call) WHERE email_hash IS NOT NULL;

CREATE TABLE call_links (
    tenant  TEXT NOT NULL,
    call    TEXT NOT NULL,
    kind    TEXT NOT NULL,
    id      TEXT NOT NULL,
    made_by TEXT NOT NULL,
    PRIMARY KEY (tenant, call, kind, id)
) STRICT;
CREATE INDEX call_links_by_id ON call_links (tenant, kind, id, call);

CREATE TABLE indexes (
    position INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    tenant   TEXT NOT NULL,
    id       TEXT NOT NULL UNIQUE,
    space    TEXT NOT NULL,
    created  INTEGER NOT NULL
) STRICT;

CREATE TABLE indexed (
    tenant        TEXT NOT NULL,
    index_id      TEXT NOT NULL,
    call          TEXT NOT NULL,
    text_revision INTEGER NOT NULL,
    facts_hash    TEXT NOT NULL,
    passages      INTEGER NOT NULL,
    previous      INTEGER,
    moved_at      INTEGER NOT NULL,
    PRIMARY KEY (tenant, index_id, call)
) STRICT;
CREATE INDEX indexed_by_call ON indexed (tenant, call);

-- One job per kind, call and index; `index_id` is empty for a job of no index.
CREATE TABLE jobs (
    id          INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    tenant      TEXT NOT NULL,
    kind        TEXT NOT NULL,
    call        TEXT NOT NULL,
    index_id    TEXT NOT NULL,
    actor       TEXT,
    state       TEXT NOT NULL,
    not_before  INTEGER NOT NULL,
    failed      INTEGER NOT NULL,
    abandoned   INTEGER NOT NULL,
    fence       INTEGER NOT NULL,
    lease_until INTEGER,
    error_class TEXT,
    created     INTEGER NOT NULL,
    UNIQUE (tenant, kind, call, index_id)
) STRICT;
CREATE INDEX jobs_by_time ON jobs (tenant, state, not_before, id);
CREATE INDEX jobs_by_call ON jobs (tenant, call);

-- The same calls as in the file `tombstones` beside the database.
CREATE TABLE tombstones (
    tenant  TEXT NOT NULL,
    hash    TEXT NOT NULL,
    created INTEGER NOT NULL,
    PRIMARY KEY (tenant, hash)
) STRICT;

CREATE TABLE checkpoints (
    tenant TEXT NOT NULL,
    name   TEXT NOT NULL,
    value  TEXT NOT NULL,
    PRIMARY KEY (tenant, name)
) STRICT;

INSERT INTO meta (name, value) VALUES ('counter', 0);
