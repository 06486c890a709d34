-- SHA-256 of the code that opens a slip's result: it is printed apart from the serial, and kept nowhere. Null on slips
-- printed before, whose serial opens it until they end, 92 days after their printing at the latest.
alter table slip add column link_hash bytea;
