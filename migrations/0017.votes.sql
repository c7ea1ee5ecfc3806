-- How votes are stored: functions of one workspace each, which everything that stores votes calls.
-- Each statement names the workspace by `team`, so that the node that holds it can answer, and locks
-- rows in the order that app/store/votes/__init__.py gives. The time is that of the transaction, and
-- stands in the rows that are inserted, never in ON CONFLICT.
-- depends: 0016.opt-outs

-- *shares* are [board, target, points]. Rows are locked in the order of their keys, so that two
-- votes never wait for each other in a circle.
CREATE FUNCTION add_scores(team text, shares jsonb) RETURNS jsonb LANGUAGE plpgsql
SET plan_cache_mode = force_generic_plan AS $$
DECLARE
    one record;
    scores jsonb := '{}';
BEGIN
    FOR one IN
        INSERT INTO leaderboard AS l (team_id, board, target_id, score, created_at, updated_at)
        SELECT team, s->>0, s->>1, sum((s->>2)::bigint), now(), now()
        FROM jsonb_array_elements(shares) AS s GROUP BY s->>0, s->>1
        ORDER BY (s->>0) COLLATE "C", (s->>1) COLLATE "C"
        ON CONFLICT (team_id, board, target_id)
        DO UPDATE SET score = l.score + EXCLUDED.score, updated_at = EXCLUDED.updated_at
        RETURNING l.board, l.target_id, l.score
    LOOP
        IF one.board IN ('users', 'things') THEN
            scores := scores || jsonb_build_object(one.target_id, one.score);
        END IF;
    END LOOP;
    RETURN scores;
END $$;
COMMENT ON FUNCTION add_scores(text, jsonb) IS
    'Adds to boards; returns the all-time scores, by target, of those that it added to there.';

-- A vote is too near to another that stands, on either side of it: messages may arrive late, those
-- that were missed even days. What the same message gave does not stand in its way. Of each giver
-- and target the last 100 are known, more than fit into the time by which a message can be late.
CREATE FUNCTION cool_target(
    team text, giver text, target text, vote_key text, moment timestamptz, seconds integer
) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
    held jsonb;
    epoch numeric := extract(epoch FROM moment);
BEGIN
    INSERT INTO cooldowns AS c (team_id, giver_id, target_id, votes, given_at)
    VALUES (team, giver, target, '{}', moment)
    ON CONFLICT (team_id, giver_id, target_id) DO UPDATE SET votes = c.votes
    RETURNING c.votes INTO held;
    IF EXISTS (
        SELECT FROM jsonb_each(held) AS other (key, at)
        WHERE other.key <> vote_key AND abs(other.at::numeric - epoch) < seconds
    ) THEN
        RETURN false;
    END IF;
    held := held || jsonb_build_object(vote_key, epoch);
    UPDATE cooldowns AS c SET given_at = greatest(c.given_at, moment), votes = (
        SELECT jsonb_object_agg(latest.key, latest.at) FROM (
            SELECT * FROM jsonb_each(held) AS every (key, at) ORDER BY at::numeric DESC LIMIT 100
        ) AS latest)
    WHERE (c.team_id, c.giver_id, c.target_id) = (team, giver, target);
    RETURN true;
END $$;
COMMENT ON FUNCTION cool_target(text, text, text, text, timestamptz, integer) IS
    'Notes that a giver gives to a target, unless they gave to it too short a time before or after.';

-- An allowance is renewed by a later day of the giver's own, which begins at their midnight, but not
-- twice within 20 hours: somebody may change their time zone at any moment. What was given before
-- that day began and arrives late is paid from its own.
CREATE FUNCTION find_paying_day(
    team text, giver text, own_day date, own_since timestamptz, moment timestamptz
) RETURNS date LANGUAGE plpgsql AS $$
DECLARE
    paying record;
    soonest timestamptz;
