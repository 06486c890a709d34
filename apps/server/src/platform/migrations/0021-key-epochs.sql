-- Data keys say what wrapped them, so that the key-encryption key can be changed while everything runs, and are wrapped
-- under the secret of their week as well, which is given up when the week's identity data is past its time.

-- Id of the key-encryption key; null for what was wrapped before keys had ids.
alter table data_key add column wrapping_key bytea;
-- Monday of the week whose secret is needed to unwrap it; null where it was wrapped without.
alter table data_key add column epoch text;

-- The first week that retention left: secrets of weeks before it are given up once no data key needs them. One row;
-- a database that never removed anything gives up nothing, whatever file of epochs it is started with.
create table key_epoch (
  only_row boolean primary key default true check (only_row),
  needed_from text not null
);
