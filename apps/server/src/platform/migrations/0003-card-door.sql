-- Door card. Neither table grows: one row a list that the authority publishes, and rows of one minute.

-- The last good revocation lists, shared by all processes: one that starts while the authority's service is
-- down takes them from here.
create table card_revocation_list (
  url text primary key,
  -- DER, as fetched; its signature is checked again by whoever reads it.
  list bytea not null,
  issued_at timestamptz not null,
  next_update timestamptz not null,
  fetched_at timestamptz not null
);

-- Assertions of the card port that have opened a session: each does so once, whichever process takes it.
create table card_assertion (
  id text primary key,
  expires_at timestamptz not null
);
create index card_assertion_by_expiry on card_assertion (expires_at);
