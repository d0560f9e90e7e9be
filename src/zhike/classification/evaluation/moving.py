"""Moving customers into the classes that were found, as statements that a run and a judgement at once share.

`{found}` is a relation of customer_id, scheme_id, class_id (NULL: in none), evidence (JSON text); `{schemes}` one of
SCHEMES. A `scheme_id` that was found is a track: a scheme, or of an overlapping one a class, as a negative number.
Closing and opening are two statements of one transaction: in one with two parts their order is undefined.
"""

# A run takes this lock alone while it writes classes; who judges one customer, or sets a class by hand, shares it.
WRITE_LOCK = 0x6D6F7665  # “move”
HAND, OVERRIDE = 3, 4  # sources that no run takes back
APPROVAL = 5  # why something waits: PendingMove.Cause
BY_RULE = 1  # why an assignment ended: Assignment.Left

# Nobody retires a scheme or puts another version in force while classes of it are written.
HOLD = "SELECT 1 FROM classification_scheme WHERE id = ANY(%(ids)s::bigint[]) ORDER BY id FOR SHARE"
SCHEMES = """
SELECT v.track AS id, s.id AS scheme_id, v.version, s.kind,
  CASE WHEN s.kind = 'rule' OR s.kind = 'attribute' THEN 1 ELSE 2 END AS source,
  coalesce(t.stay_days, 0) AS stay_days, coalesce(t.grace_days, 0) AS grace_days,
  coalesce(t.leave_percent, 0) AS leave_percent, coalesce(t.ask_into, '{}') AS ask_into,
  coalesce(t.ask_out_of, '{}') AS ask_out_of, t.scheme_id IS NOT NULL AS is_steady
FROM classification_scheme s
JOIN unnest(%(tracks)s::bigint[], %(ids)s::bigint[], %(versions)s::int[]) AS v (track, id, version) ON v.id = s.id
LEFT JOIN classification_steadiness t ON t.scheme_id = s.id
WHERE s.status = 'active'"""

# What stays although the rule says otherwise, and why; the causes are PendingMove.Cause. A class that follows upon an
# override of that class is no move. A move that was declined stays so until the rule says something else.
HELD_BACK = """
SELECT g.customer_id, g.scheme_id, s.scheme_id AS type_id, g.class_id, g.evidence::jsonb AS evidence, s.version,
  x.cause, d.since,
  CASE x.cause WHEN 2 THEN a.valid_from + make_interval(days => s.stay_days)
               WHEN 4 THEN d.since + make_interval(days => s.grace_days) END AS due_at
FROM {found} AS g
JOIN {schemes} AS s ON s.id = g.scheme_id
LEFT JOIN classification_classoverride o
  ON o.customer_id = g.customer_id AND o.track = g.scheme_id AND o.ended_at IS NULL
LEFT JOIN classification_assignment a
  ON a.customer_id = g.customer_id AND a.track = g.scheme_id AND a.valid_to IS NULL
LEFT JOIN classification_pendingmove p ON p.customer_id = g.customer_id AND p.track = g.scheme_id
LEFT JOIN classification_customerclass h ON h.id = a.class_id
LEFT JOIN classification_customerclass w ON w.id = g.class_id
CROSS JOIN LATERAL (SELECT CASE s.kind
    WHEN 'lifecycle' THEN array_position('{{at_risk,lost}}', w.key::text) >
      coalesce(array_position('{{at_risk,lost}}', h.key::text), 0)
    WHEN 'rfm' THEN false WHEN 'attribute' THEN false
    ELSE h.id IS NOT NULL AND (w.id IS NULL OR w.position > h.position) END AS down) AS r
CROSS JOIN LATERAL (SELECT coalesce(CASE WHEN p.class_id IS NOT DISTINCT FROM g.class_id OR r.down AND p.cause = 4
    THEN p.since END, %(at)s::timestamptz) AS since) AS d
CROSS JOIN LATERAL (SELECT CASE
    WHEN a.class_id IS NOT DISTINCT FROM g.class_id THEN NULL
    WHEN o.id IS NOT NULL THEN 1
    WHEN s.stay_days > 0 AND %(at)s::timestamptz < a.valid_from + make_interval(days => s.stay_days) THEN 2
    WHEN r.down AND s.leave_percent > 0 AND s.kind = 'value_tier' AND (g.evidence::jsonb ->> 'monetary')::numeric * 100
      >= (100 - s.leave_percent) * (g.evidence::jsonb -> 'cuts' ->> (
        SELECT count(*)::int FROM classification_customerclass c
        WHERE c.scheme_id = s.id AND c.retired_at IS NULL AND (c.position, c.id) < (h.position, h.id)))::numeric THEN 3
    WHEN r.down AND s.grace_days > 0 AND %(at)s::timestamptz < d.since + make_interval(days => s.grace_days) THEN 4
    WHEN g.class_id = ANY(s.ask_into) OR a.class_id = ANY(s.ask_out_of) THEN
      CASE WHEN p.cause = 6 AND p.class_id IS NOT DISTINCT FROM g.class_id THEN 6 ELSE 5 END
  END AS cause) AS x
WHERE x.cause IS NOT NULL AND (o.id IS NOT NULL OR s.is_steady)"""
AS_JSON = "SELECT to_jsonb(b) FROM ({rows}) AS b"
KEEP_PENDING = """
INSERT INTO classification_pendingmove AS p
  (customer_id, track, scheme_id, class_id, cause, since, due_at, rule_version, evidence, reason)
SELECT b.customer_id, b.scheme_id, b.type_id, b.class_id, b.cause, b.since, b.due_at, b.version, b.evidence, ''
FROM {held} AS b
JOIN customers_customer c ON c.id = b.customer_id
ON CONFLICT (customer_id, track) DO UPDATE SET class_id = excluded.class_id, cause = excluded.cause,
  since = excluded.since, due_at = excluded.due_at, rule_version = excluded.rule_version, evidence = excluded.evidence,
  told_at = CASE WHEN p.class_id IS NOT DISTINCT FROM excluded.class_id THEN p.told_at END,
  decided_at = CASE WHEN excluded.cause = 6 THEN p.decided_at END,
  decided_by_id = CASE WHEN excluded.cause = 6 THEN p.decided_by_id END,
  reason = CASE WHEN excluded.cause = 6 THEN p.reason ELSE '' END"""
