#!/bin/bash
# restore.sh DIRECTORY SETTING...: copies the newest backup into DIRECTORY and prepares it to replay the archive up to
# the target that the settings name. Used by the rehearsal and, by hand, for point-in-time recovery.
. /scripts/lib.sh

directory=$1
shift
base=$(newest_base)
[[ -n $base ]] || die "there is no complete base backup"
pg_verifybackup --quiet "$base" || die "the backup ${base##*/} is damaged"
rm -rf "$directory"
cp -a "$base" "$directory"
chmod 700 "$directory"
# The last segment is still being received; it has its own name.
{
  cat "$directory/postgresql.auto.conf"
  printf "restore_command = 'cp %s/%%f %%p 2> /dev/null || cp %s/%%f.partial %%p'\n" "$archive" "$archive"
  printf "recovery_target_action = 'promote'\n"
  for setting in "$@"; do printf '%s\n' "$setting"; done
} > "$directory/postgresql.auto.conf.new"
mv "$directory/postgresql.auto.conf.new" "$directory/postgresql.auto.conf"
: > "$directory/recovery.signal"
say "restored ${base##*/}; it replays the archive when the server starts"
