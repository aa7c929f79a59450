-- The budget of requests that a company has at its vendor. Times are microseconds since 1970, a day
-- is counted in days since then.
CREATE TABLE budget (
    tenant       TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    day          BIGINT NOT NULL,
    spent        BIGINT NOT NULL,
    next         BIGINT NOT NULL,
    pushed_until BIGINT NOT NULL
);

-- Secrets that an installation keeps for itself, such as tokens that a vendor takes once. Each
-- value has a key of its own; `holder` may replace it until `held_until`.
CREATE TABLE secrets (
    tenant     TEXT COLLATE "C" NOT NULL,
    name       TEXT COLLATE "C" NOT NULL,
    dek        BIGINT NOT NULL,
    wrapped    BYTEA NOT NULL,
    value      BYTEA,
    holder     TEXT COLLATE "C",
    held_until BIGINT,
    PRIMARY KEY (tenant, name)
);
