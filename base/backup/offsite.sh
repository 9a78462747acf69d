# The copy of the backups off the cluster, for the backup pods of PostgreSQL and Redis; sourced, never run.
# `copy:` is a folder of the bucket in which rclone encrypts contents and names: who has the bucket alone has nothing.
# Nothing here deletes from it: who takes over these pods cannot take the copies away (docs/data.md, 'Off the cluster').
set -euo pipefail

# Whether there is one.
offsite() { [[ -n ${COPY_BUCKET:-} ]]; }

# use_copy FOLDER: makes rclone know copy:. All of it is in the environment, so that no key is in a file or a command line.
use_copy() {
  local secrets=/run/secrets/backup-copy key
  export PATH=$PATH:/tools
  for key in access-key-id secret-access-key encryption-password encryption-salt; do
    [[ -s $secrets/$key ]] || die "$secrets/$key is empty"
  done
  export RCLONE_CONFIG=/dev/null RCLONE_LOG_LEVEL=ERROR RCLONE_RETRIES=2 RCLONE_LOW_LEVEL_RETRIES=3 RCLONE_CONTIMEOUT=10s
  # A base backup has a thousand small files and more.
  export RCLONE_TRANSFERS=16 RCLONE_CHECKERS=16
  export RCLONE_CONFIG_BUCKET_TYPE=s3 RCLONE_CONFIG_BUCKET_PROVIDER=$COPY_PROVIDER
  export RCLONE_CONFIG_BUCKET_ENDPOINT=$COPY_ENDPOINT RCLONE_CONFIG_BUCKET_REGION=$COPY_REGION
  # The servers' images know no authority.
  export RCLONE_CA_CERT=$COPY_AUTHORITIES
  # The bucket is there; the right to make one is not needed.
  export RCLONE_CONFIG_BUCKET_NO_CHECK_BUCKET=true
  export RCLONE_CONFIG_COPY_TYPE=crypt RCLONE_CONFIG_COPY_REMOTE=bucket:$COPY_BUCKET/$1
  RCLONE_CONFIG_BUCKET_ACCESS_KEY_ID=$(<"$secrets/access-key-id")
  RCLONE_CONFIG_BUCKET_SECRET_ACCESS_KEY=$(<"$secrets/secret-access-key")
  # What rclone takes for a password is one that it has obscured.
  RCLONE_CONFIG_COPY_PASSWORD=$(printf '%s' "$(<"$secrets/encryption-password")" | rclone obscure -)
  RCLONE_CONFIG_COPY_PASSWORD2=$(printf '%s' "$(<"$secrets/encryption-salt")" | rclone obscure -)
  export RCLONE_CONFIG_BUCKET_ACCESS_KEY_ID RCLONE_CONFIG_BUCKET_SECRET_ACCESS_KEY
  export RCLONE_CONFIG_COPY_PASSWORD RCLONE_CONFIG_COPY_PASSWORD2
}

# reach_bucket: a bucket that cannot be read ends the script here. Further down rclone takes a refusal for a file.
reach_bucket() { rclone lsf "bucket:$COPY_BUCKET" > /dev/null || die "the bucket $COPY_BUCKET cannot be read"; }

# names PATH OPTION...: the names in a folder of the copy, in order; none where there is no such folder. Names that were
# encrypted with another key are not seen at all.
names() {
  local found
  found=$(rclone lsf "copy:$1" "${@:2}") || die "the copy off the cluster cannot be read"
  [[ -z $found ]] || sort <<< "$found"
}

# fetch NAME PATH: one file of the copy. rclone takes a name that does not exist for an empty folder, and is content.
fetch() {
  rm -f "$2"
  rclone copyto "copy:$1" "$2" && [[ -s $2 ]]
}
