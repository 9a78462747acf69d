#!/bin/bash
# Applies changed passwords to the running server: no restart, no interrupted connection.
. /scripts/lib.sh

fingerprint() {
  find -L "$credentials" /etc/redis/users.acl -type f ! -path '*/..*' -exec sha256sum {} + | sort | sha256sum
}

apply() {
  [[ ! -e $run_directory/preparing && $(as operator 127.0.0.1 ping || true) == PONG ]] || return 1
  write_access
  [[ $(as operator 127.0.0.1 acl load) == OK ]] || return 1
  # -x reads the last argument from standard input: the password is in no command line.
  [[ $(secret replication-password | as operator 127.0.0.1 -x config set masterauth) == OK ]]
}

# A changed script replaces the one that runs.
own=$(sha256sum /scripts/reload.sh /scripts/lib.sh)
trap 'exit 0' TERM INT
applied=
while :; do
  [[ $(sha256sum /scripts/reload.sh /scripts/lib.sh) == "$own" ]] || exec /bin/bash /scripts/reload.sh
  current=$(fingerprint)
  if [[ $current != "$applied" ]] && apply; then
    [[ -z $applied ]] || say "applied changed passwords"
    applied=$current
  fi
  sleep "$RELOAD_SECONDS" &
  wait $!
done
