#!/bin/bash
# Restores the newest dump into a throwaway server, as the runbook would, and compares it with what was written down
# when it was made. Each rehearsal leaves a line in /backup/rehearsals: when, of what, how many keys, how long, and
# whether it succeeded.
. /scripts/lib.sh
. /scripts/offsite.sh

readonly directory=/backup/rehearsal
readonly begun=$SECONDS
newest=
keys=0
result=failed
record() {
  printf '%s %s %s keys %s s %s\n' "$(date -u +%Y-%m-%dT%H:%M:%SZ)" "${newest:-none}" "$keys" "$((SECONDS - begun))" "$result" \
    >> /backup/rehearsals
}
trap record EXIT

rm -rf "$directory"
mkdir -p "$directory" "$dumps"
if offsite; then
  # What is rehearsed is what would be left if the cluster were lost.
  use_copy redis
  reach_bucket
  newest=$(names dumps --include '*.rdb' | tail -n 1)
  [[ -n $newest ]] || die "there is no dump off the cluster"
  fetch "dumps/$newest" "$directory/dump.rdb" || die "$newest cannot be fetched"
  fetch "dumps/${newest%.rdb}.sum" "$directory/sum" || die "nothing was written down of $newest"
else
  newest=$(newest_dump)
  [[ -n $newest ]] || die "there is no dump"
  cp "$newest" "$directory/dump.rdb"
  cp "${newest%.rdb}.sum" "$directory/sum" || die "nothing was written down of ${newest##*/}"
  newest=${newest##*/}
fi
read -r wanted expected < "$directory/sum" || die "nothing was written down of $newest"
sum=$(sha256sum < "$directory/dump.rdb")
[[ ${sum%% *} == "$wanted" ]] || die "$newest is damaged: it is not what was written"
load "$directory"
[[ $keys == "$expected" ]] || die "$newest has $keys keys, and had $expected when it was made"
rm -rf "$directory"
result=succeeded
say "restored $newest in $((SECONDS - begun)) s: $keys keys, $loaded of them not expired"
