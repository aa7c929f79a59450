-- The figures of each call, for aggregates: times in milliseconds, counts, places and codes; nothing that
-- could hold a word. Lists are JSON arrays of arrays. What is of the words is NULL without a transcript.
CREATE TABLE call_numbers (
    tenant            TEXT NOT NULL,
    call              TEXT NOT NULL,
    revision          INTEGER NOT NULL,
    made_by           TEXT NOT NULL,
    stage             TEXT,
    rep               TEXT,
    people            TEXT NOT NULL,
    text_revision     INTEGER,
    length            INTEGER,
    ours              INTEGER,
    theirs            INTEGER,
    unknown           INTEGER,
    longest_monologue INTEGER,
    longest_story     INTEGER,
    questions         INTEGER,
    open_questions    INTEGER,
    first_price       INTEGER,
    counts            TEXT,
    remarks           TEXT,
    figures           TEXT,
    PRIMARY KEY (tenant, call)
) STRICT;
