#!/bin/bash
# The main process: prepares the volume, then becomes the server.
. /scripts/lib.sh

readonly manifest=/data/appendonlydir/appendonly.aof.manifest
readonly private=$run_directory/migrate.sock

# Whether a peer holds keys: an empty master would make every replica throw them away. A peer that answers with
# anything but the number of its keys (loading, wrong password) may have data. None have a name that does not exist
# (no such pod yet; a resolver that fails says something else) and, if it holds for a while, a refused connection.
refuse_if_a_peer_has_data() {
  local peer answer refused deadline=$((SECONDS + GUARD_SECONDS))
  while :; do
    refused=0
    for peer in $PEERS; do
      [[ $peer != "$POD_NAME" ]] || continue
      answer=$(as monitoring "$peer.$NODES_SERVICE" dbsize || true)
      case $answer in
        0) ;;
        *'Name or service not known'*|*'No address associated with hostname'*) ;;
        *'Connection refused'*) refused=1 ;;
        *) die "this volume is empty and $peer has, or may have, data ($answer): not starting as master; see docs/data.md, 'Empty master'" ;;
      esac
    done
    [[ $refused == 1 && $SECONDS -lt $deadline ]] || return 0
    sleep 1
  done
}

# With `appendonly yes` Redis does not read a dump.rdb that is already there: it would start empty. The dump is loaded
# by a server of its own, which nobody can reach, and the append-only file is written from memory.
migrate_dump() {
  say "writing the append-only file from dump.rdb"
  redis-server /etc/redis/redis.conf --port 0 --unixsocket "$private" --appendonly no --replicaof no one > /dev/null &
  local server=$! reply
  local cli=(redis-cli -s "$private" --user operator)
  REDISCLI_AUTH=$(<"$operator_file")
  export REDISCLI_AUTH
  until [[ $("${cli[@]}" ping 2>&1) == PONG ]]; do kill -0 "$server" || die "dump.rdb cannot be loaded"; sleep 0.2; done
  [[ $("${cli[@]}" config set appendonly yes) == OK ]] || die "the append-only file cannot be written"
  until reply=$("${cli[@]}" info persistence | tr -d '\r') && [[ $reply == *aof_rewrite_in_progress:0* &&
    $reply == *aof_rewrite_scheduled:0* && $reply == *aof_last_bgrewrite_status:ok* && -s $manifest ]]; do sleep 0.2; done
  "${cli[@]}" shutdown nosave > /dev/null 2>&1 || true
  wait "$server" || true
  unset REDISCLI_AUTH
  [[ -s $manifest ]] || die "the append-only file was not written"
  mv /data/dump.rdb /data/dump.rdb.migrated
  sync -f /data
}

prepare() {
  fingerprint > "$applied_file"
  write_access
  if [[ -s $manifest ]]; then
    return
  elif [[ -s /data/dump.rdb ]]; then
    migrate_dump
  elif is_master; then
    refuse_if_a_peer_has_data
  fi
}

# The first process of a container ignores signals that it does not handle.
trap 'kill "${child:-}" 2> /dev/null; exit 143' TERM INT
: > "$run_directory/preparing"
prepare &
child=$!
wait "$child"
rm -f "$run_directory/preparing"
exec redis-server /etc/redis/redis.conf
