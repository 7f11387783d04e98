-- The job queue. Procrastinate's own schema is laid by the migration runner just before this file, in schema jobs.
-- The worker works the queue; customers' transactions reach it through gate.enqueue alone and cannot read it.

grant usage on schema jobs to pillarbox_worker, pillarbox_doorman;
grant select, insert, update, delete on all tables in schema jobs to pillarbox_worker, pillarbox_doorman;
grant usage on all sequences in schema jobs to pillarbox_worker, pillarbox_doorman;
grant execute on all functions in schema jobs to pillarbox_worker, pillarbox_doorman;
