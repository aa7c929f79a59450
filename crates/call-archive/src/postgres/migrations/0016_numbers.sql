-- The figures of each call, for aggregates: times in milliseconds, counts, places and codes; nothing that
-- could hold a word. Lists are JSON arrays of arrays. What is of the words is NULL without a transcript.
CREATE TABLE call_numbers (
    tenant            TEXT COLLATE "C" NOT NULL,
    call              TEXT COLLATE "C" NOT NULL,
    revision          BIGINT NOT NULL,
    made_by           TEXT COLLATE "C" NOT NULL,
    stage             TEXT COLLATE "C",
    rep               TEXT COLLATE "C",
    people            TEXT COLLATE "C" NOT NULL,
    text_revision     BIGINT,
    length            BIGINT,
    ours              BIGINT,
    theirs            BIGINT,
    unknown           BIGINT,
    longest_monologue BIGINT,
    longest_story     BIGINT,
    questions         BIGINT,
    open_questions    BIGINT,
    first_price       BIGINT,
    counts            TEXT COLLATE "C",
    remarks           TEXT COLLATE "C",
    figures           TEXT COLLATE "C",
    PRIMARY KEY (tenant, call)
);

CREATE POLICY fence ON call_numbers USING (tenant = current_setting('gongkit.tenant', true)
    AND (current_setting('gongkit.rows', true) = 'all'
      OR call IN (SELECT reached_calls()))
    AND (current_setting('gongkit.private', true) = 'included'
      OR call NOT IN (SELECT withheld_calls())));
ALTER TABLE call_numbers ENABLE ROW LEVEL SECURITY;
ALTER TABLE call_numbers FORCE ROW LEVEL SECURITY;
