-- Views for analysts, over clear columns alone; docs/sql.md says what each column means. Their names
-- and columns stay. Calls that are private, being erased, or not confirmed since a restore are in none
-- of them but as a number of v_call_states. A change of a table that a view reads makes the view anew.

CREATE VIEW v_calls AS
SELECT c.tenant, c.id AS call_id, c.source, c.workspace AS workspace_id,
    strftime('%Y-%m-%dT%H:%M:%SZ', c.started / 1000000, 'unixepoch') AS started,
    c.started AS started_us,
    strftime('%Y-%m-%dT%H:%M:%SZ', c.scheduled / 1000000, 'unixepoch') AS scheduled,
    c.duration / 1000000 AS duration_s,
    c.direction, c.scope, c.language, c.primary_user AS rep_user_id,
    (SELECT count(*) FROM parties p WHERE p.tenant = c.tenant AND p.call = c.id
        AND p.side = 'ours') AS parties_ours,
    (SELECT count(*) FROM parties p WHERE p.tenant = c.tenant AND p.call = c.id
        AND p.side = 'theirs') AS parties_theirs,
    (SELECT count(*) FROM parties p WHERE p.tenant = c.tenant AND p.call = c.id
        AND p.side = 'unknown') AS parties_unknown,
    c.text_state AS transcript,
    (SELECT t.utterances FROM transcripts t WHERE t.tenant = c.tenant AND t.call = c.id
        AND t.text_revision = c.text_revision) AS utterances,
    (SELECT t.sentences FROM transcripts t WHERE t.tenant = c.tenant AND t.call = c.id
        AND t.text_revision = c.text_revision) AS sentences,
    strftime('%Y-%m-%dT%H:%M:%SZ', c.missing_since / 1000000, 'unixepoch') AS missing_since,
    strftime('%Y-%m-%dT%H:%M:%SZ', c.stored / 1000000, 'unixepoch') AS stored
FROM calls c
WHERE c.is_private = 0 AND c.erasing IS NULL
    AND NOT EXISTS (SELECT 1 FROM unconfirmed u WHERE u.tenant = c.tenant AND u.call = c.id);

CREATE VIEW v_call_states AS
SELECT s.tenant, s.month, s.state, count(*) AS calls, count(s.text_revision) AS with_transcript
FROM (
    SELECT c.tenant, strftime('%Y-%m', c.started / 1000000, 'unixepoch') AS month,
        CASE WHEN c.erasing IS NOT NULL THEN 'erasing'
            WHEN EXISTS (SELECT 1 FROM unconfirmed u WHERE u.tenant = c.tenant
                AND u.call = c.id) THEN 'unconfirmed'
            WHEN c.is_private THEN 'private'
            ELSE 'shown' END AS state,
        c.text_revision
    FROM calls c
) s
GROUP BY s.tenant, s.month, s.state;

CREATE VIEW v_parties AS
SELECT p.tenant, p.call AS call_id, p.position, p.side, p.user_id, p.domain
FROM parties p JOIN v_calls c ON c.tenant = p.tenant AND c.call_id = p.call;

CREATE VIEW v_call_accounts AS
SELECT l.tenant, l.call AS call_id, l.id AS account_id
FROM call_links l JOIN v_calls c ON c.tenant = l.tenant AND c.call_id = l.call
WHERE l.kind = 'account';

CREATE VIEW v_call_figures AS
SELECT n.tenant, n.call AS call_id, n.stage, n.rep AS rep_user_id, n.length AS length_ms,
    n.ours AS ours_ms, n.theirs AS theirs_ms, n.unknown AS unknown_ms,
    n.longest_monologue AS longest_monologue_ms, n.longest_story AS longest_story_ms,
    n.questions, n.open_questions, n.first_price AS first_price_ms, n.made_by
FROM call_numbers n
JOIN calls k ON k.tenant = n.tenant AND k.id = n.call AND k.revision = n.revision
JOIN v_calls c ON c.tenant = n.tenant AND c.call_id = n.call;

CREATE VIEW v_finding_counts AS
SELECT n.tenant, n.call AS call_id, json_extract(j.value, '$[0]') AS detector,
    json_extract(j.value, '$[1]') AS ours, json_extract(j.value, '$[2]') AS theirs,
    json_extract(j.value, '$[3]') AS unknown
FROM call_numbers n
JOIN calls k ON k.tenant = n.tenant AND k.id = n.call AND k.revision = n.revision
JOIN v_calls c ON c.tenant = n.tenant AND c.call_id = n.call
JOIN json_each(n.counts) j;

CREATE VIEW v_findings AS
SELECT f.tenant, f.id AS finding_id, f.call AS call_id, f.detector, r.version, f.kind,
    f.fixed AS value,
    CASE instr(f.places, ' ') WHEN 0 THEN f.places
        ELSE substr(f.places, 1, instr(f.places, ' ') - 1) END AS sentence,
    f.score,
    (SELECT l.verdict FROM labels l WHERE l.tenant = f.tenant AND l.finding = f.id) AS label
FROM findings f
JOIN finding_runs r ON r.tenant = f.tenant AND r.call = f.call AND r.detector = f.detector
JOIN calls k ON k.tenant = f.tenant AND k.id = f.call AND k.text_revision = r.text_revision
JOIN v_calls c ON c.tenant = f.tenant AND c.call_id = f.call;

