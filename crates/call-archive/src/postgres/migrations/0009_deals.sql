-- Deals as their sources told of them, and customers. What names them is sealed: a deal has a key for
-- all of its snapshots, a customer one of its own.
CREATE TABLE accounts (
    tenant    TEXT COLLATE "C" NOT NULL,
    id        TEXT COLLATE "C" NOT NULL,
    name_hash TEXT COLLATE "C" NOT NULL,
    dek       BIGINT NOT NULL,
    wrapped   BYTEA NOT NULL,
    name      BYTEA NOT NULL,
    PRIMARY KEY (tenant, id)
);
CREATE INDEX accounts_by_name ON accounts (tenant, name_hash);

CREATE TABLE deals (
    tenant  TEXT COLLATE "C" NOT NULL,
    id      TEXT COLLATE "C" NOT NULL,
    dek     BIGINT NOT NULL,
    wrapped BYTEA NOT NULL,
    PRIMARY KEY (tenant, id)
);

-- `until` is the last instant at which the source told the same; days are written as 2026-03-01, an
-- amount is whole hundredths.
CREATE TABLE deal_snapshots (
    tenant     TEXT COLLATE "C" NOT NULL,
    deal       TEXT COLLATE "C" NOT NULL,
    source     TEXT COLLATE "C" NOT NULL,
    as_of      BIGINT NOT NULL,
    until      BIGINT NOT NULL,
    account    TEXT COLLATE "C",
    owner      TEXT COLLATE "C",
    stage      TEXT COLLATE "C",
    amount     BIGINT,
    currency   TEXT COLLATE "C",
    close_date TEXT COLLATE "C",
    created    TEXT COLLATE "C",
    closed_on  TEXT COLLATE "C",
    name       BYTEA,
    PRIMARY KEY (tenant, deal, source, as_of)
);
CREATE INDEX deal_snapshots_by_account ON deal_snapshots (tenant, account, deal)
    WHERE account IS NOT NULL;
CREATE INDEX deal_snapshots_by_owner ON deal_snapshots (tenant, owner, deal)
    WHERE owner IS NOT NULL;
