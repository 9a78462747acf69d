# Shared by the scripts of the backup pods; sourced, never run.
set -euo pipefail
umask 077
export PATH=/usr/local/bin:/usr/bin:/bin
export LC_ALL=C.UTF-8
readonly dumps=/backup/dumps

say() { printf '%s: %s\n' "${0##*/}" "$*" >&2; }
die() { say "ERROR: $*"; exit 1; }

# The newest complete dump; empty when there is none.
newest_dump() { find "$dumps" -maxdepth 1 -name '*.rdb' 2> /dev/null | sort | tail -n 1; }

# load DIRECTORY: starts a server of its own, which nobody can reach, on DIRECTORY/dump.rdb. Sets keys to the number of
# keys in the dump and loaded to the number that the server has: some of them may have expired. A dump that cannot be
# loaded ends the script.
load() {
  local socket=/tmp/restored.sock server
  redis-check-rdb "$1/dump.rdb" > "$1/log" || die "the dump is damaged: $(tail -n 1 "$1/log")"
  keys=$(sed -n 's/.*\[info\] \([0-9]*\) keys read.*/\1/p' "$1/log")
  redis-server --port 0 --unixsocket "$socket" --dir "$1" --dbfilename dump.rdb --appendonly no --save '' > "$1/log" &
  server=$!
  until [[ $(redis-cli -s "$socket" ping 2>&1) == PONG ]]; do
    kill -0 "$server" 2> /dev/null || die "the dump cannot be loaded: $(tail -n 1 "$1/log")"
    sleep 0.2
  done
  loaded=$(redis-cli -s "$socket" dbsize)
  kill -KILL "$server"
  wait "$server" 2> /dev/null || true
}
