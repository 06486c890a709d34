-- Who may not answer for anything at present, by a decision of operations; the audit chain `portal` has each with its end.
-- Small; on a cluster a reference table.
create table professional_suspension (
  professional_id text primary key,
  reason text not null,
  suspended_by text not null,
  suspended_at timestamptz not null
);
