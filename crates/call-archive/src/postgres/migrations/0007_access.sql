-- API keys by the hash of their secret, and the audit log, each record chained to the one before.
CREATE TABLE api_keys (
    tenant      TEXT COLLATE "C" NOT NULL,
    id          TEXT COLLATE "C" NOT NULL,
    label       TEXT COLLATE "C" NOT NULL,
    hash        TEXT COLLATE "C" NOT NULL,
    role        TEXT COLLATE "C" NOT NULL,
    user_id     TEXT COLLATE "C",
    permissions TEXT COLLATE "C",
    created     BIGINT NOT NULL,
    expires     BIGINT NOT NULL,
    revoked     BIGINT,
    last_used   BIGINT,
    PRIMARY KEY (tenant, id)
);

CREATE TABLE audit (
    tenant  TEXT COLLATE "C" NOT NULL,
    chain   TEXT COLLATE "C" NOT NULL,
    seq     BIGINT NOT NULL,
    at      BIGINT NOT NULL,
    actor   TEXT COLLATE "C" NOT NULL,
    role    TEXT COLLATE "C" NOT NULL,
    action  TEXT COLLATE "C" NOT NULL,
    targets TEXT COLLATE "C" NOT NULL,
    outcome TEXT COLLATE "C" NOT NULL,
    bytes   BIGINT NOT NULL,
    params  TEXT COLLATE "C" NOT NULL,
    prev    TEXT COLLATE "C" NOT NULL,
    mac     TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (tenant, chain, seq)
);
