#!/bin/bash
# replay.sh DIRECTORY SOCKET_DIRECTORY: starts a server on a restored copy, reachable over that socket only, and waits
# until it has replayed the archive up to its target. A server that cannot reach the target stops: that fails here.
. /scripts/lib.sh

directory=$1
socket=$2
log=$directory.log
pg_ctl -s -w -D "$directory" -l "$log" start -o "-c config_file=$directory/postgresql.conf -c data_directory=$directory \
  -c hba_file=/scripts/restored_hba.conf -c listen_addresses='' -c unix_socket_directories=$socket -c hot_standby=off \
  -c ssl=off -c shared_preload_libraries=''" > /dev/null || true
until [[ $(psql -XAtqw -h "$socket" -U postgres -d postgres -c 'SELECT pg_is_in_recovery()' 2> /dev/null) == f ]]; do
  pg_ctl -s -D "$directory" status > /dev/null || { grep -E 'FATAL|PANIC|ERROR' "$log" >&2; die "the archive was not replayed to the target"; }
  sleep 0.2
done
