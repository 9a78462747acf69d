#!/bin/bash
# The main process: runs PgBouncer and has it read its settings and certificates again when they change.
set -euo pipefail
export PATH=/usr/local/bin:/usr/local/sbin:/usr/bin:/usr/sbin:/bin

fingerprint() {
  find -L /etc/pgbouncer /run/secrets -type f ! -path '*/..*' -exec sha256sum {} + | sort | sha256sum
}

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
