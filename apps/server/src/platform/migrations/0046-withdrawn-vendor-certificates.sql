-- A certificate that a vendor's authority issued, and whose key is not its own alone any more: no list of that authority is waited for.
alter table vendor add column withdrawn_certificates text[] not null default '{}';
