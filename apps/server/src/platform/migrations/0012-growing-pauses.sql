-- Wrong birth dates at a person's link: pauses grow, and whoever has the phone has a way back in.
alter table retrieval
  -- Pauses since the link was last opened: each is twice as long as the one before.
  add column pauses smallint not null default 0,
  -- Numbers typed since one was last sent to the phone.
  add column unlock_tries smallint not null default 0;
