-- Software of vendors (docs/adr/0089).

-- The register.
create table vendor (
  id text primary key check (id ~ '^[a-z0-9][a-z0-9-]{1,39}$'),
  name text not null,
  -- JWK set (RFC 7517) of public keys.
  keys jsonb not null,
  -- SHA-256 of each certificate (DER), hexadecimal.
  certificates text[] not null,
  -- PEM: whatever this authority issues is the vendor's too; null for none.
  authority text,
  scopes text[] not null,
  -- Requests a second of all its software together, in one process.
  per_second integer not null check (per_second > 0),
  registered_at timestamptz not null,
  registered_by text not null,
  suspended_at timestamptz,
  suspended_by text,
  suspension_reason text
);

-- Assertions that counted: each does once, in all processes together.
create table vendor_assertion (
  vendor_id text not null,
  jti text not null,
  expires_at timestamptz not null,
  primary key (vendor_id, jti)
);
create index vendor_assertion_by_end on vendor_assertion (expires_at);

-- Software that asks to work for somebody, until they decide or the code is over.
create table vendor_request (
  user_code text primary key,
  -- SHA-256 of the device code.
  device_code_hash bytea not null unique,
  vendor_id text not null,
  site_id text not null,
  scopes text[] not null,
  device text,
  asked_at timestamptz not null,
  expires_at timestamptz not null,
  polled_at timestamptz,
  interval_seconds integer not null,
  decision text check (decision in ('accept', 'refuse')),
  delegation_id uuid
);
create index vendor_request_by_vendor on vendor_request (vendor_id, site_id);
create index vendor_request_by_end on vendor_request (expires_at);

-- What a professional lets software do. It names professionals, and nobody who was tested.
create table vendor_delegation (
  site_id text not null,
  id uuid not null,
  vendor_id text not null,
  professional_id text not null,
  family_name text not null,
  first_names text not null,
  profession text not null,
  site_name text not null,
  postal_code text,
  -- Thumbprint of the key that signs provisional certificates; null for software that never works offline.
  device text,
  scopes text[] not null,
  -- The strong sign-in that it was granted in.
  signed_in_at timestamptz not null,
  granted_at timestamptz not null,
  ends_at timestamptz not null,
  revoked_at timestamptz,
  -- SHA-256 of the refresh token; null until the software has taken its first.
  refresh_hash bytea,
  primary key (site_id, id)
);
-- To show people what works for them, wherever: rare.
create index vendor_delegation_by_professional on vendor_delegation (professional_id, ends_at);
