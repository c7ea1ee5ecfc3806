UPDATE outbox SET kind = 'absent' WHERE kind = 'opt_outs';
