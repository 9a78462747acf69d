#!/bin/bash
# Takes a base backup, verifies it, and only then gives it its name; then drops what is older than wanted.
: "${KEEP:?}"
. /scripts/lib.sh

mkdir -p "$bases"
rm -rf "$bases"/*.partial
# Named after its second: a backup that begins in the second of another waits for the next.
while name=$bases/$(date -u +%Y%m%dT%H%M%SZ) && [[ -e $name ]]; do sleep 0.2; done
pg_basebackup -w -d "$connection" -D "$name.partial" -X stream --checkpoint=fast
pg_verifybackup --quiet "$name.partial"
sync -f /backup
mv "$name.partial" "$name"
say "backup ${name##*/} is complete and verified"

# Nothing is removed while it is copied off the cluster (copy.sh).
exec 9>> /backup/lock
flock 9
find "$bases" -mindepth 1 -maxdepth 1 -type d ! -name '*.partial' | sort | head -n "-$KEEP" | while read -r old; do
  say "removing ${old##*/}: $KEEP newer backups exist"
  rm -rf "$old"
done
# WAL from before the oldest kept backup cannot be replayed onto any.
oldest=$(find "$bases" -mindepth 1 -maxdepth 1 -type d ! -name '*.partial' | sort | head -n 1)
pg_archivecleanup "$archive" "$(sed -n 's/^START WAL LOCATION: .*(file \([0-9A-F]*\))$/\1/p' "$oldest/backup_label")"
