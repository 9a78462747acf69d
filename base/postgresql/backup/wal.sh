#!/bin/bash
# Receives the primary's WAL as it is written, on a slot of its own: what a restore replays. Each write is synced
# before it is confirmed, and the slot keeps the WAL while this pod is away.
. /scripts/lib.sh

mkdir -p "$archive" "$bases"
trap 'kill "${child:-}" 2> /dev/null; wait; exit 0' TERM INT
pg_receivewal -w -d "$connection" -S backup --create-slot --if-not-exists
pg_receivewal -w -d "$connection application_name=backup" -S backup -D "$archive" --synchronous --no-loop &
child=$!
wait "$child"
