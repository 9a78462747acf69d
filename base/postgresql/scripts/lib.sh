# Shared by the scripts of the PostgreSQL pods; sourced, never run.
set -euo pipefail
umask 077
# Debian's and the official image's place of the servers' programs.
export PATH=/usr/lib/postgresql/15/bin:/usr/local/bin:/usr/bin:/bin
export LC_ALL=C.UTF-8

: "${POD_NAME:?}" "${PRIMARY_POD:?}" "${NODES_SERVICE:?}" "${PEERS:?}" "${DATABASE:?}" "${APPLICATION_ROLE:?}"
readonly volume=/var/lib/postgresql/data
readonly PGDATA=$volume/pgdata
export PGDATA
readonly run_directory=/run/postgresql      # memory: the socket, the password file, the connection to the primary
readonly credentials=/run/secrets/postgres
readonly ca_file=/run/secrets/postgres-tls/ca.crt
readonly password_file=$run_directory/pgpass
readonly standby_file=$run_directory/standby.conf
# Replication slots are named after their pod: [a-z0-9_].
readonly slot=${POD_NAME//-/_}

say() { printf '%s: %s\n' "${0##*/}" "$*" >&2; }
die() { say "ERROR: $*"; exit 1; }

is_primary() { [[ $POD_NAME == "$PRIMARY_POD" ]]; }

# secret KEY: the value without trailing newlines, which `echo` and editors leave behind.
secret() {
  local value
  value=$(<"$credentials/$1") || die "cannot read $credentials/$1"
  [[ -n $value ]] || die "$credentials/$1 is empty"
  printf '%s' "$value"
}

# connection_to POD: the connection string of the replication role; the password stays in the password file.
connection_to() {
  printf '%s' "host=$1.$NODES_SERVICE port=5432 user=replicator passfile=$password_file connect_timeout=5" \
    " sslmode=verify-full sslrootcert=$ca_file application_name=$slot"
}

# replication_command POD COMMAND: one command of the replication protocol; needs no right on any table.
replication_command() { psql -XAtqw -d "$(connection_to "$1") replication=true" -c "$2"; }

# write_connection [POD]: what the server needs to follow the primary, or POD; a primary follows nobody. Replaced in one
# step: the server may be reading.
write_connection() {
  local password
  password=$(secret replication-password)
  password=${password//\\/\\\\}
  printf '*:*:*:replicator:%s\n' "${password//:/\\:}" > "$password_file.new"
  if [[ -n ${1:-} ]]; then
    printf "primary_conninfo = '%s'\n" "$(connection_to "$1")"
  elif ! is_primary; then
    printf "primary_conninfo = '%s'\nprimary_slot_name = '%s'\n" "$(connection_to "$PRIMARY_POD")" "$slot"
  fi > "$standby_file.new"
  mv "$password_file.new" "$password_file"
  mv "$standby_file.new" "$standby_file"
}

# apply_roles SOCKET_DIRECTORY: roles, passwords and database, as the superuser over the socket.
apply_roles() {
  APPLICATION_PASSWORD=$(secret application-password) \
  REPLICATION_PASSWORD=$(secret replication-password) \
  MONITORING_PASSWORD=$(secret monitoring-password) \
    psql -Xqw -h "$1" -U postgres -d postgres -f /scripts/roles.sql > /dev/null
}

# ask STATEMENT: the answer of this pod's server.
ask() { psql -XAtqw -h "$run_directory" -U postgres -d postgres -c "$1"; }

# lsn_number X/Y: a WAL position as a number of bytes.
lsn_number() { printf '%d' $(( (16#${1%/*} << 32) + 16#${1#*/} )); }
