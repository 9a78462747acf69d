# Shared by the scripts of the Redis pods; sourced, never run.
set -euo pipefail
umask 077
# The official image has its programs in /usr/local/bin, Debian in /usr/bin.
export PATH=/usr/local/bin:/usr/bin:/bin
export LC_ALL=C.UTF-8

: "${POD_NAME:?}" "${MASTER_POD:?}" "${NODES_SERVICE:?}" "${PEERS:?}"
readonly run_directory=/run/redis       # memory: users, the way to the master, the operator's password
readonly credentials=/run/secrets/redis
readonly operator_file=$run_directory/operator-password
readonly applied_file=$run_directory/applied

say() { printf '%s: %s\n' "${0##*/}" "$*" >&2; }
die() { say "ERROR: $*"; exit 1; }

is_master() { [[ $POD_NAME == "$MASTER_POD" ]]; }

# secret KEY: the value without trailing newlines, which `echo` and editors leave behind.
secret() {
  local value
  value=$(<"$credentials/$1") || die "cannot read $credentials/$1"
  [[ -n $value ]] || die "$credentials/$1 is empty"
  printf '%s' "$value"
}

sha256() { printf '%s' "$1" | sha256sum | cut -d' ' -f1; }

# In redis.conf "\x70\x77" stands for any bytes, so no password needs quoting.
escaped() { printf '%s' "$1" | od -An -v -tx1 | tr -d ' \n' | sed 's/../\\x&/g'; }

# as USER HOST ARGUMENT...: redis-cli with a password from a file. Its exit code says nothing: callers read the reply.
as() {
  local user=$1 host=$2 password
  shift 2
  if [[ $user == operator ]]; then password=$(<"$operator_file"); else password=$(secret "$user-password"); fi
  REDISCLI_AUTH=$password redis-cli -h "$host" -p 6379 --user "$user" "$@" 2>&1
}

# What the users are made of: changed when a password or the list of users is.
fingerprint() {
  find -L "$credentials" /etc/redis/users.acl -type f ! -path '*/..*' -exec sha256sum {} + | sort | sha256sum
}

# Users as hashes, and how a replica logs in to its master. The operator is for this pod's own scripts and for people
# on the pod; its password is random and lives only in the pod's memory.
write_access() {
  local application replication monitoring operator
  [[ -s $operator_file ]] || od -An -v -tx1 -N32 /dev/urandom | tr -d ' \n' > "$operator_file"
  application=$(secret application-password)
  replication=$(secret replication-password)
  monitoring=$(secret monitoring-password)
  operator=$(<"$operator_file")
  sed -e "s/#APPLICATION/#$(sha256 "$application")/" -e "s/#REPLICATION/#$(sha256 "$replication")/" \
    -e "s/#MONITORING/#$(sha256 "$monitoring")/" -e "s/#OPERATOR/#$(sha256 "$operator")/" \
    /etc/redis/users.acl > "$run_directory/users.acl.new"
  {
    printf 'masteruser replication\nmasterauth "%s"\n' "$(escaped "$replication")"
    is_master || printf 'replicaof %s.%s 6379\n' "$MASTER_POD" "$NODES_SERVICE"
  } > "$run_directory/role.conf.new"
  mv "$run_directory/users.acl.new" "$run_directory/users.acl"
  mv "$run_directory/role.conf.new" "$run_directory/role.conf"
}
