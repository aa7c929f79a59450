-- What detectors found in calls: places and values from fixed lists in the clear, names sealed with the
-- key of the call. A run is kept with the revision of the words it read; a label outlives the run.
CREATE TABLE finding_runs (
    tenant        TEXT NOT NULL,
    call          TEXT NOT NULL,
    detector      TEXT NOT NULL,
    version       INTEGER NOT NULL,
    params        TEXT NOT NULL,
    input         TEXT NOT NULL,
    model         TEXT,
    text_revision INTEGER NOT NULL,
    PRIMARY KEY (tenant, call, detector)
) STRICT;
CREATE TABLE findings (
    tenant   TEXT NOT NULL,
    id       TEXT NOT NULL,
    call     TEXT NOT NULL,
    detector TEXT NOT NULL,
    position INTEGER NOT NULL,
    kind     TEXT NOT NULL,
    fixed    TEXT NOT NULL,
    places   TEXT NOT NULL,
    score    REAL NOT NULL,
    name     BLOB,
    PRIMARY KEY (tenant, id)
) STRICT;
CREATE INDEX findings_by_call ON findings (tenant, call, detector, position);
CREATE TABLE labels (
    tenant        TEXT NOT NULL,
    finding       TEXT NOT NULL,
    call          TEXT NOT NULL,
    detector      TEXT NOT NULL,
    kind          TEXT NOT NULL,
    place         TEXT,
    text_revision INTEGER NOT NULL,
    verdict       TEXT NOT NULL,
    made          INTEGER NOT NULL,
    PRIMARY KEY (tenant, finding)
) STRICT;
CREATE INDEX labels_by_call ON labels (tenant, call);
