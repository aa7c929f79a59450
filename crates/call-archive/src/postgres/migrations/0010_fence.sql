-- A second fence behind the conditions of our queries: row-level security on what is read by scope.
-- Each transaction says for which tenant it works (`gongkit.tenant`) and which calls it reaches:
-- `gongkit.rows` is `all`, or `of` the users in `gongkit.users`; where `gongkit.private` is not
-- `included`, private calls are withheld but for those in which `gongkit.own` took part. Who says
-- nothing sees nothing. The policies bind nobody before `fence_up` raises them.

CREATE INDEX calls_by_primary_user ON calls (tenant, primary_user, id)
    WHERE primary_user IS NOT NULL;
CREATE INDEX calls_that_are_private ON calls (tenant, id) WHERE is_private;

-- The calls in which one of the users took part. The policies call it, so it steps past them and
-- puts the fence back; should it fail, the transaction ends and the fence with it.
CREATE FUNCTION reached_calls() RETURNS SETOF text LANGUAGE plpgsql STABLE
SET search_path FROM CURRENT AS $$
DECLARE
    tenant_of TEXT := current_setting('gongkit.tenant', true);
    users TEXT[] := nullif(current_setting('gongkit.users', true), '')::text[];
    said TEXT[] := ARRAY[current_setting('gongkit.rows', true),
        current_setting('gongkit.private', true)];
BEGIN
    PERFORM set_config('gongkit.rows', 'all', true),
        set_config('gongkit.private', 'included', true);
    RETURN QUERY
        SELECT p.call::text FROM parties p WHERE p.tenant = tenant_of AND p.user_id = ANY (users)
        UNION
        SELECT c.id::text FROM calls c WHERE c.tenant = tenant_of AND c.primary_user = ANY (users);
    PERFORM set_config('gongkit.rows', coalesce(said[1], ''), true),
        set_config('gongkit.private', coalesce(said[2], ''), true);
END $$;

-- The private calls in which `gongkit.own` took no part, in the same way.
CREATE FUNCTION withheld_calls() RETURNS SETOF text LANGUAGE plpgsql STABLE
SET search_path FROM CURRENT AS $$
DECLARE
    tenant_of TEXT := current_setting('gongkit.tenant', true);
    own TEXT := current_setting('gongkit.own', true);
    said TEXT[] := ARRAY[current_setting('gongkit.rows', true),
        current_setting('gongkit.private', true)];
BEGIN
    PERFORM set_config('gongkit.rows', 'all', true),
        set_config('gongkit.private', 'included', true);
    RETURN QUERY
        SELECT c.id::text FROM calls c
        WHERE c.tenant = tenant_of AND c.is_private AND c.primary_user IS DISTINCT FROM own
          AND NOT EXISTS (SELECT 1 FROM parties p WHERE p.tenant = c.tenant AND p.call = c.id
            AND p.user_id = own);
    PERFORM set_config('gongkit.rows', coalesce(said[1], ''), true),
        set_config('gongkit.private', coalesce(said[2], ''), true);
END $$;

CREATE POLICY fence ON calls USING (tenant = current_setting('gongkit.tenant', true)
    AND (current_setting('gongkit.rows', true) = 'all' OR id IN (SELECT reached_calls()))
    AND (current_setting('gongkit.private', true) = 'included'
      OR id NOT IN (SELECT withheld_calls())));

DO $$
DECLARE
    part TEXT;
BEGIN
    FOREACH part IN ARRAY ARRAY['call_keys', 'transcripts', 'parties', 'call_links',
        'finding_runs', 'findings', 'labels']
    LOOP
        EXECUTE format($policy$
            CREATE POLICY fence ON %1$I USING (tenant = current_setting('gongkit.tenant', true)
                AND (current_setting('gongkit.rows', true) = 'all'
                  OR call IN (SELECT reached_calls()))
                AND (current_setting('gongkit.private', true) = 'included'
                  OR call NOT IN (SELECT withheld_calls())));
        $policy$, part);
    END LOOP;
END $$;
