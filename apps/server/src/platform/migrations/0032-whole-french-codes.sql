-- Two screenings may say the same in French on one day: entered twice, and one of them taken back. From a day of signature on a
-- French code is revoked by what tells it from every other, its signature with it (ADR 75). Codes that are out already keep the
-- hash of their text; pages that are open have a week to fetch the version that knows.
create table revocation_scheme (
  one boolean primary key default true check (one),
  whole_codes_from date not null
);
insert into revocation_scheme (whole_codes_from)
select case when exists (select from certificate) then (now() at time zone 'UTC')::date + 8 else date '2000-01-01' end;