BEGIN
    INSERT INTO giver_days AS g (team_id, giver_id, day, since, spent_at)
    VALUES (team, giver, own_day, own_since, moment)
    ON CONFLICT (team_id, giver_id)
    DO UPDATE SET spent_at = greatest(g.spent_at, EXCLUDED.spent_at)
    RETURNING g.day, g.since INTO paying;
    soonest := paying.since + interval '20 hours';
    IF own_day > paying.day AND moment >= soonest THEN
        UPDATE giver_days AS g SET day = own_day, since = greatest(own_since, soonest)
        WHERE (g.team_id, g.giver_id) = (team, giver)
        RETURNING g.day, g.since INTO paying;
    END IF;
    RETURN CASE WHEN moment < paying.since THEN least(own_day, paying.day) ELSE paying.day END;
END $$;
COMMENT ON FUNCTION find_paying_day(text, text, date, timestamptz, timestamptz) IS
    'Returns the day from whose allowance a giver pays, which begins when it is time.';

CREATE FUNCTION spend_points(
    team text, giver text, paying_day date, points bigint, allowance bigint
) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
    IF points > allowance THEN
        RETURN false;
    END IF;
    INSERT INTO allowances AS a (team_id, giver_id, day, spent)
    VALUES (team, giver, paying_day, points)
    ON CONFLICT (team_id, giver_id, day) DO UPDATE SET spent = a.spent + EXCLUDED.spent
    WHERE a.spent + EXCLUDED.spent <= allowance;
    RETURN FOUND;
END $$;
COMMENT ON FUNCTION spend_points(text, text, date, bigint, bigint) IS
    'Spends points of a day''s allowance, unless it does not suffice.';

-- *refused* are {nr, channel, ts, voter, day, tells, reason, votes, note}; nr numbers the messages.
-- The same reason about the same message is told once an hour. Who has opted out is told in another
-- way.
CREATE FUNCTION note_refusals(team text, refused jsonb) RETURNS jsonb LANGUAGE plpgsql AS $$
DECLARE
    one record;
    an_hour_ago timestamptz := now() - interval '1 hour';
    untold bigint[] := '{}';
BEGIN
    FOR one IN
        SELECT r->>'voter' AS voter, place,
            concat_ws('/', 'refusal', r->>'reason', r->>'channel', r->>'ts') AS about
        FROM jsonb_array_elements(refused) WITH ORDINALITY AS e (r, place)
        WHERE (r->'tells')::boolean AND r->>'reason' <> 'opted_out'
        ORDER BY (r->>'voter') COLLATE "C",
            concat_ws('/', 'refusal', r->>'reason', r->>'channel', r->>'ts') COLLATE "C"
    LOOP
        INSERT INTO told AS t (team_id, user_id, about, told_at)
        VALUES (team, one.voter, one.about, now())
        ON CONFLICT (team_id, user_id, about) DO UPDATE SET told_at = EXCLUDED.told_at
        WHERE t.told_at <= an_hour_ago;
        IF FOUND THEN
            untold := array_append(untold, one.place);
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
        ) AS found);
END $$;
COMMENT ON FUNCTION note_refusals(text, jsonb) IS
    'Counts refused votes by reason; returns what voters are to be told, by number of the message.';

-- *heard* are messages as in record_votes. Votes that the cooldown refuses, and those of messages
-- beyond the allowance, are taken out of `votes` and noted in `refused`; `ready` counts those that
-- the cooldown lets pass. If the allowance refuses a message, the cooldown of its targets runs
-- nevertheless. No two messages are of the same giver.
CREATE FUNCTION limit_votes(team text, heard jsonb[], limits jsonb) RETURNS jsonb[]
LANGUAGE plpgsql AS $$
DECLARE
    seconds integer := limits->'cooldown';
    allowance bigint := nullif(limits->'allowance', 'null');
    one record;
    nr integer;
    message jsonb;
    passed jsonb;
    said integer;
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
        said := jsonb_array_length(message->'votes');
        IF cooled <> '{}' THEN
            SELECT coalesce(jsonb_agg(v ORDER BY place), '[]') INTO passed
            FROM jsonb_array_elements(message->'votes') WITH ORDINALITY AS e (v, place)
            WHERE NOT cooled ? ((message->>'giver') || ' ' || (v->>'key'));
            message := jsonb_set(message, '{votes}', passed);
        END IF;
        heard[nr] := message || jsonb_build_object('ready', jsonb_array_length(message->'votes'));
        IF jsonb_array_length(message->'votes') < said THEN
            heard[nr] := jsonb_set(heard[nr], '{refused}', (message->'refused') || jsonb_build_object(
                'reason', 'cooldown', 'note', limits->'cooldown_note',
                'votes', said - jsonb_array_length(message->'votes')));
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
                    'note', limits->'allowance_note', 'votes', one.m->'ready'));
        END IF;
    END LOOP;
    RETURN heard;
