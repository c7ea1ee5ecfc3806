-- How a process takes what it will say, and notes that it was said: by a function each, in one round
-- trip. A vote is mostly alone in its workspace, and shares what is looked up for it with no other.
-- depends: 0018.boosts 0019.years 0021.refusals

-- What is due is looked for; what is not yet due may be much, and is left alone.
DROP INDEX outbox_waiting;
CREATE INDEX outbox_waiting ON outbox (team_id, due_at) WHERE done_at IS NULL;
COMMENT ON INDEX outbox_waiting IS
    'Holds only what waits: what of a workspace can be said now, and when the next can be?';

CREATE VIEW waiting_replies AS
SELECT team_id, channel_id, id, kind, only_for, way, posted_ts, due_at,
    coalesce(claimed_until, 'epoch') AS claimed_until,
    CASE WHEN way = 'reaction' THEN 'reactions' WHEN posted_ts IS NOT NULL THEN 'chat.update'
        WHEN only_for <> '' THEN 'chat.postEphemeral' ELSE 'chat.postMessage' END AS method
FROM outbox WHERE done_at IS NULL;
COMMENT ON VIEW waiting_replies IS
    'What waits in the outbox: until when each is claimed, and by which method of Slack''s it is said.';

-- *held* are methods that wait; `due` is null where nothing waits but what is said by those.
CREATE FUNCTION find_next_reply(team text, moment timestamptz, held text[]) RETURNS jsonb
LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan AS $$
DECLARE
    soonest timestamptz;
    later timestamptz;
BEGIN
    SELECT min(greatest(o.claimed_until, t.free_at)) INTO soonest
    FROM waiting_replies AS o LEFT JOIN turns AS t ON t.team_id = team AND t.channel_id = o.channel_id
    WHERE o.team_id = team AND o.due_at <= moment AND o.method <> ALL (held);
    SELECT o.due_at INTO later FROM waiting_replies AS o
    WHERE o.team_id = team AND o.due_at > moment AND o.method <> ALL (held)
    ORDER BY o.due_at LIMIT 1;
    RETURN jsonb_build_object('due', extract(epoch FROM least(soonest, later) - moment), 'waiting',
        EXISTS (SELECT FROM outbox AS o WHERE o.team_id = team AND o.done_at IS NULL));
END $$;
COMMENT ON FUNCTION find_next_reply(text, timestamptz, text[]) IS
    'Returns whether replies wait in a workspace, and in how many seconds one can be claimed.';

-- *held* are methods that wait, *joining* the kinds of which up to *together* are put into one post.
-- Of each channel, what is oldest decides what is said next. Taking the turn of a channel, the
-- longest waiting first, is what decides between two processes: each waits for the other's commit,
-- and what is looked up after it is as that left it. The turn is held for as long as the claim. What
-- has a claim that ran out was tried by a process that has died, or may have been posted (the epoch,
-- left by the try itself). Locks: turns by channel, then rows by number.
CREATE FUNCTION claim_replies(
    team text, channels integer, moment timestamptz, until timestamptz, held text[], joining text[],
    together integer
) RETURNS jsonb LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan AS $$
DECLARE
    taken text[];
    claimed jsonb;
