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
