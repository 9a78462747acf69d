#!/bin/bash
# Brings the volume into a state in which the server may start, or exits 1 and leaves it as it was.
#   primary, no data   initialises, unless a peer has data
#   replica, no data   clones the primary
#   replica, data      starts with it; clones again only when the primary can no longer supply the WAL that is missing
# A data directory is made beside its place and renamed when it is complete, so PGDATA is never half-made.
. /scripts/lib.sh

readonly partial=$volume/pgdata.partial
readonly discarded=$volume/pgdata.discarded

has_data() { [[ -s $PGDATA/PG_VERSION ]]; }
control() { pg_controldata "$PGDATA" | sed -n "s/^$1: *//p"; }

finish() {
  sync -f "$volume"
  mv "$partial" "$PGDATA"
  sync -f "$volume"
}

# A peer that answers in any way, also with a refusal, runs a server and therefore has data. No server are only a
# name that does not exist (no such pod yet; a resolver that fails says something else) and a refused connection (a
# pod that waits for its first clone); the latter must hold for a while, since a pod with data needs moments until its
# server listens.
refuse_if_a_peer_has_data() {
  local peer answer deadline=$((SECONDS + GUARD_SECONDS))
  while :; do
    local refused=0
    for peer in $PEERS; do
      [[ $peer != "$POD_NAME" ]] || continue
      if answer=$(replication_command "$peer" IDENTIFY_SYSTEM 2>&1); then
        die "this volume is empty but $peer has data (system ${answer%%|*}): not initialising; see docs/data.md, 'Empty primary'"
      fi
      case $answer in
        *'Name or service not known'*|*'No address associated with hostname'*) ;;
        *'Connection refused'*) refused=1 ;;
        *) die "this volume is empty and $peer may have data: not initialising; see docs/data.md, 'Empty primary': $answer" ;;
      esac
    done
    [[ $refused == 1 && $SECONDS -lt $deadline ]] || return 0
    sleep 1
  done
}

# Two primaries would part for good. Peers that give no answer do not keep the only primary from starting.
refuse_if_a_peer_is_primary() {
  local peer
  for peer in $PEERS; do
    [[ $peer == "$POD_NAME" || $(replication_command "$peer" 'SHOW in_hot_standby' 2> /dev/null || true) != off ]] ||
      die "$peer is a primary already: not starting a second one"
  done
}

initialise() {
  say "initialising an empty database cluster"
  local socket=$run_directory/initialise
  rm -rf "$socket"
  mkdir "$socket"
  initdb -D "$partial" -U postgres -E UTF8 --locale=C.UTF-8 --data-checksums \
    --auth-local=peer --auth-host=reject > /dev/null
  # Not reachable by clients or probes: no TCP, a socket of its own.
  pg_ctl -s -w -t 120 -D "$partial" start -o "-c config_file=/etc/postgresql/primary.conf -c data_directory=$partial \
    -c listen_addresses='' -c unix_socket_directories=$socket"
  apply_roles "$socket"
  pg_ctl -s -w -t 120 -D "$partial" -m fast stop
  rm -rf "$socket"
  finish
}

# Sets the variables system, timeline and position of the primary; fails with the server's message in answer.
identify_primary() {
  answer=$(replication_command "$PRIMARY_POD" IDENTIFY_SYSTEM 2>&1) || return 1
  IFS='|' read -r system timeline position _ <<< "$answer"
}

# A fresh slot: one that keeps WAL from now on. An old connection may hold the slot for wal_sender_timeout.
renew_slot() {
  local out deadline=$((SECONDS + 60))
  until out=$(replication_command "$PRIMARY_POD" "DROP_REPLICATION_SLOT $slot" 2>&1) || [[ $out == *'does not exist'* ]]; do
    [[ $SECONDS -lt $deadline ]] || die "cannot drop the slot $slot: $out"
    sleep 1
  done
  replication_command "$PRIMARY_POD" "CREATE_REPLICATION_SLOT $slot PHYSICAL RESERVE_WAL" > /dev/null
}

clone() {
  say "cloning $PRIMARY_POD"
  renew_slot
  pg_basebackup -w -d "$(connection_to "$PRIMARY_POD")" -D "$partial" -X stream -S "$slot" --checkpoint=fast
  # The connection comes from memory, never from the volume.
  sed -i -E '/^[[:space:]]*(primary_conninfo|primary_slot_name|restore_command)[[:space:]=]/d' \
    "$partial/postgresql.auto.conf"
  : > "$partial/standby.signal"
  finish
  say "clone complete"
}

