-- What is entered more than a day after its sample, and why. A positive of then gives no certificate before somebody else
-- confirmed it: who answers for it, and who was at the keyboard, cannot.
alter table screening
  -- 'outage', 'paper', 'forgotten', 'correction'; 'provisional', 'slip': the document says it. Null: entered in time.
  add column late_reason text,
  -- Ids of those whose word it is, with a space between; null: nothing waits for a confirmation, or ever did.
  add column held_by text,
  add column confirmed_at timestamptz,
  -- A professional's id, or a name that operations know.
  add column confirmed_by text;
