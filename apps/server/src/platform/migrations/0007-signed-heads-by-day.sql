-- A day's heads are read across sites, for its roll and for checking it.
create index audit_signed_head_by_day on audit_signed_head (day);
