#!/bin/bash
# Applies changed passwords, certificates and settings to the running server: no restart, no interrupted session.
. /scripts/lib.sh

fingerprint() {
  find -L /etc/postgresql "$credentials" "${ca_file%/*}" -type f ! -path '*/..*' -exec sha256sum {} + | sort | sha256sum
}

# Promotes this pod, which is the primary by name but still follows another. The old primary must have been stopped
# first, and be seen to be: its pod is gone (a name that does not exist) or its address refuses. One that gives no
# answer may be alive behind a broken network: nothing is promoted until somebody has fenced its node.
promote() {
  local peer own=$1 answer position
  for peer in $PEERS; do
    [[ $peer != "$POD_NAME" ]] || continue
    answer=$(replication_command "$peer" 'SHOW in_hot_standby' 2>&1 || true)
    case $answer in
      on) ;;
      *'Name or service not known'*|*'No address associated with hostname'*|*'Connection refused'*) continue ;;
      off) say "not promoting: $peer still takes writes; stop it first"; return 1 ;;
      *)
        say "not promoting: $peer gives no answer that it is stopped ($answer); if its node is lost for good:" \
          "kubectl taint nodes NODE node.kubernetes.io/out-of-service=nodeshutdown:NoExecute"
        return 1
        ;;
    esac
    answer=$(replication_command "$peer" IDENTIFY_SYSTEM 2> /dev/null) || return 1
    IFS='|' read -r _ _ position _ <<< "$answer"
    (( $(lsn_number "$position") <= $(lsn_number "$own") )) || {
      say "not promoting: $peer is at $position, this copy only at $own; name $peer as the primary instead"
      return 1
    }
  done
  say "promoting this pod at $own"
  [[ $(ask 'SELECT pg_promote(true, 60)') == t ]]
}

apply() {
  local recovering received
  IFS='|' read -r recovering received <<< "$(ask "SELECT pg_is_in_recovery(), CASE WHEN pg_is_in_recovery()
    THEN greatest(pg_last_wal_receive_lsn(), pg_last_wal_replay_lsn()) END" 2> /dev/null || true)"
  [[ -n $recovering ]] || return 1
  write_connection
  if is_primary; then
    [[ $recovering == f ]] || promote "$received" || return 1
    apply_roles "$run_directory"
  fi
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