END $$;
COMMENT ON FUNCTION limit_votes(text, jsonb[], jsonb) IS
    'Holds votes to what their givers may give.';

-- *batch* is {messages, limits, has}. Each message has a number, nr, its key, its `votes` with the
-- `shares` that they add to boards, and those that were `refused` before. They come in the order of
-- their keys, each once. `limits` are null where there are none; `has` names what is rare, so that
-- nothing is asked where there is none of it. Plans are made once: looking at each batch anew, the
-- planner would take longer than the votes. Returns the version of the rules, and of each message
-- heard for the first time its number, how many votes count, how many replies wait, and how many
-- votes the cooldown let pass.
CREATE FUNCTION record_votes(team text, batch jsonb) RETURNS jsonb LANGUAGE plpgsql
SET plan_cache_mode = force_generic_plan AS $$
DECLARE
    rules_version bigint := hold_rules(team);
    has jsonb := batch->'has';
    heard jsonb[] := '{}';
    message jsonb;
    one record;
    scores jsonb;
    refused jsonb;
    notes jsonb := '{}';
    waiting text[] := '{}';
BEGIN
    -- The insert that wins decides who counts: what was heard before changes nothing after this.
    FOR message IN SELECT jsonb_array_elements(batch->'messages') LOOP
        CONTINUE WHEN (message->'version')::bigint <> rules_version;
        INSERT INTO messages (team_id, channel_id, message_ts, slot)
        VALUES (team, message->>'channel', message->>'ts', message->>'slot')
        ON CONFLICT DO NOTHING;
        IF FOUND THEN
            heard := array_append(heard, message);
        END IF;
    END LOOP;

    -- From here on each message has only the votes that count.
    IF batch->'limits' <> 'null' THEN
        heard := limit_votes(team, heard, batch->'limits');
    END IF;

    INSERT INTO vote_history (team_id, channel_id, message_ts, slot, voter_id, target_id, delta,
        reason, voted_at, day, season, week_shift, giver_day)
    SELECT team, m->>'channel', m->>'ts', m->>'slot', m->>'voter', v->>'target',
        (v->'points')::bigint, v->>'reason', (m->>'at')::timestamptz, (m->>'day')::date,
        (m->'season')::integer, (m->'shift')::smallint, (m->>'paid_on')::date
    FROM unnest(heard) AS m, jsonb_array_elements(m->'votes') WITH ORDINALITY AS e (v, place)
    ORDER BY (m->'nr')::integer, place;

    scores := add_scores(team, (
        SELECT coalesce(jsonb_agg(s), '[]') FROM unnest(heard) AS m,
            jsonb_array_elements(m->'votes') AS v, jsonb_array_elements(v->'shares') AS s));

    IF has ? 'things' THEN
        INSERT INTO things AS t (team_id, target_id, spelling)
        SELECT DISTINCT ON ((v->>'target') COLLATE "C") team, v->>'target', v->>'spelling'
        FROM unnest(heard) AS m, jsonb_array_elements(m->'votes') WITH ORDINALITY AS e (v, place)
        WHERE v->>'spelling' <> '' AND starts_with(v->>'target', 'thing:')
        ORDER BY (v->>'target') COLLATE "C", (m->'nr')::integer DESC, place DESC
        ON CONFLICT (team_id, target_id) DO UPDATE SET spelling = EXCLUDED.spelling
        WHERE t.spelling <> EXCLUDED.spelling;
    END IF;

    IF has ? 'refusals' OR batch->'limits' <> 'null' THEN
        SELECT jsonb_agg(r || jsonb_build_object('nr', m->'nr', 'voter', m->'voter',
            'day', m->'day', 'channel', m->'channel', 'ts', m->'ts', 'tells', m->'tells'))
        INTO refused FROM unnest(heard) AS m, jsonb_array_elements(m->'refused') AS r;
        IF refused IS NOT NULL THEN
            notes := note_refusals(team, refused);
        END IF;
    END IF;

    -- What is to be said. Each message tells the score that it left, not that of those counted with
    -- it: `later` is what votes after it have given the same target.
    FOR one IN
        INSERT INTO outbox (team_id, channel_id, message_ts, slot, kind, only_for, way, thread_ts,
            body)
        SELECT team, m->>'channel', m->>'ts', m->>'slot', kind,
            CASE WHEN kind = 'refusals' OR m->>'audience' = 'voter' THEN m->>'voter' ELSE '' END,
            CASE kind WHEN 'votes' THEN m->>'way' ELSE 'post' END, m->>'thread', body
        FROM (
            SELECT m, 'votes' AS kind, jsonb_agg(jsonb_build_object(
                'target', v->'target', 'points', v->'points',
                'score', (scores->(v->>'target'))::bigint - later, 'reason', v->'reason',
                'because', v->'because', 'is_cut', v->'is_cut') ORDER BY place) AS body
            FROM (
                SELECT m, v, place, coalesce(sum((v->'points')::bigint) OVER (
                    PARTITION BY v->>'target' ORDER BY (m->'nr')::integer, place
                    ROWS BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING), 0)::bigint AS later
                FROM unnest(heard) AS m,
                    jsonb_array_elements(m->'votes') WITH ORDINALITY AS e (v, place)
            ) AS vote WHERE m->>'audience' <> 'nobody' GROUP BY m
            UNION ALL
            SELECT m, 'refusals', notes->(m->>'nr')
            FROM unnest(heard) AS m WHERE notes ? (m->>'nr')
        ) AS reply ORDER BY (m->'nr')::integer, kind DESC
        ON CONFLICT DO NOTHING
        RETURNING channel_id, message_ts, slot
    LOOP
        waiting := array_append(waiting, concat_ws('/', one.channel_id, one.message_ts, one.slot));
    END LOOP;

    -- Two messages in two channels may have the same time, so the slot names the channel too.
    IF has ? 'notices' THEN
        FOR one IN
            INSERT INTO outbox (team_id, channel_id, message_ts, slot, kind, body)
            SELECT team, v->>'target', m->>'ts', (m->>'channel') || '/' || (m->>'slot'), 'notice',
                jsonb_build_object('voter', m->'voter', 'channel', m->'channel',
                    'points', v->'points', 'reason', v->'reason', 'because', v->'because',
                    'by_workflow', m->'by_workflow')
            FROM unnest(heard) AS m, jsonb_array_elements(m->'votes') WITH ORDINALITY AS e (v, place)
            WHERE (m->'notices')::boolean AND NOT starts_with(v->>'target', 'thing:')
                AND (v->'points')::bigint > 0
            ORDER BY (m->'nr')::integer, place
            ON CONFLICT DO NOTHING
            RETURNING message_ts, split_part(slot, '/', 1) AS channel, slot
        LOOP
            waiting := array_append(waiting, concat_ws('/', one.channel, one.message_ts,
                substr(one.slot, length(one.channel) + 2)));
        END LOOP;
    END IF;

    RETURN jsonb_build_object('version', rules_version, 'heard', (
        SELECT coalesce(jsonb_agg(jsonb_build_array(m->'nr', jsonb_array_length(m->'votes'),
            cardinality(array_positions(waiting,
                concat_ws('/', m->>'channel', m->>'ts', m->>'slot'))),
            coalesce(m->'ready', to_jsonb(jsonb_array_length(m->'votes'))))), '[]')
        FROM unnest(heard) AS m));
END $$;
COMMENT ON FUNCTION record_votes(text, jsonb) IS
    'Stores the votes of messages of one workspace, each message once.';
