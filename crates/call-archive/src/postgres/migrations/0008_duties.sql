-- What exactly one process of an installation does; `holder` has it until `held_until`, and writes
-- under its fence.
CREATE TABLE duties (
    tenant     TEXT COLLATE "C" NOT NULL,
    name       TEXT COLLATE "C" NOT NULL,
    holder     TEXT COLLATE "C" NOT NULL,
    fence      BIGINT NOT NULL,
    held_until BIGINT NOT NULL,
    PRIMARY KEY (tenant, name)
);

-- Whoever waits for jobs is told of each that waits: its kind, its tenant, its schema. Equal notices
-- of one transaction are one.
CREATE FUNCTION tell_of_job() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('gongkit_jobs', NEW.kind || ' ' || NEW.tenant || ' ' || TG_TABLE_SCHEMA);
    RETURN NULL;
END $$;
CREATE TRIGGER tell_of_job AFTER INSERT OR UPDATE ON jobs
    FOR EACH ROW WHEN (NEW.state = 'waiting') EXECUTE FUNCTION tell_of_job();
