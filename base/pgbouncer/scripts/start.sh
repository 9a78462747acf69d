#!/bin/bash
# The main process: runs PgBouncer and has it read its settings and certificates again when they change.
set -euo pipefail
export PATH=/usr/local/bin:/usr/local/sbin:/usr/bin:/usr/sbin:/bin

fingerprint() {
  find -L /etc/pgbouncer /run/secrets -type f ! -path '*/..*' -exec sha256sum {} + | sort | sha256sum
}

setting() { sed -n "s/^$1 = //p" /etc/pgbouncer/sizes.ini; }

# Each client and each server connection is an open file, and a runtime's limit may be 1024: PgBouncer would take as many
# clients, and refuse the others without a word to them.
raise_file_limit() {
  local hard needed
  hard=$(ulimit -Hn)
  needed=$(( $(setting max_client_conn) + $(setting max_db_connections) + 100 ))
  if [[ $hard != unlimited && $hard -lt $needed ]]; then
    printf 'ERROR: %s files may be open, but %s are needed for the clients and servers of sizes.ini: %s\n' "$hard" \
      "$needed" "raise the container runtime's limit (LimitNOFILE), or lower postgresql.pooler.clientConnections" >&2
    exit 1
  fi
  ulimit -Sn "$hard" 2> /dev/null || ulimit -Sn "$needed"
}

raise_file_limit
applied=$(fingerprint)
pgbouncer /etc/pgbouncer/pgbouncer.ini &
server=$!
# SIGINT lets every transaction end first.
trap 'kill -INT "$server"; wait "$server"; exit' TERM INT
while kill -0 "$server" 2> /dev/null; do
  sleep "$RELOAD_SECONDS" &
  wait -n "$server" $! || true
  current=$(fingerprint)
  if [[ $current != "$applied" ]]; then
    kill -HUP "$server"
    applied=$current
  fi
done
wait "$server"
