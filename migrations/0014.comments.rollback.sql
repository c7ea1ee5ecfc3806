-- Comments do no harm: they stay, and are written again.
DO $$ BEGIN END $$;
