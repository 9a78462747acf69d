#!/bin/bash
# probe.sh live | ready
# redis-cli exits 0 on NOAUTH, LOADING and MASTERDOWN too: what counts is the reply.
. /scripts/lib.sh

reply=$(as monitoring 127.0.0.1 ping || true)
case ${1:-} in
  live)
    [[ ! -e $run_directory/preparing ]] || exit 0
    case $reply in
      PONG|LOADING*|*LOADING*|BUSY*|MASTERDOWN*|*WRONGPASS*) ;;
      *) say "no answer: $reply"; exit 1 ;;
    esac
    ;;
  ready)
    [[ $reply == PONG ]] || { say "not ready: $reply"; exit 1; }
    state=$(as monitoring 127.0.0.1 info replication | tr -d '\r')
    if is_master; then
      [[ $state == *$'\nrole:master\n'* ]] || { say "not a master"; exit 1; }
    else
      [[ $state == *$'\nrole:slave\n'* && $state == *$'\nmaster_link_status:up\n'* ]] || { say "no link to the master"; exit 1; }
    fi
    ;;
  *) die "usage: probe.sh live|ready" ;;
esac
