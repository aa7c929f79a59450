-- What was written to a CRM, run by run: each row sealed with a key of its own, and gone with any call
-- or deal that it is derived from. What is left in the CRM of something erased here, until it is blanked
-- there. How many requests were sent to the CRM in which hour since 1970.
CREATE TABLE crm_outbox (
    tenant   TEXT COLLATE "C" NOT NULL,
    id       TEXT COLLATE "C" NOT NULL,
    position BIGINT NOT NULL,
    run      TEXT COLLATE "C" NOT NULL,
    subject  TEXT COLLATE "C" NOT NULL,
    state    TEXT COLLATE "C" NOT NULL,
    sent     BIGINT NOT NULL,
    dek      BIGINT NOT NULL,
    wrapped  BYTEA NOT NULL,
    place    BYTEA NOT NULL,
    payload  BYTEA NOT NULL,
    PRIMARY KEY (tenant, id)
);
CREATE INDEX crm_outbox_by_subject ON crm_outbox (tenant, subject, position);
CREATE INDEX crm_outbox_by_run ON crm_outbox (tenant, run);
CREATE INDEX crm_outbox_by_state ON crm_outbox (tenant, state);

CREATE TABLE crm_remnants (
    tenant  TEXT COLLATE "C" NOT NULL,
    id      TEXT COLLATE "C" NOT NULL,
    sent    BIGINT NOT NULL,
    dek     BIGINT NOT NULL,
    wrapped BYTEA NOT NULL,
    place   BYTEA NOT NULL,
    PRIMARY KEY (tenant, id)
);

CREATE TABLE crm_requests (
    tenant TEXT COLLATE "C" NOT NULL,
    hour   BIGINT NOT NULL,
    spent  BIGINT NOT NULL,
    PRIMARY KEY (tenant, hour)
);

-- Flows read and write it, which reach every call; nobody else does.
CREATE POLICY fence ON crm_outbox USING (tenant = current_setting('gongkit.tenant', true)
    AND current_setting('gongkit.rows', true) = 'all'
    AND current_setting('gongkit.private', true) = 'included');
ALTER TABLE crm_outbox ENABLE ROW LEVEL SECURITY;
ALTER TABLE crm_outbox FORCE ROW LEVEL SECURITY;
CREATE POLICY fence ON crm_remnants USING (tenant = current_setting('gongkit.tenant', true)
    AND current_setting('gongkit.rows', true) = 'all'
    AND current_setting('gongkit.private', true) = 'included');
ALTER TABLE crm_remnants ENABLE ROW LEVEL SECURITY;
ALTER TABLE crm_remnants FORCE ROW LEVEL SECURITY;
