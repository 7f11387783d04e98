-- The job queue. Procrastinate's own schema is laid by the migration runner just before this file, in schema jobs.
-- Customers' transactions reach it through gate.enqueue alone and cannot read it. The worker reads it and moves jobs
-- by the queue's own functions: it can neither write a job nor hand itself one that is not waiting.

grant usage on schema jobs to pillarbox_worker, pillarbox_doorman;
grant select on all tables in schema jobs to pillarbox_worker;
grant select, insert, update, delete on all tables in schema jobs to pillarbox_doorman;
grant usage on all sequences in schema jobs to pillarbox_doorman;

do $$
declare
  f record;
begin
  for f in select oid::regprocedure as name, proname from pg_proc where pronamespace = 'jobs'::regnamespace loop
    execute format('alter function %s owner to pillarbox_doorman', f.name);
    execute format('alter function %s security definer', f.name);
    execute format('alter function %s set search_path = jobs, pg_catalog, pg_temp', f.name);
    execute format('revoke all on function %s from public', f.name);
    if f.proname ~ '^procrastinate_(fetch_job|finish_job|retry_job|register_worker|unregister_worker|update_heartbeat|prune_stalled_workers)_v' then
      execute format('grant execute on function %s to pillarbox_worker', f.name);
    end if;
  end loop;
end $$;

-- The stamp of a job ends with the job: a number that is written again would otherwise open its old account.
alter table gate.job add foreign key (job_id) references jobs.procrastinate_jobs (id) on delete cascade;
