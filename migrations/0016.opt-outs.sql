-- What waits to be said about people who have opted out is called by the name that it has now.
-- depends: 0015.meanings

UPDATE outbox SET kind = 'opt_outs' WHERE kind = 'absent';