CREATE VIEW v_deal_history AS
SELECT s.tenant, s.deal AS deal_id, s.source,
    strftime('%Y-%m-%dT%H:%M:%SZ', s.as_of / 1000000, 'unixepoch') AS told,
    strftime('%Y-%m-%dT%H:%M:%SZ', s.until / 1000000, 'unixepoch') AS told_until,
    s.account AS account_id, s.owner AS owner_user_id, s.stage,
    s.amount AS amount_hundredths, s.currency, s.close_date, s.created, s.closed_on,
    s.until AS told_until_us,
    CASE s.source WHEN 'crm' THEN 3 WHEN 'gong' THEN 2 ELSE 1 END AS belief
FROM deal_snapshots s;

-- Of each field what was told last; of one instant, by the source that is believed more.
CREATE VIEW v_deals AS
SELECT d.tenant, d.id AS deal_id,
    (SELECT h.account_id FROM v_deal_history h WHERE h.tenant = d.tenant AND h.deal_id = d.id
        AND h.account_id IS NOT NULL
        ORDER BY h.told_until_us DESC, h.belief DESC LIMIT 1) AS account_id,
    (SELECT h.owner_user_id FROM v_deal_history h WHERE h.tenant = d.tenant AND h.deal_id = d.id
        AND h.owner_user_id IS NOT NULL
        ORDER BY h.told_until_us DESC, h.belief DESC LIMIT 1) AS owner_user_id,
    (SELECT h.stage FROM v_deal_history h WHERE h.tenant = d.tenant AND h.deal_id = d.id
        AND h.stage IS NOT NULL
        ORDER BY h.told_until_us DESC, h.belief DESC LIMIT 1) AS stage,
    (SELECT h.amount_hundredths FROM v_deal_history h WHERE h.tenant = d.tenant
        AND h.deal_id = d.id AND h.amount_hundredths IS NOT NULL
        ORDER BY h.told_until_us DESC, h.belief DESC LIMIT 1) AS amount_hundredths,
    (SELECT h.currency FROM v_deal_history h WHERE h.tenant = d.tenant
        AND h.deal_id = d.id AND h.amount_hundredths IS NOT NULL
        ORDER BY h.told_until_us DESC, h.belief DESC LIMIT 1) AS currency,
    (SELECT h.close_date FROM v_deal_history h WHERE h.tenant = d.tenant AND h.deal_id = d.id
        AND h.close_date IS NOT NULL
        ORDER BY h.told_until_us DESC, h.belief DESC LIMIT 1) AS close_date,
    (SELECT h.created FROM v_deal_history h WHERE h.tenant = d.tenant AND h.deal_id = d.id
        AND h.created IS NOT NULL
        ORDER BY h.told_until_us DESC, h.belief DESC LIMIT 1) AS created,
    (SELECT h.closed_on FROM v_deal_history h WHERE h.tenant = d.tenant AND h.deal_id = d.id
        AND h.closed_on IS NOT NULL
        ORDER BY h.told_until_us DESC, h.belief DESC LIMIT 1) AS closed_on,
    (SELECT h.source FROM v_deal_history h WHERE h.tenant = d.tenant AND h.deal_id = d.id
        ORDER BY h.told_until_us DESC, h.belief DESC LIMIT 1) AS source
FROM deals d
WHERE EXISTS (SELECT 1 FROM deal_snapshots s WHERE s.tenant = d.tenant AND s.deal = d.id);

-- What a call is pinned to; what it was found to be about only where it has no pin.
CREATE VIEW v_deal_calls AS
SELECT l.tenant, l.id AS deal_id, l.call AS call_id,
    CASE l.kind WHEN 'pin' THEN 'pin' ELSE l.made_by END AS linked_by
FROM call_links l JOIN v_calls c ON c.tenant = l.tenant AND c.call_id = l.call
WHERE l.kind = 'pin' OR (l.kind = 'deal' AND NOT EXISTS (SELECT 1 FROM call_links p
    WHERE p.tenant = l.tenant AND p.call = l.call AND p.kind = 'pin'));

CREATE VIEW v_jobs AS
SELECT j.tenant, j.kind, j.state, j.error_class, count(*) AS jobs,
    strftime('%Y-%m-%dT%H:%M:%SZ', min(j.not_before) / 1000000, 'unixepoch') AS earliest,
    max(j.failed) AS most_failures
FROM jobs j
GROUP BY j.tenant, j.kind, j.state, j.error_class;

CREATE VIEW v_indexes AS
SELECT i.tenant, i.id AS index_id,
    strftime('%Y-%m-%dT%H:%M:%SZ', i.created / 1000000, 'unixepoch') AS created,
    (SELECT count(*) FROM indexed x WHERE x.tenant = i.tenant AND x.index_id = i.id) AS calls,
    (SELECT coalesce(sum(x.passages), 0) FROM indexed x
        WHERE x.tenant = i.tenant AND x.index_id = i.id) AS passages
FROM indexes i;

CREATE VIEW v_deliveries AS
SELECT i.tenant, strftime('%Y-%m-%d', i.received / 1000000, 'unixepoch') AS day,
    CASE WHEN i.ended IS NULL THEN 'waiting' ELSE 'ended' END AS state, count(*) AS deliveries
FROM inbox i
GROUP BY i.tenant, strftime('%Y-%m-%d', i.received / 1000000, 'unixepoch'), i.ended IS NULL;

CREATE VIEW v_requests AS
SELECT b.tenant, strftime('%Y-%m-%d', b.day * 86400, 'unixepoch') AS day, b.spent AS requests
FROM budget b;

CREATE VIEW v_audit_counts AS
SELECT a.tenant, strftime('%Y-%m-%d', a.at / 1000000, 'unixepoch') AS day, a.role, a.action,
    a.outcome, count(*) AS records, sum(a.bytes) AS bytes
FROM audit a
GROUP BY a.tenant, strftime('%Y-%m-%d', a.at / 1000000, 'unixepoch'), a.role, a.action, a.outcome;
