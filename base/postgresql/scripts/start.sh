#!/bin/bash
# The main process: prepares the volume, then becomes the server.
. /scripts/lib.sh

# The first process of a container ignores signals that it does not handle.
trap 'kill "${child:-}" 2> /dev/null; exit 143' TERM INT
: > "$run_directory/preparing"      # a clone takes as long as it takes: liveness waits for it
bash /scripts/prepare.sh &
child=$!
wait "$child"
rm -f "$run_directory/preparing"
if is_primary; then sizes=primary; else sizes=replica; fi
exec postgres -c config_file="/etc/postgresql/$sizes.conf"
