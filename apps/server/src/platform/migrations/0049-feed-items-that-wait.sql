-- outside a transaction: a day of surveillance waits for its night, and how much, and since when, is asked every quarter of a minute
create index concurrently if not exists feed_item_waiting on feed_item (feed, since)
  where done_at is null and failed_at is null;
