-- The company's own people. What names somebody is sealed with a key of the row, which is made anew
-- whenever the row changes, so that a former name or address cannot be opened any more.
CREATE TABLE users (
    tenant     TEXT COLLATE "C" NOT NULL,
    id         TEXT COLLATE "C" NOT NULL,
    email_hash TEXT COLLATE "C",
    manager    TEXT COLLATE "C",
    is_active  BOOLEAN NOT NULL,
    dek        BIGINT NOT NULL,
    wrapped    BYTEA NOT NULL,
    person     BYTEA NOT NULL,
    PRIMARY KEY (tenant, id)
);
CREATE INDEX users_by_email ON users (tenant, email_hash) WHERE email_hash IS NOT NULL;
