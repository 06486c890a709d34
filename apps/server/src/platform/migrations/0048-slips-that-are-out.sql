-- outside a transaction: a nation's sites have a million sheets out, and their count is read without the sheets themselves
create index concurrently if not exists slip_outstanding on slip (site_id, expires_at)
  where cancelled_at is null and reconciled_at is null and screening_id is null;
