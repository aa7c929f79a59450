-- What exactly one process of an installation does; `holder` has it until `held_until`, and writes
-- under its fence.
CREATE TABLE duties (
    tenant     TEXT NOT NULL,
    name       TEXT NOT NULL,
    holder     TEXT NOT NULL,
    fence      INTEGER NOT NULL,
    held_until INTEGER NOT NULL,
    PRIMARY KEY (tenant, name)
) STRICT;
