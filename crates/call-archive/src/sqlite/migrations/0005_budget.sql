-- The budget of requests that a company has at its vendor. Times are microseconds since 1970, a day
-- is counted in days since then.
CREATE TABLE budget (
    tenant       TEXT NOT NULL PRIMARY KEY,
    day          INTEGER NOT NULL,
    spent        INTEGER NOT NULL,
    next         INTEGER NOT NULL,
    pushed_until INTEGER NOT NULL
) STRICT;

-- Secrets that an installation keeps for itself, such as tokens that a vendor takes once. Each
-- value has a key of its own; `holder` may replace it until `held_until`.
CREATE TABLE secrets (
    tenant     TEXT NOT NULL,
    name       TEXT NOT NULL,
    dek        INTEGER NOT NULL,
    wrapped    BLOB NOT NULL,
    value      BLOB,
    holder     TEXT,
    held_until INTEGER,
    PRIMARY KEY (tenant, name)
) STRICT;
