-- Answers of models, each sealed with a key of its own, and which calls and customers a row holds
-- words of: it goes with any of them.
CREATE TABLE llm_cache (
    tenant  TEXT COLLATE "C" NOT NULL,
    id      TEXT COLLATE "C" NOT NULL,
    model   TEXT COLLATE "C" NOT NULL,
    made    BIGINT NOT NULL,
    dek     BIGINT NOT NULL,
    wrapped BYTEA NOT NULL,
    answer  BYTEA NOT NULL,
    PRIMARY KEY (tenant, id)
);
CREATE INDEX llm_cache_by_age ON llm_cache (tenant, made);

CREATE TABLE derived_from (
    tenant     TEXT COLLATE "C" NOT NULL,
    table_name TEXT COLLATE "C" NOT NULL,
    row_id     TEXT COLLATE "C" NOT NULL,
    kind       TEXT COLLATE "C" NOT NULL,
    source     TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (tenant, table_name, row_id, kind, source)
);
CREATE INDEX derived_from_by_source ON derived_from (tenant, kind, source);

-- An answer is behind the fence of every call that it was made from.
CREATE POLICY fence ON llm_cache USING (tenant = current_setting('gongkit.tenant', true)
    AND (current_setting('gongkit.rows', true) = 'all' OR NOT EXISTS (
      SELECT 1 FROM derived_from d WHERE d.tenant = llm_cache.tenant
        AND d.table_name = 'llm_cache' AND d.row_id = llm_cache.id AND d.kind = 'call'
        AND d.source NOT IN (SELECT reached_calls())))
    AND (current_setting('gongkit.private', true) = 'included' OR NOT EXISTS (
      SELECT 1 FROM derived_from d WHERE d.tenant = llm_cache.tenant
        AND d.table_name = 'llm_cache' AND d.row_id = llm_cache.id AND d.kind = 'call'
        AND d.source IN (SELECT withheld_calls()))));
ALTER TABLE llm_cache ENABLE ROW LEVEL SECURITY;
ALTER TABLE llm_cache FORCE ROW LEVEL SECURITY;
