#!/bin/bash
# Applies changed passwords, certificates and settings to the running server: no restart, no interrupted session.
. /scripts/lib.sh

fingerprint() {
  find -L /etc/postgresql "$credentials" "${ca_file%/*}" -type f ! -path '*/..*' -exec sha256sum {} + | sort | sha256sum
}

# promote TIMELINE POSITION: promotes this pod, which is the primary by name but still follows another, from where it is.
# The old primary must have been stopped first, and be seen to be: its pod is gone (a name that does not exist), its
# address refuses, or it has come back as a replica. One that gives no answer may be alive behind a broken network:
# nothing is promoted until somebody has fenced its node. A peer with more WAL is caught up with before; one that was
# stopped together with this pod is still on its way back, so that it has to be away for GUARD_SECONDS. In synchronous
# mode an acknowledged commit is on two pods: one peer may be away for good, of two both might have it alone.
declare -A away_since=()
promote() {
  local own_timeline=$1 own=$2 peer answer timeline position ahead=
  local -a away=()
  for peer in $PEERS; do
    [[ $peer != "$POD_NAME" ]] || continue
    answer=$(replication_command "$peer" 'SHOW in_hot_standby' 2>&1 || true)
    case $answer in
      on) unset "away_since[$peer]" ;;
      *'Name or service not known'*|*'No address associated with hostname'*|*'Connection refused'*)
        : "${away_since[$peer]:=$SECONDS}"
        if (( SECONDS - away_since[$peer] < GUARD_SECONDS )); then
          say "not promoting yet: $peer may be on its way back"
          return 1
        fi
        away+=("$peer")
        continue
        ;;
      off)
        unset "away_since[$peer]"
        say "not promoting: $peer still takes writes; stop it first"
        return 1
        ;;
      *)
        unset "away_since[$peer]"
        say "not promoting: $peer gives no answer that it is stopped ($answer); if its node is lost for good:" \
          "kubectl taint nodes NODE node.kubernetes.io/out-of-service=nodeshutdown:NoExecute"
        return 1
        ;;
    esac
    answer=$(replication_command "$peer" IDENTIFY_SYSTEM 2> /dev/null) || return 1
    IFS='|' read -r _ timeline position _ <<< "$answer"
    # WAL of an older timeline is a branch that was left.
    if (( timeline >= own_timeline && $(lsn_number "$position") > $(lsn_number "$own") )); then
      ahead=$peer
      own=$position
    fi
  done
  if (( ${#away[@]} > 1 )) && is_synchronous; then
    say "not promoting: ${away[*]} are away, and may have commits that this pod never received; bring one of them back," \
      "or, if they are lost for good, accept that with postgresql.synchronous: false"
    return 1
  fi
  if [[ -n $ahead ]]; then
    say "not promoting yet: catching up with $ahead, which is at $own"
    write_connection "$ahead"
    ask 'SELECT pg_reload_conf()' > /dev/null
    return 1
  fi
  say "promoting this pod at $own"
  [[ $(ask 'SELECT pg_promote(true, 60)') == t ]]
}

# What the file says, which may have come with the same change as the promotion and be in force only after it. Without
# an answer the mode counts as synchronous, which loses nothing.
is_synchronous() {
  [[ $(ask "SELECT setting <> '' FROM pg_file_settings WHERE name = 'synchronous_standby_names' AND error IS NULL
    ORDER BY seqno DESC LIMIT 1") != f ]]
}

apply() {
  local recovering timeline received
  IFS='|' read -r recovering timeline received <<< "$(ask "SELECT pg_is_in_recovery(), timeline_id,
    CASE WHEN pg_is_in_recovery() THEN greatest(pg_last_wal_receive_lsn(), pg_last_wal_replay_lsn()) END
    FROM pg_control_checkpoint()" 2> /dev/null || true)"
  [[ -n $recovering ]] || return 1
  if is_primary && [[ $recovering == t ]]; then promote "$timeline" "$received" || return 1; fi
  write_connection
  ! is_primary || apply_roles "$run_directory"
  [[ $(ask 'SELECT pg_reload_conf()') == t ]]
}

# A changed script replaces the one that runs.
own=$(sha256sum /scripts/reload.sh /scripts/lib.sh)
trap 'exit 0' TERM INT
applied=
while :; do
  [[ $(sha256sum /scripts/reload.sh /scripts/lib.sh) == "$own" ]] || exec /bin/bash /scripts/reload.sh
  current=$(fingerprint)
  if [[ $current != "$applied" ]] && apply; then
    [[ -z $applied ]] || say "applied changed passwords, certificates or settings"
    applied=$current
  fi
  sleep "$RELOAD_SECONDS" &
  wait $!
done
