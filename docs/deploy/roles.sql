-- The roles of a production database; run once by the server's superuser, in the application's database:
--   OWNER_PASSWORD=… WEB_PASSWORD=… psql -v ON_ERROR_STOP=1 -d jiaohe_aid -f roles.sql
-- jiaohe_owner migrates (DATABASE_URL), jiaohe_web is the application's own login (DATABASE_APP_URL). jiaohe_app holds
-- the application's rights, which `manage.py migrate` sets anew each time; jiaohe_county has them too and sees the
-- families of all townships. Neither can log in, and jiaohe_web has no rights until it takes one of them.
-- A database set up when there was one role for all: GRANT jiaohe_app, jiaohe_county TO jiaohe_owner WITH ADMIN OPTION;
-- GRANT jiaohe_county TO jiaohe_web; ALTER ROLE jiaohe_web NOINHERIT; after its first `migrate`.
\getenv owner_password OWNER_PASSWORD
\getenv web_password WEB_PASSWORD

CREATE ROLE jiaohe_app NOLOGIN;
CREATE ROLE jiaohe_county NOLOGIN;
CREATE ROLE jiaohe_owner LOGIN NOSUPERUSER CREATEROLE PASSWORD :'owner_password';
GRANT jiaohe_app, jiaohe_county TO jiaohe_owner WITH ADMIN OPTION;
CREATE ROLE jiaohe_web LOGIN NOINHERIT NOSUPERUSER NOCREATEROLE NOCREATEDB PASSWORD :'web_password'
    IN ROLE jiaohe_app, jiaohe_county;

SELECT format('ALTER DATABASE %I OWNER TO jiaohe_owner', current_database()) \gexec
ALTER SCHEMA public OWNER TO jiaohe_owner;
REVOKE CREATE ON SCHEMA public FROM PUBLIC;
