-- What a vendor delivered, until its call was fetched; after `ended` only that it came is known.
CREATE TABLE inbox (
    tenant      TEXT NOT NULL,
    call        TEXT NOT NULL,
    body_hash   TEXT NOT NULL,
    received    INTEGER NOT NULL,
    verified_by TEXT NOT NULL,
    ended       INTEGER,
    body        BLOB,
    PRIMARY KEY (tenant, call, body_hash)
) STRICT;
CREATE INDEX inbox_waiting ON inbox (tenant, received) WHERE ended IS NULL;
CREATE INDEX inbox_ended ON inbox (tenant, ended) WHERE ended IS NOT NULL;
