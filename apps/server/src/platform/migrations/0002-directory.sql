-- The directory is imported again and again: an activity that has vanished from it is marked, not deleted,
-- because screenings of its time still name it.

alter table professional_site add column deactivated_at timestamptz;

alter table directory_import add column activities integer not null default 0;
alter table directory_import add column deactivated integer not null default 0;
