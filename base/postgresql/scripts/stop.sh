#!/bin/bash
# Before the container is stopped: a fast shutdown, whatever stop signal the image names (SIGTERM would wait for
# every client to leave).
. /scripts/lib.sh
[[ ! -s $PGDATA/postmaster.pid ]] || pg_ctl -s -w -t 100 -m fast stop
