-- The same tables as in SQLite. Every column is classed in stored/classes.rs: clear, sealed or
-- wrapped, and erased with what. Times are microseconds since 1970. Sealed values are described in
-- stored/seal.rs. Texts are compared byte by byte, as everywhere else.

-- The one counter. Whoever writes locks its row first: writers take turns, as in SQLite.
CREATE TABLE meta (
    name  TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    value BIGINT NOT NULL
);

-- The key-encryption keys that open this archive, each with a value that only it opens.
CREATE TABLE keks (
    id          TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    check_value BYTEA NOT NULL,
    created     BIGINT NOT NULL
);

-- Keys of a tenant, wrapped by a key-encryption key: `data` wraps keys of calls, `hash` hashes.
CREATE TABLE deks (
    tenant  TEXT COLLATE "C" NOT NULL,
    purpose TEXT COLLATE "C" NOT NULL,
    version BIGINT NOT NULL,
    id      TEXT COLLATE "C" NOT NULL,
    kek     TEXT COLLATE "C" NOT NULL,
    wrapped BYTEA NOT NULL,
    created BIGINT NOT NULL,
    PRIMARY KEY (tenant, purpose, version)
);

CREATE TABLE calls (
    tenant        TEXT COLLATE "C" NOT NULL,
    id            TEXT COLLATE "C" NOT NULL,
    source        TEXT COLLATE "C" NOT NULL,
    workspace     TEXT COLLATE "C",
    started       BIGINT NOT NULL,
    scheduled     BIGINT,
    duration      BIGINT,
    direction     TEXT COLLATE "C",
    scope         TEXT COLLATE "C",
    language      TEXT COLLATE "C",
    is_private    BOOLEAN NOT NULL,
    primary_user  TEXT COLLATE "C",
    revision      BIGINT NOT NULL,
    text_revision BIGINT,
    text_hash     TEXT COLLATE "C",
    facts_hash    TEXT COLLATE "C" NOT NULL,
    record_hash   TEXT COLLATE "C" NOT NULL,
    text_state    TEXT COLLATE "C" NOT NULL,
    pending_since BIGINT,
    missing_since BIGINT,
    is_partial    BOOLEAN NOT NULL,
    is_shell      BOOLEAN NOT NULL,
    erasing       TEXT COLLATE "C",
    stored        BIGINT NOT NULL,
    title         BYTEA,
    details       BYTEA,
    raw           BYTEA,
    PRIMARY KEY (tenant, id)
);
CREATE INDEX calls_by_start ON calls (tenant, started, id);

CREATE TABLE call_keys (
    tenant  TEXT COLLATE "C" NOT NULL,
    call    TEXT COLLATE "C" NOT NULL,
    dek     BIGINT NOT NULL,
    wrapped BYTEA NOT NULL,
    PRIMARY KEY (tenant, call)
);

CREATE TABLE transcripts (
    tenant        TEXT COLLATE "C" NOT NULL,
    call          TEXT COLLATE "C" NOT NULL,
    text_revision BIGINT NOT NULL,
    utterances    BIGINT NOT NULL,
    sentences     BIGINT NOT NULL,
    text          BYTEA NOT NULL,
    PRIMARY KEY (tenant, call, text_revision)
);

CREATE TABLE parties (
    tenant     TEXT COLLATE "C" NOT NULL,
    call       TEXT COLLATE "C" NOT NULL,
    position   BIGINT NOT NULL,
    party      TEXT COLLATE "C" NOT NULL,
    speaker    TEXT COLLATE "C",
    user_id    TEXT COLLATE "C",
    side       TEXT COLLATE "C" NOT NULL,
    email_hash TEXT COLLATE "C",
    phone_hash TEXT COLLATE "C",
    domain     TEXT COLLATE "C",
    person     BYTEA,
    PRIMARY KEY (tenant, call, position)
);
CREATE INDEX parties_by_user ON parties (tenant, user_id, call) WHERE user_id IS NOT NULL;
CREATE INDEX parties_by_email ON parties (tenant, email_hash, call) WHERE email_hash IS NOT NULL;

CREATE TABLE call_links (
    tenant  TEXT COLLATE "C" NOT NULL,
    call    TEXT COLLATE "C" NOT NULL,
    kind    TEXT COLLATE "C" NOT NULL,
    id      TEXT COLLATE "C" NOT NULL,
    made_by TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (tenant, call, kind, id)
);
CREATE INDEX call_links_by_id ON call_links (tenant, kind, id, call);

CREATE TABLE indexes (
    position BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    tenant   TEXT COLLATE "C" NOT NULL,
    id       TEXT COLLATE "C" NOT NULL UNIQUE,
    space    TEXT COLLATE "C" NOT NULL,
    created  BIGINT NOT NULL
);

CREATE TABLE indexed (
    tenant        TEXT COLLATE "C" NOT NULL,
    index_id      TEXT COLLATE "C" NOT NULL,
    call          TEXT COLLATE "C" NOT NULL,
    text_revision BIGINT NOT NULL,
    facts_hash    TEXT COLLATE "C" NOT NULL,
    passages      BIGINT NOT NULL,
    previous      BIGINT,
    moved_at      BIGINT NOT NULL,
    PRIMARY KEY (tenant, index_id, call)
);
CREATE INDEX indexed_by_call ON indexed (tenant, call);

-- One job per kind, call and index; `index_id` is empty for a job of no index.
CREATE TABLE jobs (
    id          BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    tenant      TEXT COLLATE "C" NOT NULL,
    kind        TEXT COLLATE "C" NOT NULL,
    call        TEXT COLLATE "C" NOT NULL,
    index_id    TEXT COLLATE "C" NOT NULL,
    actor       TEXT COLLATE "C",
    state       TEXT COLLATE "C" NOT NULL,
    not_before  BIGINT NOT NULL,
    failed      BIGINT NOT NULL,
    abandoned   BIGINT NOT NULL,
    fence       BIGINT NOT NULL,
    lease_until BIGINT,
    error_class TEXT COLLATE "C",
    created     BIGINT NOT NULL,
    UNIQUE (tenant, kind, call, index_id)
);
CREATE INDEX jobs_by_time ON jobs (tenant, state, not_before, id);
CREATE INDEX jobs_by_call ON jobs (tenant, call);

-- The same calls as in the erase log outside of the database.
CREATE TABLE tombstones (
    tenant  TEXT COLLATE "C" NOT NULL,
    hash    TEXT COLLATE "C" NOT NULL,
    created BIGINT NOT NULL,
    PRIMARY KEY (tenant, hash)
);

CREATE TABLE checkpoints (
    tenant TEXT COLLATE "C" NOT NULL,
    name   TEXT COLLATE "C" NOT NULL,
    value  TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (tenant, name)
);

INSERT INTO meta (name, value) VALUES ('counter', 0);
