#!/bin/bash
# Applies changed passwords, certificates and settings to the running server: no restart, no interrupted session.
. /scripts/lib.sh

fingerprint() {
  find -L /etc/postgresql "$credentials" "${ca_file%/*}" -type f ! -path '*/..*' -exec sha256sum {} + | sort | sha256sum
}

# The server of this pod answers, and is what its name says.
serving() { [[ $(ask 'SELECT pg_is_in_recovery()' 2> /dev/null) == "$1" ]]; }

apply() {
  write_connection
  if is_primary; then
    serving f || return 1
    apply_roles "$run_directory"
  else
    serving t || return 1
  fi
  [[ $(ask 'SELECT pg_reload_conf()') == t ]]
}

trap 'exit 0' TERM INT
applied=
while :; do
  current=$(fingerprint)
  if [[ $current != "$applied" ]] && apply; then
    [[ -z $applied ]] || say "applied changed passwords, certificates or settings"
    applied=$current
  fi
  sleep "$RELOAD_SECONDS" &
  wait $!
done