DROP_PENDING = """
DELETE FROM classification_pendingmove p USING {found} AS g
WHERE p.customer_id = g.customer_id AND p.track = g.scheme_id"""

# An assignment never ends before it begins, whatever the clocks say.
CLOSE = """
UPDATE classification_assignment a
SET valid_to = greatest(%(at)s::timestamptz, a.valid_from + interval '1 microsecond'), "left" = %(left)s::smallint
FROM {found} AS g, {schemes} AS s
WHERE a.customer_id = g.customer_id AND a.track = g.scheme_id AND s.id = g.scheme_id AND a.valid_to IS NULL
  AND a.class_id IS DISTINCT FROM g.class_id RETURNING a.customer_id, a.track, a.class_id"""
OPEN = """
INSERT INTO classification_assignment
  (customer_id, scheme_id, class_id, apart, valid_from, rule_version, source, evidence)
SELECT g.customer_id, s.scheme_id, g.class_id, g.scheme_id < 0, greatest(%(at)s::timestamptz, (
    SELECT max(l.valid_to) FROM classification_assignment l
    WHERE l.customer_id = g.customer_id AND l.track = g.scheme_id AND l.valid_to > %(at)s::timestamptz)),
  s.version, s.source, g.evidence::jsonb
FROM {found} AS g
JOIN {schemes} AS s ON s.id = g.scheme_id
JOIN customers_customer c ON c.id = g.customer_id
WHERE g.class_id IS NOT NULL AND NOT EXISTS (
  SELECT 1 FROM classification_assignment a
  WHERE a.customer_id = g.customer_id AND a.track = g.scheme_id AND a.valid_to IS NULL)
ORDER BY g.customer_id, g.scheme_id
RETURNING customer_id, track, class_id"""
METRICS = """
INSERT INTO classification_customermetrics AS m (customer_id, first_day, last_day, previous_day, purchase_days,
  frequency, monetary, rfm_r, rfm_f, rfm_m)
SELECT g.customer_id, g.first_day, g.last_day, g.prev_day, coalesce(g.purchase_days_total, 0),
  coalesce(g.frequency, 0), coalesce(g.monetary, 0), g.rfm_r, g.rfm_f, g.rfm_m
FROM {metrics} AS g JOIN customers_customer c ON c.id = g.customer_id ORDER BY g.customer_id
ON CONFLICT (customer_id) DO UPDATE SET (first_day, last_day, previous_day, purchase_days, frequency, monetary,
  rfm_r, rfm_f, rfm_m) = (excluded.first_day, excluded.last_day, excluded.previous_day, excluded.purchase_days,
  excluded.frequency, excluded.monetary, excluded.rfm_r, excluded.rfm_f, excluded.rfm_m)
WHERE (m.first_day, m.last_day, m.previous_day, m.purchase_days, m.frequency, m.monetary, m.rfm_r, m.rfm_f, m.rfm_m)
  IS DISTINCT FROM (excluded.first_day, excluded.last_day, excluded.previous_day, excluded.purchase_days,
  excluded.frequency, excluded.monetary, excluded.rfm_r, excluded.rfm_f, excluded.rfm_m)
RETURNING customer_id"""
