#!/bin/bash
# Fetches a dump as a replica would, loads it into a throwaway server and counts its keys; only then it gets its name.
# A dump that cannot be loaded is thus seen on the day that it is made. Drops what is older than wanted.
: "${SOURCE:?}" "${KEEP:?}"
. /scripts/lib.sh
. /scripts/offsite.sh

# as USER ARGUMENT...: redis-cli on the source; the password comes from a file.
as() {
  local user=$1
  shift
  REDISCLI_AUTH=$(<"/run/secrets/redis/$user-password") redis-cli -h "$SOURCE" -p 6379 --user "$user" "$@"
}

partial=/backup/partial
rm -rf "$partial"
mkdir -p "$partial" "$dumps"
before=$(as monitoring dbsize 2>&1 || true)
[[ $before =~ ^[0-9]+$ ]] || die "$SOURCE does not say how many keys it has: $before"
as replication --rdb "$partial/dump.rdb" > "$partial/log" 2>&1 || die "no dump: $(tail -n 1 "$partial/log")"
load "$partial"
[[ $keys != 0 || $before == 0 ]] || die "the dump is empty and $SOURCE has $before keys"

# Named after its second: a dump that ends in the second of another waits for the next.
while name=$dumps/$(date -u +%Y%m%dT%H%M%SZ) && [[ -e $name.rdb ]]; do sleep 0.2; done
sum=$(sha256sum < "$partial/dump.rdb")
printf '%s %s\n' "${sum%% *}" "$keys" > "$name.sum"
sync -f /backup
mv "$partial/dump.rdb" "$name.rdb"
sync -f /backup
rm -rf "$partial"
say "${name##*/}.rdb holds $keys keys; $SOURCE had $before"
find "$dumps" -maxdepth 1 -name '*.rdb' | sort | head -n "-$KEEP" | while read -r old; do
  say "removing ${old##*/}: $KEEP newer dumps exist"
  rm "$old" "${old%.rdb}.sum"
done
if offsite; then
  use_copy redis
  reach_bucket
  # The dump goes last: with it the copy is complete.
  rclone copy "$dumps" copy:dumps --include '*.sum'
  rclone copy "$dumps" copy:dumps
  say "the dumps are copied off the cluster"
fi
