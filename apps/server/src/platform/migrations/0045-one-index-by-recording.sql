-- outside a transaction
-- `screening_by_recording` (0033) says the same of smaller ranges.
drop index concurrently if exists screening_recorded;
