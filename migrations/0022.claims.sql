-- How a process takes what it will say: by a function, in one round trip. A vote is mostly alone in
-- its workspace, so that what is looked up for it is shared with no other.
-- depends: 0018.boosts 0019.years 0021.refusals

CREATE VIEW waiting_replies AS
SELECT team_id, channel_id, id, kind, only_for, way, posted_ts, due_at,
    coalesce(claimed_until, 'epoch') AS claimed_until,
    CASE WHEN way = 'reaction' THEN 'reactions' WHEN posted_ts IS NOT NULL THEN 'chat.update'
        WHEN only_for <> '' THEN 'chat.postEphemeral' ELSE 'chat.postMessage' END AS method
FROM outbox WHERE done_at IS NULL;
COMMENT ON VIEW waiting_replies IS
    'What waits in the outbox: until when each is claimed, and by which method of Slack''s it is said.';

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
            SELECT channel_id FROM (
                SELECT DISTINCT ON (o.channel_id) o.channel_id, o.id
                FROM waiting_replies AS o
                LEFT JOIN turns AS t ON t.team_id = team AND t.channel_id = o.channel_id
                WHERE o.team_id = team AND o.due_at <= moment AND o.claimed_until <= moment
                  AND o.method <> ALL (held) AND coalesce(t.free_at, 'epoch') <= moment
                ORDER BY o.channel_id, o.id
            ) AS due ORDER BY id LIMIT channels
        ) AS oldest ORDER BY channel_id COLLATE "C"
        ON CONFLICT (team_id, channel_id) DO UPDATE SET free_at = EXCLUDED.free_at
        WHERE t.free_at <= moment
        RETURNING t.channel_id
    )
    SELECT array_agg(channel_id) INTO taken FROM turn;
    IF taken IS NULL THEN
        RETURN '[]';
    END IF;

    WITH oldest AS (
        SELECT DISTINCT ON (o.channel_id) o.*
        FROM waiting_replies AS o
        WHERE o.team_id = team AND o.due_at <= moment AND o.claimed_until <= moment
          AND o.method <> ALL (held) AND o.channel_id = ANY (taken)
        ORDER BY o.channel_id, o.id
    ), picked AS (
        SELECT same.id, oldest.method
        FROM oldest CROSS JOIN LATERAL (
            SELECT r.id FROM waiting_replies AS r
            WHERE r.team_id = team AND r.channel_id = oldest.channel_id
              AND (r.kind, r.only_for, r.way) = (oldest.kind, oldest.only_for, oldest.way)
              AND r.posted_ts IS NOT DISTINCT FROM oldest.posted_ts
              AND r.due_at <= moment AND r.claimed_until <= moment
            ORDER BY r.id LIMIT CASE
                WHEN oldest.kind = ANY (joining) AND oldest.way = 'post' THEN together ELSE 1 END
        ) AS same
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
    RETURN claimed;
END $$;
COMMENT ON FUNCTION claim_replies(text, integer, timestamptz, timestamptz, text[], text[], integer) IS
    'Claims what channels of a workspace may be told now, and returns it.';
