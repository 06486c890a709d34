-- Where a professional works by the directory although the place has no FINESS: no screening can be entered there, but whoever
-- is not let in for that reason is told which place it is. On a cluster a reference table.
create table place_without_finess (
  professional_id text not null,
  name text not null,
  profession text not null,
  primary key (professional_id, name)
);
