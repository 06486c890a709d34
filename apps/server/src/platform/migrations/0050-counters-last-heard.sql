-- When the counters of each site were last heard, for the watcher: a site that was heard every five minutes and is not any more
-- did not say so itself. A row a site, changed in place; nobody is in it. On a cluster a reference table, like the other signals.
create table counter_heard (
  site_id text primary key,
  -- As departmentOfPostalCode says it, or '' where it is not known.
  department text not null,
  -- Its last heartbeat; null: none since the row was made.
  heard_at timestamptz,
  -- When a page there was closed, or somebody signed out: from then on nothing is expected, until it is heard again.
  left_at timestamptz
) with (fillfactor = 70);
