-- What a vendor delivered, until its call was fetched; after `ended` only that it came is known.
CREATE TABLE inbox (
    tenant      TEXT COLLATE "C" NOT NULL,
    call        TEXT COLLATE "C" NOT NULL,
    body_hash   TEXT COLLATE "C" NOT NULL,
    received    BIGINT NOT NULL,
    verified_by TEXT COLLATE "C" NOT NULL,
    ended       BIGINT,
    body        BYTEA,
    PRIMARY KEY (tenant, call, body_hash)
);
CREATE INDEX inbox_waiting ON inbox (tenant, received) WHERE ended IS NULL;
CREATE INDEX inbox_ended ON inbox (tenant, ended) WHERE ended IS NOT NULL;

CREATE POLICY fence ON inbox USING (tenant = current_setting('gongkit.tenant', true)
    AND (current_setting('gongkit.rows', true) = 'all' OR call IN (SELECT reached_calls()))
    AND (current_setting('gongkit.private', true) = 'included'
      OR call NOT IN (SELECT withheld_calls())));
ALTER TABLE inbox ENABLE ROW LEVEL SECURITY;
ALTER TABLE inbox FORCE ROW LEVEL SECURITY;
