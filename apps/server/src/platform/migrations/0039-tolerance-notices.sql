-- Tolerance notices as operations draft, sign and withdraw them (docs/adr/0088). Reference: a few in an incident. What a
-- notice says never changes; another one is drafted.
create table tolerance_notice (
  -- Day in Paris of the draft, and its number of that day.
  id text primary key,
  accepts text[] not null,
  -- How FINESS numbers begin; none: all.
  sites text[] not null,
  accepted_from timestamptz not null,
  accepted_until timestamptz not null,
  fr text not null,
  en text not null,
  drafted_by text not null,
  drafted_at timestamptz not null,
  reason text not null,
  signed_by text,
  signed_at timestamptz,
  -- What verifiers get, by the bundle's signer.
  signed bytea,
  withdrawn_by text,
  withdrawn_at timestamptz,
  withdrawal_reason text,
  check ((signed is null) = (signed_by is null)),
  -- Two people, whatever the portal's code does.
  check (signed_by is distinct from drafted_by)
);
