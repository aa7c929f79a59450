-- API keys by the hash of their secret, and the audit log, each record chained to the one before.
CREATE TABLE api_keys (
    tenant      TEXT NOT NULL,
    id          TEXT NOT NULL,
    label       TEXT NOT NULL,
    hash        TEXT NOT NULL,
    role        TEXT NOT NULL,
    user_id     TEXT,
    permissions TEXT,
    created     INTEGER NOT NULL,
    expires     INTEGER NOT NULL,
    revoked     INTEGER,
    last_used   INTEGER,
    PRIMARY KEY (tenant, id)
) STRICT;

CREATE TABLE audit (
    tenant  TEXT NOT NULL,
    chain   TEXT NOT NULL,
    seq     INTEGER NOT NULL,
    at      INTEGER NOT NULL,
    actor   TEXT NOT NULL,
    role    TEXT NOT NULL,
    action  TEXT NOT NULL,
    targets TEXT NOT NULL,
    outcome TEXT NOT NULL,
    bytes   INTEGER NOT NULL,
    params  TEXT NOT NULL,
    prev    TEXT NOT NULL,
    mac     TEXT NOT NULL,
    PRIMARY KEY (tenant, chain, seq)
) STRICT;
