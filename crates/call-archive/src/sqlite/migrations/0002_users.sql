-- The company's own people. What names somebody is sealed with a key of the row, which is made anew
-- whenever the row changes, so that a former name or address cannot be opened any more.
CREATE TABLE users (
    tenant     TEXT NOT NULL,
    id         TEXT NOT NULL,
    email_hash TEXT,
    manager    TEXT,
    is_active  INTEGER NOT NULL,
    dek        INTEGER NOT NULL,
    wrapped    BLOB NOT NULL,
    person     BLOB NOT NULL,
    PRIMARY KEY (tenant, id)
) STRICT;
CREATE INDEX users_by_email ON users (tenant, email_hash) WHERE email_hash IS NOT NULL;
