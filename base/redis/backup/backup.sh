#!/bin/bash
# Fetches a dump as a replica would, checks it, loads it into a throwaway server and counts its keys; only then it gets
# its name. A dump that cannot be loaded is thus seen on the day that it is made. Drops what is older than wanted.
set -euo pipefail
umask 077
export PATH=/usr/local/bin:/usr/bin:/bin
: "${SOURCE:?}" "${KEEP:?}"

say() { printf '%s: %s\n' "${0##*/}" "$*" >&2; }
die() { say "ERROR: $*"; exit 1; }
# as USER ARGUMENT...: redis-cli on the source; the password comes from a file.
as() {
  local user=$1
  shift
  REDISCLI_AUTH=$(<"/run/secrets/redis/$user-password") redis-cli -h "$SOURCE" -p 6379 --user "$user" "$@"
}

readonly socket=/tmp/restored.sock
partial=/backup/partial
rm -rf "$partial"
mkdir "$partial"
before=$(as monitoring dbsize 2>&1 || true)
[[ $before =~ ^[0-9]+$ ]] || die "$SOURCE does not say how many keys it has: $before"
as replication --rdb "$partial/dump.rdb" > "$partial/log" 2>&1 || die "no dump: $(tail -n 1 "$partial/log")"
redis-check-rdb "$partial/dump.rdb" > "$partial/log" || die "the dump is damaged: $(tail -n 1 "$partial/log")"

redis-server --port 0 --unixsocket "$socket" --dir "$partial" --dbfilename dump.rdb --appendonly no --save '' > "$partial/log" &
server=$!
trap 'kill -KILL "$server" 2> /dev/null || true' EXIT
until [[ $(redis-cli -s "$socket" ping 2>&1) == PONG ]]; do
  kill -0 "$server" 2> /dev/null || die "the dump cannot be loaded: $(tail -n 1 "$partial/log")"
  sleep 0.2
done
keys=$(redis-cli -s "$socket" dbsize)
[[ $keys != 0 || $before == 0 ]] || die "the dump is empty and $SOURCE has $before keys"
kill -KILL "$server"
wait "$server" 2> /dev/null || true

name=/backup/$(date -u +%Y%m%dT%H%M%SZ).rdb
sync -f /backup
mv "$partial/dump.rdb" "$name"
rm -rf "$partial"
say "${name##*/} holds $keys keys; $SOURCE had $before"
find /backup -maxdepth 1 -name '*.rdb' | sort | head -n "-$KEEP" | while read -r old; do
  say "removing ${old##*/}: $KEEP newer dumps exist"
  rm "$old"
done
