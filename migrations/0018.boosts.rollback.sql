ALTER TABLE vote_history
    DROP CONSTRAINT vote_history_says_what_was_multiplied,
    DROP COLUMN said,
    DROP COLUMN factor;
DROP TABLE boosts;
-- Earlier versions know no such timers, nor such posts.
DELETE FROM timers WHERE kind IN ('boost_warning', 'boost_end');
DELETE FROM outbox WHERE kind = 'boost' AND done_at IS NULL;
COMMENT ON COLUMN audit.act IS 'setting, season, adjust, merge, unmerge, ban or unban.';
COMMENT ON COLUMN audit.about IS 'The person, thing, setting, channel or season that it was done to.';

-- What was multiplied stays so; bin/verify --rebuild lets the boards of givers follow.
CREATE OR REPLACE FUNCTION record_votes(team text, batch jsonb) RETURNS jsonb LANGUAGE plpgsql
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
