-- Keeps a channel's turn for the process that has it, and a busy channel from holding up others.
-- depends: 0025.comments

-- As before, but channels whose turn is taken are left out before the oldest replies are read. The
-- update finds its row by the primary key: plans made on empty tables chose the index of pending
-- rows, all of which were then read for each reply.
CREATE OR REPLACE FUNCTION claim_replies(
    team text, channels integer, moment timestamptz, until timestamptz, held text[], joining text[],
    together integer
) RETURNS jsonb LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan AS $$
DECLARE
    taken text[];
    one record;
    reply record;
    claimed jsonb := '[]';
BEGIN
    WITH turn AS (
        INSERT INTO turns AS t (team_id, channel_id, free_at)
        SELECT team, channel_id, until FROM (
            SELECT due.channel_id FROM (
                SELECT w.channel_id, w.id FROM waiting_replies AS w
                LEFT JOIN turns AS t ON t.team_id = team AND t.channel_id = w.channel_id
                WHERE w.team_id = team AND w.due_at <= moment AND w.claimed_until <= moment
                  AND w.method <> ALL (held) AND coalesce(t.free_at, 'epoch') <= moment
                ORDER BY w.due_at LIMIT 10000
            ) AS due GROUP BY due.channel_id ORDER BY min(due.id) LIMIT channels
        ) AS oldest ORDER BY channel_id COLLATE "C"
        ON CONFLICT (team_id, channel_id) DO UPDATE SET free_at = EXCLUDED.free_at
        WHERE t.free_at <= moment
        RETURNING t.channel_id
    )
    SELECT array_agg(channel_id) INTO taken FROM turn;
    IF taken IS NULL THEN
        RETURN find_next_reply(team, moment, held) || '{"replies": []}';
    END IF;

    FOR one IN
        WITH due AS (
            SELECT o.*, first_value(o.kind) OVER oldest AS first_kind,
                first_value(o.only_for) OVER oldest AS first_for,
                first_value(o.way) OVER oldest AS first_way,
                first_value(o.posted_ts) OVER oldest AS first_posted
            FROM (
                SELECT w.* FROM waiting_replies AS w
                WHERE w.team_id = team AND w.due_at <= moment AND w.claimed_until <= moment
                  AND w.method <> ALL (held) AND w.channel_id = ANY (taken)
                ORDER BY w.due_at LIMIT 10000
            ) AS o
            WINDOW oldest AS (PARTITION BY o.channel_id ORDER BY o.id)
        ), same AS (
            SELECT id, method, kind, way, tried,
                row_number() OVER (PARTITION BY channel_id ORDER BY id) AS nr
            FROM due
            WHERE (kind, only_for, way) = (first_kind, first_for, first_way)
              AND posted_ts IS NOT DISTINCT FROM first_posted
        )
        SELECT id, method, tried FROM same
        WHERE nr <= CASE WHEN kind = ANY (joining) AND way = 'post' THEN together ELSE 1 END
        ORDER BY id
    LOOP
        UPDATE outbox AS o SET claimed_until = until, attempts = o.attempts + 1
        WHERE o.team_id = team AND o.id = one.id
          AND coalesce(o.done_at, 'infinity') = 'infinity'  -- not the index of pending rows
        RETURNING o.* INTO reply;
        IF FOUND THEN
            claimed := claimed || jsonb_build_object('id', reply.id, 'team_id', reply.team_id,
                'channel_id', reply.channel_id, 'message_ts', reply.message_ts,
                'slot', reply.slot, 'kind', reply.kind, 'way', reply.way,
                'only_for', reply.only_for, 'thread_ts', reply.thread_ts, 'body', reply.body,
                'attempts', reply.attempts, 'version', reply.version,
                'posted_ts', reply.posted_ts, 'age', extract(epoch FROM moment - reply.created_at),
                'method', one.method, 'unsure', one.tried IS NOT NULL,
                'orphaned', coalesce(one.tried > 'epoch', false));
        END IF;
    END LOOP;
    RETURN jsonb_build_object('replies', claimed, 'waiting', true, 'due', 0);
END $$;

-- As before, but *free* are {channel, at, reply, attempts}: if the turn no longer ends with the claim
-- on that reply, another process has taken it, and it isn't shortened.
CREATE OR REPLACE FUNCTION settle_replies(
    team text, moment timestamptz, held text[], settled jsonb, free jsonb
) RETURNS jsonb LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan AS $$
DECLARE
    one record;
    claimed timestamptz;
BEGIN
    FOR one IN
        SELECT f.* FROM jsonb_to_recordset(free)
            AS f (channel text, at timestamptz, reply bigint, attempts integer)
        ORDER BY f.channel COLLATE "C"
    LOOP
        SELECT o.claimed_until INTO claimed FROM outbox AS o
        WHERE o.team_id = team AND o.id = one.reply AND o.attempts = one.attempts;
        UPDATE turns AS t
        SET free_at = CASE WHEN t.free_at = claimed THEN one.at ELSE greatest(t.free_at, one.at) END
        WHERE t.team_id = team AND t.channel_id = one.channel;
    END LOOP;
    FOR one IN
        SELECT s.* FROM jsonb_to_recordset(settled) AS s (reply bigint, attempts integer,
            version integer, done boolean, posted text, dropped text, due timestamptz, unsure boolean)
        ORDER BY s.reply
    LOOP
        UPDATE outbox AS o SET
            done_at = CASE WHEN one.done AND o.version = one.version THEN moment END,
            posted_ts = coalesce(one.posted, o.posted_ts), dropped = one.dropped, due_at = one.due,
            claimed_until = CASE WHEN one.unsure THEN 'epoch'::timestamptz END
        WHERE o.team_id = team AND o.id = one.reply AND o.attempts = one.attempts;
    END LOOP;
    RETURN find_next_reply(team, moment, held);
END $$;

-- A message about a first point is stored like a notice, so that edits change both alike.
UPDATE outbox SET body = body -> 'gift'
WHERE kind = 'first_point' AND done_at IS NULL AND body ? 'gift';
