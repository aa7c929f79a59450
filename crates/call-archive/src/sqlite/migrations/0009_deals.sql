-- Deals as their sources told of them, and customers. What names them is sealed: a deal has a key for
-- all of its snapshots, a customer one of its own.
CREATE TABLE accounts (
    tenant    TEXT NOT NULL,
    id        TEXT NOT NULL,
    name_hash TEXT NOT NULL,
    dek       INTEGER NOT NULL,
    wrapped   BLOB NOT NULL,
    name      BLOB NOT NULL,
    PRIMARY KEY (tenant, id)
) STRICT;
CREATE INDEX accounts_by_name ON accounts (tenant, name_hash);

CREATE TABLE deals (
    tenant  TEXT NOT NULL,
    id      TEXT NOT NULL,
    dek     INTEGER NOT NULL,
    wrapped BLOB NOT NULL,
    PRIMARY KEY (tenant, id)
) STRICT;

-- `until` is the last instant at which the source told the same; days are written as 2026-03-01, an
-- amount is whole hundredths.
CREATE TABLE deal_snapshots (
    tenant     TEXT NOT NULL,
    deal       TEXT NOT NULL,
    source     TEXT NOT NULL,
    as_of      INTEGER NOT NULL,
    until      INTEGER NOT NULL,
    account    TEXT,
    owner      TEXT,
    stage      TEXT,
    amount     INTEGER,
    currency   TEXT,
    close_date TEXT,
    created    TEXT,
    closed_on  TEXT,
    name       BLOB,
    PRIMARY KEY (tenant, deal, source, as_of)
) STRICT;
CREATE INDEX deal_snapshots_by_account ON deal_snapshots (tenant, account, deal)
    WHERE account IS NOT NULL;
CREATE INDEX deal_snapshots_by_owner ON deal_snapshots (tenant, owner, deal)
    WHERE owner IS NOT NULL;