# Where the last record of the WAL in this volume begins: pg_waldump reads on until there is no valid record, and says
# which one it read last.
last_record() {
  local start message
  start=$(control "Latest checkpoint's REDO location")
  message=$(pg_waldump -q -p "$PGDATA/pg_wal" -t "$(control "Latest checkpoint's TimeLineID")" -s "$start" 2>&1 || true)
  [[ $message =~ \ at\ ([0-9A-F]+/[0-9A-F]+) ]] && printf '%s' "${BASH_REMATCH[1]}" || printf '%s' "$start"
}

# wal_is_gone TIMELINE POSITION: whether the primary says that it no longer has the WAL that this copy needs next.
# pg_receivewal continues after the last complete segment of its directory, so it is given a blank one and asks for
# exactly the segment that the standby would ask for. Any other failure is no reason to discard anything.
wal_is_gone() {
  local directory=/tmp/wal segment out
  segment=$(( $(lsn_number "$2") / 16777216 ))
  rm -rf "$directory"
  mkdir "$directory"
  truncate -s 16M "$directory/$(printf '%08X%08X%08X' "$1" $(( (segment - 1) / 256 )) $(( (segment - 1) % 256 )))"
  out=$(timeout 20 pg_receivewal -w --no-loop --no-sync -d "$(connection_to "$PRIMARY_POD")" -D "$directory" -E "$2" 2>&1 || true)
  rm -rf "$directory"
  [[ $out == *'has already been removed'* ]]
}

# forked_before TIMELINE RECORD NEWER: whether the primary's timeline NEWER left TIMELINE before the record that begins
# at RECORD, so that this copy holds WAL that the primary never had.
forked_before() {
  local fork
  fork=$(replication_command "$PRIMARY_POD" "TIMELINE_HISTORY $3" | tr '|' '\n' | awk -v own="$1" '$1 == own { print $2 }')
  [[ -n $fork ]] && (( $(lsn_number "$fork") <= $(lsn_number "$2") ))
}

clone_again() {
  say "$1: cloning again"
  mv "$PGDATA" "$discarded"
  rm -rf "$discarded"
  clone
}

# A copy is discarded only for the same database, on no older timeline and at no older position. In every other case
# it is kept and served read-only, so that it still answers when somebody asks who has the data.
check_copy() {
  local answer system timeline position last own
  : > "$PGDATA/standby.signal"
  if ! identify_primary; then
    say "starting with the copy that is here; $PRIMARY_POD gives no answer: $answer"
    return
  fi
  own=$(control "Latest checkpoint's TimeLineID")
  last=$(last_record)
  if [[ $(control 'Database system identifier') != "$system" ]]; then
    say "keeping this copy: $PRIMARY_POD is another database (system $system)"
  elif (( timeline < own || $(lsn_number "$position") <= $(lsn_number "$last") )); then
    say "keeping this copy: it is at $last of timeline $own, $PRIMARY_POD only at $position of timeline $timeline"
  elif (( timeline > own )) && forked_before "$own" "$last" "$timeline"; then
    clone_again "this copy has WAL of timeline $own that $PRIMARY_POD never received"
  elif wal_is_gone "$own" "$last"; then
    clone_again "$PRIMARY_POD no longer has the WAL after $last"
  elif [[ $(replication_command "$PRIMARY_POD" "READ_REPLICATION_SLOT $slot") != physical\|?*\|* ]]; then
    say "making the slot $slot"
    renew_slot
  fi
}

# The first copy: waits for the primary, but not for ever, and not at all for one that refuses the password.
first_copy() {
  local answer system timeline position deadline=$((SECONDS + WAIT_SECONDS))
  until identify_primary; do
    case $answer in
      *'Connection refused'*|*'could not translate host name'*|*'starting up'*|*'timeout expired'*|*'No route to host'*) ;;
      *) die "cannot log in to $PRIMARY_POD as replicator: $answer" ;;
    esac
    [[ $SECONDS -lt $deadline ]] || die "$PRIMARY_POD does not answer: $answer"
    sleep 1
  done
  clone
}

rm -rf "$partial" "$discarded"
write_connection
if is_primary; then
  if has_data; then refuse_if_a_peer_is_primary; else refuse_if_a_peer_has_data; initialise; fi
elif has_data; then
  check_copy
else
  first_copy
fi
