-- What detectors found in calls: places and values from fixed lists in the clear, names sealed with the
-- key of the call. A run is kept with the revision of the words it read; a label outlives the run.
CREATE TABLE finding_runs (
    tenant        TEXT COLLATE "C" NOT NULL,
    call          TEXT COLLATE "C" NOT NULL,
    detector      TEXT COLLATE "C" NOT NULL,
    version       BIGINT NOT NULL,
    params        TEXT COLLATE "C" NOT NULL,
    input         TEXT COLLATE "C" NOT NULL,
    model         TEXT COLLATE "C",
    text_revision BIGINT NOT NULL,
    PRIMARY KEY (tenant, call, detector)
);
CREATE TABLE findings (
    tenant   TEXT COLLATE "C" NOT NULL,
    id       TEXT COLLATE "C" NOT NULL,
    call     TEXT COLLATE "C" NOT NULL,
    detector TEXT COLLATE "C" NOT NULL,
    position BIGINT NOT NULL,
    kind     TEXT COLLATE "C" NOT NULL,
    fixed    TEXT COLLATE "C" NOT NULL,
    places   TEXT COLLATE "C" NOT NULL,
    score    DOUBLE PRECISION NOT NULL,
    name     BYTEA,
    PRIMARY KEY (tenant, id)
);
CREATE INDEX findings_by_call ON findings (tenant, call, detector, position);
CREATE TABLE labels (
    tenant        TEXT COLLATE "C" NOT NULL,
    finding       TEXT COLLATE "C" NOT NULL,
    call          TEXT COLLATE "C" NOT NULL,
    detector      TEXT COLLATE "C" NOT NULL,
    kind          TEXT COLLATE "C" NOT NULL,
    place         TEXT COLLATE "C",
    text_revision BIGINT NOT NULL,
    verdict       TEXT COLLATE "C" NOT NULL,
    made          BIGINT NOT NULL,
    PRIMARY KEY (tenant, finding)
);
CREATE INDEX labels_by_call ON labels (tenant, call);
