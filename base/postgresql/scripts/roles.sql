-- The roles, the database and the extension; safe to run again, which is how a changed password is applied.
-- \getenv and :'variables' keep passwords out of every command line and quote them, whatever they contain.
\set ON_ERROR_STOP on
SET client_min_messages = warning;
SET log_statement = 'none';
SET log_min_duration_statement = -1;
SET log_min_error_statement = panic;
-- ALTER DATABASE may wait for no replica: roles must exist before the first replica does.
SET synchronous_commit = local;
\getenv database DATABASE
\getenv application APPLICATION_ROLE
\getenv application_password APPLICATION_PASSWORD
\getenv replication_password REPLICATION_PASSWORD
\getenv monitoring_password MONITORING_PASSWORD

SELECT format('CREATE ROLE %I', name)
  FROM unnest(ARRAY[:'application', 'replicator', 'monitoring', 'pgbouncer', 'backup']) AS name
 WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name) \gexec
ALTER ROLE :"application" LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS
  PASSWORD :'application_password';
ALTER ROLE replicator LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE REPLICATION NOBYPASSRLS
  PASSWORD :'replication_password';
ALTER ROLE monitoring LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS CONNECTION LIMIT 5
  PASSWORD :'monitoring_password';
GRANT pg_monitor TO monitoring;
ALTER ROLE pgbouncer LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS PASSWORD NULL;
ALTER ROLE backup LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE REPLICATION NOBYPASSRLS PASSWORD NULL;

SELECT format('CREATE DATABASE %I OWNER %I', :'database', :'application')
 WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = :'database') \gexec
ALTER DATABASE :"database" OWNER TO :"application";
REVOKE ALL ON DATABASE :"database" FROM PUBLIC;
REVOKE CONNECT ON DATABASE postgres, template1 FROM PUBLIC;
GRANT CONNECT ON DATABASE :"database", postgres TO monitoring;
GRANT CONNECT ON DATABASE :"database" TO pgbouncer, backup;
CREATE EXTENSION IF NOT EXISTS pg_stat_statements;
\connect :"database"
SET client_min_messages = warning;
SET synchronous_commit = local;
ALTER SCHEMA public OWNER TO :"application";
CREATE EXTENSION IF NOT EXISTS pg_stat_statements;

-- What PgBouncer's auth_query asks: the SCRAM secret of a role that is no superuser, does not replicate and does not
-- monitor. The function belongs to the superuser and runs with a fixed search path.
CREATE SCHEMA IF NOT EXISTS pgbouncer;
CREATE OR REPLACE FUNCTION pgbouncer.lookup(INOUT name text, OUT secret text) RETURNS SETOF record
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog AS
$$SELECT rolname::text, rolpassword FROM pg_authid
   WHERE rolname = name AND rolcanlogin AND NOT rolsuper AND NOT rolreplication
     AND NOT pg_has_role(oid, 'pg_monitor', 'member')$$;
REVOKE ALL ON FUNCTION pgbouncer.lookup(text) FROM PUBLIC;
GRANT USAGE ON SCHEMA pgbouncer TO pgbouncer;
GRANT EXECUTE ON FUNCTION pgbouncer.lookup(text) TO pgbouncer;

-- The result of each restore rehearsal; monitoring reads it, backup adds to it.
CREATE SCHEMA IF NOT EXISTS operations;
CREATE TABLE IF NOT EXISTS operations.rehearsals (
  finished timestamptz NOT NULL DEFAULT now(),
  succeeded boolean NOT NULL,
  target text NOT NULL,
  rows bigint NOT NULL,
  seconds integer NOT NULL
);
GRANT USAGE ON SCHEMA operations TO backup, monitoring;
GRANT EXECUTE ON FUNCTION pg_create_restore_point(text) TO backup;
GRANT INSERT ON operations.rehearsals TO backup;
GRANT SELECT ON operations.rehearsals TO monitoring;
