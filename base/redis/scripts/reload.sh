#!/bin/bash
# Applies changed passwords to the running server: no restart, no interrupted connection.
. /scripts/lib.sh

# ACL LOAD would cut every connection; setting the users one by one leaves them alone.
set_users() {
  grep -v '^user default ' "$run_directory/users.acl" | sed -E 's/^user ([^ ]+) /acl setuser \1 reset /' |
    as operator 127.0.0.1
}

apply() {
  [[ ! -e $run_directory/preparing && $(as operator 127.0.0.1 ping || true) == PONG ]] || return 1
  write_access
  [[ $(set_users | sort -u) == OK ]] || return 1
  # -x reads the last argument from standard input: the password is in no command line.
  [[ $(secret replication-password | as operator 127.0.0.1 -x config set masterauth) == OK ]]
}

# A changed script replaces the one that runs.
own=$(sha256sum /scripts/reload.sh /scripts/lib.sh)
trap 'exit 0' TERM INT
while :; do
  [[ $(sha256sum /scripts/reload.sh /scripts/lib.sh) == "$own" ]] || exec /bin/bash /scripts/reload.sh
  current=$(fingerprint)
  # start.sh wrote what it found; a difference came later.
  if [[ -s $applied_file && $current != $(<"$applied_file") ]] && apply; then
    printf '%s' "$current" > "$applied_file"
    say "applied changed passwords"
  fi
  sleep "$RELOAD_SECONDS" &
  wait $!
done
