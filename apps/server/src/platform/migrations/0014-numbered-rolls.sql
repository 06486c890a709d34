-- The day digests of the audit chains are numbered from a signed start, and published in the trust bundle: whoever kept one
-- outside can tell a history that was written anew, even by somebody who has the signer.

-- 1 for the first after the start; null for those from before rolls were numbered.
alter table audit_roll add column number bigint unique;

-- What the portal states once, before its first numbered roll. Reference table, one row.
create table audit_start (
  id smallint primary key check (id = 1),
  -- Digest of the last roll without number; null where there was none.
  previous bytea,
  signed_at timestamptz not null,
  key_id bytea not null,
  signature bytea not null
);
