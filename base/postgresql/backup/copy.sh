#!/bin/bash
# Copies WAL and base backups off the cluster. A base backup's manifest goes last: with it the copy is complete.
. /scripts/lib.sh
. /scripts/offsite.sh
use_copy postgresql
reach_bucket

# No base backup is removed meanwhile (base.sh).
exec 9>> /backup/lock
flock 9
# The segment that is still being received changes while it is copied; what it holds by then counts.
rclone copy "$archive" copy:wal --local-no-check-updated
# An object store has no empty folders, and a server needs some.
mkdir -p /backup/folders
find "$bases" -mindepth 1 -maxdepth 1 -type d ! -name '*.partial' | while read -r base; do
  find "$base" -mindepth 1 -type d -printf '%P\n' > "/backup/folders/${base##*/}"
done
rclone copy /backup/folders copy:folders
rclone copy "$bases" copy:base --filter '- *.partial/**' --filter '- /*/backup_manifest'
rclone copy "$bases" copy:base --filter '- *.partial/**' --filter '+ /*/backup_manifest' --filter '- *'
say "WAL and base backups are copied"
