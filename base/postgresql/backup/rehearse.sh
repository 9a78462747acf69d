#!/bin/bash
# Restores the newest backup into a throwaway server, replays the archive up to this moment, checks every table and
# index, counts every row, and adds the result to operations.rehearsals on the primary: a row that says "failed" when
# it begins, so that one that dies is seen too, and a row that says "succeeded" when it has.
. /scripts/lib.sh
. /scripts/offsite.sh

readonly directory=/restore/pgdata
readonly socket=/run/postgresql
readonly begun=$SECONDS
point=rehearsal-$(date -u +%Y%m%dT%H%M%SZ)

record() {
  ask_primary "INSERT INTO operations.rehearsals (succeeded, target, rows, seconds)
    VALUES ($1, '$point', $2, $((SECONDS - begun)))"
}

# This moment is a named point in the WAL. The archive has it when the slot has moved past it.
mark_moment() {
  local lsn deadline=$((SECONDS + 60))
  lsn=$(ask_primary "SELECT pg_create_restore_point('$point')")
  # A commit carries the point to the disk, and more WAL past it.
  record false 0
  until [[ $(ask_primary "SELECT restart_lsn > '$lsn' FROM pg_replication_slots WHERE slot_name = 'backup'") == t ]]; do
    [[ $SECONDS -lt $deadline ]] || die "the archive does not receive the primary's WAL"
    sleep 0.5
  done
}

rehearse() {
  mark_moment
  # What is rehearsed is what would be left if the cluster were lost.
  ! offsite || /bin/bash /scripts/copy.sh
  /bin/bash /scripts/restore.sh "$directory" "recovery_target_name = '$point'"
  /bin/bash /scripts/replay.sh "$directory" "$socket"
  pg_amcheck -h "$socket" -U postgres --install-missing --heapallindexed -d "$DATABASE"
  psql -XAtqw -h "$socket" -U postgres -d "$DATABASE" -o /restore/rows -c "SELECT coalesce(sum((xpath('/row/count/text()',
    query_to_xml(format('SELECT count(*) FROM %I.%I', schemaname, tablename), false, true, '')))[1]::text::bigint), 0)
    FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema', 'operations')"
  pg_ctl -s -w -D "$directory" -m immediate stop
}

# Not as a condition: inside one `set -e` is off.
set +e
(set -e; rehearse)
status=$?
set -e
[[ $status == 0 ]] || die "the rehearsal failed"
rows=$(< /restore/rows)
record true "$rows"
say "restored to $point in $((SECONDS - begun)) s: $rows rows"
