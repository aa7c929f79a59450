-- Answers of models, each sealed with a key of its own, and which calls and customers a row holds
-- words of: it goes with any of them.
CREATE TABLE llm_cache (
    tenant  TEXT NOT NULL,
    id      TEXT NOT NULL,
    model   TEXT NOT NULL,
    made    INTEGER NOT NULL,
    dek     INTEGER NOT NULL,
    wrapped BLOB NOT NULL,
    answer  BLOB NOT NULL,
    PRIMARY KEY (tenant, id)
) STRICT;
CREATE INDEX llm_cache_by_age ON llm_cache (tenant, made);

CREATE TABLE derived_from (
    tenant     TEXT NOT NULL,
    table_name TEXT NOT NULL,
    row_id     TEXT NOT NULL,
    kind       TEXT NOT NULL,
    source     TEXT NOT NULL,
    PRIMARY KEY (tenant, table_name, row_id, kind, source)
) STRICT;
CREATE INDEX derived_from_by_source ON derived_from (tenant, kind, source);
