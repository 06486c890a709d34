-- Which keys of the portal sign what, and when: every process of a database publishes the same ones and changes at the
-- same moment. Nothing secret is here; private keys are in the folder of each process or in a hardware module.
-- Reference table, a few rows a scope.
create table signing_key (
  scope text not null check (scope in ('dcc', 'twoddoc', 'bundle', 'session', 'continuity')),
  -- First 8 bytes of the SHA-256 of the certificate.
  key_id bytea not null,
  -- DER; believed only for its signature by the root, which is not in the database.
  certificate bytea not null,
  -- How 2D-DOC names it; null for other scopes.
  ca_id text,
  certificate_id text,
  -- Of a bundle signer that comes after another: that one's statement (packages/trust, succession).
  succession bytea,
  published_at timestamptz not null,
  signs_from timestamptz not null,
  -- Somebody else may have it: nothing that it signed counts any more.
  revoked_at timestamptz,
  primary key (scope, key_id)
);
