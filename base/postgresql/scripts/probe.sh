#!/bin/bash
# probe.sh live | ready
. /scripts/lib.sh

accepting() { pg_isready -q -h "$run_directory" -U postgres -d postgres -t 3; }

# Without a latest_end_lsn the primary has had nothing to send since the connection began.
streaming_within() {
  ask "SELECT pg_is_in_recovery() AND pg_get_wal_replay_pause_state() = 'not paused' AND EXISTS (
         SELECT FROM pg_stat_wal_receiver WHERE status = 'streaming'
            AND coalesce(pg_wal_lsn_diff(latest_end_lsn, pg_last_wal_replay_lsn()), 0) < $1)"
}

# A replica that cannot stream again by itself, but can by starting again: prepare.sh then mends its slot or clones.
# Only a positive answer of the primary counts; no answer is no reason to stop serving reads.
needs_to_start_again() {
  local own received state restart identity
  IFS='|' read -r own received <<< "$(ask "SELECT timeline_id, pg_last_wal_replay_lsn() FROM pg_control_checkpoint()
    WHERE NOT EXISTS (SELECT FROM pg_stat_wal_receiver WHERE status = 'streaming')" || true)"
  [[ -n $received ]] || return 1
  state=$(replication_command "$PRIMARY_POD" "READ_REPLICATION_SLOT $slot" 2> /dev/null) || return 1
  IFS='|' read -r _ restart _ <<< "$state"
  [[ -n $restart ]] || { say "the slot $slot is gone"; return 0; }
  (( $(lsn_number "$restart") <= $(lsn_number "$received") )) || { say "the slot $slot keeps only later WAL"; return 0; }
  identity=$(replication_command "$PRIMARY_POD" IDENTIFY_SYSTEM 2> /dev/null) || return 1
  IFS='|' read -r _ timeline _ <<< "$identity"
  (( timeline <= own )) || { say "not following timeline $timeline"; return 0; }
  return 1
}

case ${1:-} in
  # Dead is only a server that gives no answer at all: one in crash recovery answers 1.
  live)
    [[ ! -e $run_directory/preparing ]] || exit 0
    accepting || [[ $? == 1 ]] || { say "no answer on the socket"; exit 1; }
    is_primary || ! needs_to_start_again || exit 1
    ;;
  ready)
    if is_primary; then
      [[ $(ask 'SELECT NOT pg_is_in_recovery()') == t ]] || { say "not a primary that takes writes"; exit 1; }
    else
      [[ $(streaming_within "$READY_LAG_BYTES") == t ]] || { say "not streaming, or too far behind"; exit 1; }
    fi
    ;;
  *) die "usage: probe.sh live|ready" ;;
esac
