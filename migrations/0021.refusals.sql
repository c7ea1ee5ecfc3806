-- Why votes do not count is told of each person or thing anew, and not more often than somebody can
-- read.
-- depends: 0017.votes

-- *heard* are messages as in record_votes. Votes that the cooldown refuses, and those of messages
-- beyond the allowance, are taken out of `votes` and noted in `refused`; `ready` counts those that
-- the cooldown lets pass. If the allowance refuses a message, the cooldown of its targets runs
-- nevertheless. No two messages are of the same giver.
CREATE OR REPLACE FUNCTION limit_votes(team text, heard jsonb[], limits jsonb) RETURNS jsonb[]
LANGUAGE plpgsql AS $$
DECLARE
    seconds integer := limits->'cooldown';
    allowance bigint := nullif(limits->'allowance', 'null');
    one record;
    nr integer;
    message jsonb;
    passed jsonb;
    said jsonb;
    cooled jsonb := '{}';
    paid_on date;
BEGIN
    IF seconds > 0 THEN
        FOR one IN
            SELECT m->>'giver' AS giver, v->>'key' AS target, m->>'key' AS vote_key,
                (m->>'at')::timestamptz AS moment
            FROM unnest(heard) AS m, jsonb_array_elements(m->'votes') AS v
            ORDER BY (m->>'giver') COLLATE "C", (v->>'key') COLLATE "C"
        LOOP
            IF NOT cool_target(team, one.giver, one.target, one.vote_key, one.moment, seconds) THEN
                cooled := cooled || jsonb_build_object(one.giver || ' ' || one.target, true);
            END IF;
        END LOOP;
    END IF;
    FOR nr IN SELECT generate_subscripts(heard, 1) LOOP
        message := heard[nr];
        said := message->'votes';
        IF cooled <> '{}' THEN
            SELECT coalesce(jsonb_agg(v ORDER BY place), '[]') INTO passed
            FROM jsonb_array_elements(message->'votes') WITH ORDINALITY AS e (v, place)
            WHERE NOT cooled ? ((message->>'giver') || ' ' || (v->>'key'));
            message := jsonb_set(message, '{votes}', passed);
        END IF;
        heard[nr] := message || jsonb_build_object('ready', jsonb_array_length(message->'votes'));
        IF jsonb_array_length(message->'votes') < jsonb_array_length(said) THEN
            heard[nr] := jsonb_set(heard[nr], '{refused}', (message->'refused') || jsonb_build_object(
                'reason', 'cooldown', 'note', limits->'cooldown_note',
                'votes', jsonb_array_length(said) - jsonb_array_length(message->'votes'),
                'targets', (
                    SELECT jsonb_agg(v->'target' ORDER BY (v->>'target') COLLATE "C")
                    FROM jsonb_array_elements(said) AS v
                    WHERE cooled ? ((message->>'giver') || ' ' || (v->>'key')))));
        END IF;
    END LOOP;
    IF allowance IS NULL THEN
        RETURN heard;
    END IF;
    FOR one IN
        SELECT place::integer AS nr, m FROM unnest(heard) WITH ORDINALITY AS h (m, place)
        WHERE (m->'ready')::integer > 0 ORDER BY (m->>'giver') COLLATE "C"
    LOOP
        paid_on := find_paying_day(team, one.m->>'giver', (one.m->>'giver_day')::date,
            (one.m->>'giver_since')::timestamptz, (one.m->>'at')::timestamptz);
        heard[one.nr] := one.m || jsonb_build_object('paid_on', paid_on);
    END LOOP;
    FOR one IN
        SELECT place::integer AS nr, m, (
            SELECT sum(abs((v->'points')::bigint)) FROM jsonb_array_elements(m->'votes') AS v
        ) AS points
        FROM unnest(heard) WITH ORDINALITY AS h (m, place)
        WHERE (m->'ready')::integer > 0 ORDER BY (m->>'giver') COLLATE "C"
    LOOP
        IF NOT spend_points(team, one.m->>'giver', (one.m->>'paid_on')::date,
                one.points::bigint, allowance) THEN
            heard[one.nr] := one.m || jsonb_build_object('votes', '[]'::jsonb, 'refused',
                (one.m->'refused') || jsonb_build_object('reason', 'allowance',
                    'note', limits->'allowance_note', 'votes', one.m->'ready', 'targets', (
                        SELECT jsonb_agg(v->'target' ORDER BY (v->>'target') COLLATE "C")
                        FROM jsonb_array_elements(one.m->'votes') AS v)));
        END IF;
    END LOOP;
    RETURN heard;
