-- What happened to one screening is read from the chain of its site. A subject is its id, or its id, a space and a reason:
-- a range of texts, compared byte by byte.
create index audit_by_subject on audit (site_id, subject collate "C") where subject is not null;
