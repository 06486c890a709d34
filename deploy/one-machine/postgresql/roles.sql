-- Run once as the administrator: psql --set ON_ERROR_STOP=1 --file roles.sql
-- The owner migrates and nothing else; the portal's login owns nothing and is a member of the application's role, which may add to
-- the audit chains and neither change nor remove (migration 0015). Passwords are set apart, from the files of the credentials.
create role sidep_application nologin;
create role sidep_owner login noinherit connection limit 10;
create role sidep_portal login connection limit 150;
grant sidep_application to sidep_portal;
grant sidep_application to sidep_owner;
create database sidep owner sidep_owner encoding 'UTF8' lc_collate 'C' lc_ctype 'C' template template0;
revoke connect on database sidep from public;
grant connect on database sidep to sidep_portal;
\connect sidep
revoke create on schema public from public;
grant usage, create on schema public to sidep_owner;
grant usage on schema public to sidep_portal;
