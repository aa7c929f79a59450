-- The policies of `fence` bind from here on, the owner of the tables too; a superuser they do not.
-- A process that does not say what it reaches (one that does not know `fence`) sees no calls.
DO $$
DECLARE
    part TEXT;
BEGIN
    FOREACH part IN ARRAY ARRAY['calls', 'call_keys', 'transcripts', 'parties', 'call_links',
        'finding_runs', 'findings', 'labels']
    LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', part);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', part);
    END LOOP;
END $$;
