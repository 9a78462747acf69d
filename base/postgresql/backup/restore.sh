#!/bin/bash
# restore.sh DIRECTORY SETTING...: brings the newest backup into DIRECTORY, from the copy off the cluster where there is one,
# and prepares it to replay the archive up to the target that the settings name. Used by the rehearsal and, by hand, for
# point-in-time recovery.
. /scripts/lib.sh
. /scripts/offsite.sh

directory=$1
shift
rm -rf "$directory"
if offsite; then
  use_copy postgresql
  reach_bucket
  base=
  copied=$(names base --dirs-only)
  # Newest first; one without its manifest is still being copied.
  for name in $(sort -r <<< "$copied"); do
    manifest=$(names "base/${name%/}" --files-only --include /backup_manifest)
    [[ -z $manifest ]] || { base=${name%/}; break; }
  done
  [[ -n $base ]] || die "there is no complete base backup off the cluster"
  rclone copy "copy:base/$base" "$directory" || die "the backup $base cannot be fetched"
  rclone cat "copy:folders/$base" | while read -r folder; do mkdir -p "$directory/$folder"; done
  restore_command="/bin/bash /scripts/segment.sh %f %p"
else
  base=$(newest_base)
  [[ -n $base ]] || die "there is no complete base backup"
  cp -a "$base" "$directory"
  base=${base##*/}
  # The last segment is still being received; it has its own name.
  restore_command="cp $archive/%f %p 2> /dev/null || cp $archive/%f.partial %p"
fi
pg_verifybackup --quiet "$directory" || die "the backup $base is damaged"
chmod 700 "$directory"
{
  cat "$directory/postgresql.auto.conf"
  printf "restore_command = '%s'\n" "$restore_command"
  printf "recovery_target_action = 'promote'\n"
  for setting in "$@"; do printf '%s\n' "$setting"; done
} > "$directory/postgresql.auto.conf.new"
mv "$directory/postgresql.auto.conf.new" "$directory/postgresql.auto.conf"
: > "$directory/recovery.signal"
say "restored $base; it replays the archive when the server starts"
