# Shared by the scripts of the backup pods; sourced, never run.
set -euo pipefail
umask 077
export PATH=/usr/lib/postgresql/15/bin:/usr/local/bin:/usr/bin:/bin
export LC_ALL=C.UTF-8

readonly archive=/backup/wal
readonly bases=/backup/base
readonly certificate=/run/secrets/postgres-backup-tls

say() { printf '%s: %s\n' "${0##*/}" "$*" >&2; }
die() { say "ERROR: $*"; exit 1; }

# The pod that copies off the cluster has no way to the primary. The role `backup` logs in by its client certificate: no
# password exists. libpq refuses a key that its group may read unless root owns it, which is how kubelet mounts it.
if [[ -n ${NODES_SERVICE:-} ]]; then
  : "${PRIMARY_POD:?}" "${DATABASE:?}"
  readonly connection="host=$PRIMARY_POD.$NODES_SERVICE port=5432 user=backup connect_timeout=10 sslmode=verify-full \
sslrootcert=$certificate/ca.crt sslcert=$certificate/tls.crt sslkey=$certificate/tls.key"
fi

ask_primary() { psql -XAtqw -v ON_ERROR_STOP=1 -d "$connection dbname=$DATABASE" -c "$1"; }

# The newest complete base backup; empty when there is none.
newest_base() { find "$bases" -mindepth 1 -maxdepth 1 -type d ! -name '*.partial' 2> /dev/null | sort | tail -n 1; }