END $$;

-- *refused* are {nr, channel, ts, voter, day, tells, reason, votes, targets, note}; nr numbers the
-- messages, `targets` are those whose votes are refused for that reason, in order. The same reason
-- about the same message and targets is told once an hour. Five answers a minute tell why, then one
-- stands for the rest of a minute; processes that store at the same time may tell more. Who has
-- opted out is told in another way.
CREATE OR REPLACE FUNCTION note_refusals(team text, refused jsonb) RETURNS jsonb
LANGUAGE plpgsql AS $$
DECLARE
    one record;
    an_hour_ago timestamptz := now() - interval '1 hour';
    a_minute_ago timestamptz := now() - interval '1 minute';
    lately integer;
    untold bigint[] := '{}';
    rest jsonb := '{}';
BEGIN
    FOR one IN
        SELECT r->>'voter' AS voter, r->>'channel' AS channel, r->>'ts' AS ts, r->>'nr' AS nr,
            r->>'reason' AS reason, place, concat_ws('/', 'refusal', r->>'reason', r->>'channel',
                r->>'ts', left(md5((r->'targets')::text), 8)) AS about
        FROM jsonb_array_elements(refused) WITH ORDINALITY AS e (r, place)
        WHERE (r->'tells')::boolean AND r->>'reason' <> 'opted_out'
        ORDER BY (r->>'voter') COLLATE "C",
            concat_ws('/', r->>'reason', r->>'channel', r->>'ts') COLLATE "C"
    LOOP
        -- What one message is told at one time is one answer.
        SELECT CASE WHEN bool_or(t.about = 'refusal/rest') THEN 5
            ELSE count(DISTINCT (split_part(t.about, '/', 3), split_part(t.about, '/', 4), t.told_at))
            END INTO lately
        FROM told AS t
        WHERE (t.team_id, t.user_id) = (team, one.voter) AND starts_with(t.about, 'refusal/')
            AND t.told_at > a_minute_ago
            AND (split_part(t.about, '/', 3), split_part(t.about, '/', 4), t.told_at)
                <> (one.channel, one.ts, now());
        IF lately < 5 THEN
            INSERT INTO told AS t (team_id, user_id, about, told_at)
            VALUES (team, one.voter, one.about, now())
            ON CONFLICT (team_id, user_id, about) DO UPDATE SET told_at = EXCLUDED.told_at
            WHERE t.told_at <= an_hour_ago;
            IF FOUND THEN
                untold := array_append(untold, one.place);
            END IF;
        ELSIF NOT EXISTS (
            SELECT FROM told AS t WHERE (t.team_id, t.user_id, t.about)
                = (team, one.voter, one.about) AND t.told_at > an_hour_ago
        ) THEN
            INSERT INTO told AS t (team_id, user_id, about, told_at)
            VALUES (team, one.voter, 'refusal/rest', now())
            ON CONFLICT (team_id, user_id, about) DO UPDATE SET told_at = EXCLUDED.told_at
            WHERE t.told_at <= a_minute_ago;
            IF FOUND THEN
                rest := rest || jsonb_build_object(one.nr, jsonb_build_array(
                    jsonb_build_object('reason', one.reason, 'is_rest', true)));
            END IF;
        END IF;
    END LOOP;
    FOR one IN
        SELECT day, reason, sum(votes)::bigint AS votes
        FROM jsonb_to_recordset(refused) AS r (day date, reason text, votes bigint)
        GROUP BY day, reason ORDER BY day, reason COLLATE "C"
    LOOP
        INSERT INTO refusals AS r (team_id, day, reason, votes)
        VALUES (team, one.day, one.reason, one.votes)
        ON CONFLICT (team_id, day, reason) DO UPDATE SET votes = r.votes + EXCLUDED.votes;
    END LOOP;
    RETURN (
        SELECT coalesce(jsonb_object_agg(nr, said), '{}') FROM (
            SELECT r->>'nr' AS nr, jsonb_agg(r->'note' ORDER BY place) AS said
            FROM jsonb_array_elements(refused) WITH ORDINALITY AS e (r, place)
            WHERE place = ANY (untold) GROUP BY 1
        ) AS found) || rest;
END $$;

COMMENT ON COLUMN told.about IS
    'About what: opted_out/ and a person, for good; refusal/, a reason, a message and a hash of those '
    'whose votes are refused, for an hour; refusal/rest, for a minute; hint/ and a kind, for a day.';
