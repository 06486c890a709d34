-- What the SMS gateway said of a message after it had taken it: 'delivered', or why it did not arrive.
alter table outbox add column receipt text;
alter table outbox add column receipt_at timestamptz;
