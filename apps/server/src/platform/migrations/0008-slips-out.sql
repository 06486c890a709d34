-- Slips that may be out: one whose typing was given up keeps the mark of it, and is out all the same.
drop index slip_out;
create index slip_out on slip (site_id, number) where cancelled_at is null and reconciled_at is null;
