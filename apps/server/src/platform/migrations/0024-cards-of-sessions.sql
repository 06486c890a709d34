-- Which card each open session came by, so that it ends when the card is revoked. Rows of a session's life; on a cluster a
-- reference table.
create table card_session (
  session_id text primary key,
  -- SHA-256 of the name and key that issued the card, and the card's serial number, hexadecimal.
  issuer text not null,
  serial text not null,
  -- No token of it can be accepted or renewed then.
  ends_at timestamptz not null
);
create index card_session_by_end on card_session (ends_at);
