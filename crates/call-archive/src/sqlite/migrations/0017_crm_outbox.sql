-- What was written to a CRM, run by run: each row sealed with a key of its own, and gone with any call
-- or deal that it is derived from. What is left in the CRM of something erased here, until it is blanked
-- there. How many requests were sent to the CRM in which hour since 1970.
CREATE TABLE crm_outbox (
    tenant   TEXT NOT NULL,
    id       TEXT NOT NULL,
    position INTEGER NOT NULL,
    run      TEXT NOT NULL,
    subject  TEXT NOT NULL,
    state    TEXT NOT NULL,
    sent     INTEGER NOT NULL,
    dek      INTEGER NOT NULL,
    wrapped  BLOB NOT NULL,
    place    BLOB NOT NULL,
    payload  BLOB NOT NULL,
    PRIMARY KEY (tenant, id)
) STRICT;
CREATE INDEX crm_outbox_by_subject ON crm_outbox (tenant, subject, position);
CREATE INDEX crm_outbox_by_run ON crm_outbox (tenant, run);
CREATE INDEX crm_outbox_by_state ON crm_outbox (tenant, state);

CREATE TABLE crm_remnants (
    tenant  TEXT NOT NULL,
    id      TEXT NOT NULL,
    sent    INTEGER NOT NULL,
    dek     INTEGER NOT NULL,
    wrapped BLOB NOT NULL,
    place   BLOB NOT NULL,
    PRIMARY KEY (tenant, id)
) STRICT;

CREATE TABLE crm_requests (
    tenant TEXT NOT NULL,
    hour   INTEGER NOT NULL,
    spent  INTEGER NOT NULL,
    PRIMARY KEY (tenant, hour)
) STRICT;