BEGIN
    WITH turn AS (
        INSERT INTO turns AS t (team_id, channel_id, free_at)
        SELECT team, channel_id, until FROM (
            SELECT due.channel_id FROM (
                SELECT o.channel_id, min(o.id) AS id FROM waiting_replies AS o
                WHERE o.team_id = team AND o.due_at <= moment AND o.claimed_until <= moment
                  AND o.method <> ALL (held)
                GROUP BY o.channel_id
            ) AS due LEFT JOIN turns AS t ON t.team_id = team AND t.channel_id = due.channel_id
            WHERE coalesce(t.free_at, 'epoch') <= moment ORDER BY due.id LIMIT channels
        ) AS oldest ORDER BY channel_id COLLATE "C"
        ON CONFLICT (team_id, channel_id) DO UPDATE SET free_at = EXCLUDED.free_at
        WHERE t.free_at <= moment
        RETURNING t.channel_id
    )
    SELECT array_agg(channel_id) INTO taken FROM turn;
    IF taken IS NULL THEN
        RETURN find_next_reply(team, moment, held) || '{"replies": []}';
    END IF;

    WITH due AS (
        SELECT o.*, first_value(o.kind) OVER oldest AS first_kind,
            first_value(o.only_for) OVER oldest AS first_for,
            first_value(o.way) OVER oldest AS first_way,
            first_value(o.posted_ts) OVER oldest AS first_posted
        FROM waiting_replies AS o
        WHERE o.team_id = team AND o.due_at <= moment AND o.claimed_until <= moment
          AND o.method <> ALL (held) AND o.channel_id = ANY (taken)
        WINDOW oldest AS (PARTITION BY o.channel_id ORDER BY o.id)
    ), same AS (
        SELECT id, method, kind, way, row_number() OVER (PARTITION BY channel_id ORDER BY id) AS nr
        FROM due
        WHERE (kind, only_for, way) = (first_kind, first_for, first_way)
          AND posted_ts IS NOT DISTINCT FROM first_posted
    ), picked AS (
        SELECT id, method FROM same
        WHERE nr <= CASE WHEN kind = ANY (joining) AND way = 'post' THEN together ELSE 1 END
    ), locked AS MATERIALIZED (
        SELECT o.id, picked.method, o.claimed_until AS tried FROM outbox AS o JOIN picked USING (id)
        WHERE o.team_id = team ORDER BY o.id FOR UPDATE OF o
    ), said AS (
        UPDATE outbox AS o SET claimed_until = until, attempts = o.attempts + 1
        FROM locked WHERE o.team_id = team AND o.id = locked.id
        RETURNING o.id, o.team_id, o.channel_id, o.message_ts, o.slot, o.kind, o.way, o.only_for,
            o.thread_ts, o.body, o.attempts, o.version, o.posted_ts,
            extract(epoch FROM moment - o.created_at)::float8 AS age, locked.tried IS NOT NULL AS unsure,
            coalesce(locked.tried > 'epoch', false) AS orphaned, locked.method
    )
    SELECT coalesce(jsonb_agg(to_jsonb(said) ORDER BY id), '[]') INTO claimed FROM said;
    RETURN jsonb_build_object('replies', claimed, 'waiting', true, 'due', 0);
END $$;
COMMENT ON FUNCTION claim_replies(text, integer, timestamptz, timestamptz, text[], text[], integer) IS
    'Claims what channels of a workspace may be told now; returns it, or when there will be something.';

-- *settled* are {reply, version, done, posted, dropped, due, unsure}, *free* are {channel, at}: when
-- each channel may be spoken to again. A reply that was changed since it was claimed is said again.
-- The epoch says that a try may have posted.
CREATE FUNCTION settle_replies(
    team text, moment timestamptz, held text[], settled jsonb, free jsonb
) RETURNS jsonb LANGUAGE plpgsql SET plan_cache_mode = force_generic_plan AS $$
BEGIN
    WITH freed AS MATERIALIZED (
        SELECT t.channel_id, f.at
        FROM turns AS t JOIN jsonb_to_recordset(free) AS f (channel text, at timestamptz)
            ON f.channel = t.channel_id
        WHERE t.team_id = team ORDER BY t.channel_id COLLATE "C" FOR UPDATE OF t
    )
    UPDATE turns AS t SET free_at = freed.at FROM freed
    WHERE t.team_id = team AND t.channel_id = freed.channel_id;

    WITH locked AS MATERIALIZED (
        SELECT o.id, s.* FROM outbox AS o JOIN jsonb_to_recordset(settled) AS s (
                reply bigint, version integer, done boolean, posted text, dropped text,
                due timestamptz, unsure boolean) ON s.reply = o.id
        WHERE o.team_id = team ORDER BY o.id FOR UPDATE OF o
    )
    UPDATE outbox AS o SET
        done_at = CASE WHEN said.done AND o.version = said.version THEN moment END,
        posted_ts = coalesce(said.posted, o.posted_ts), dropped = said.dropped, due_at = said.due,
        claimed_until = CASE WHEN said.unsure THEN 'epoch'::timestamptz END
    FROM locked AS said WHERE o.team_id = team AND o.id = said.id;

    RETURN find_next_reply(team, moment, held);
END $$;
COMMENT ON FUNCTION settle_replies(text, timestamptz, text[], jsonb, jsonb) IS
    'Notes what became of claimed replies; returns how many wait, and when one can be claimed.';
