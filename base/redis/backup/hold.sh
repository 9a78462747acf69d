#!/bin/bash
# Has the claim of the dumps and waits to be ended.
trap 'kill $!; exit 0' TERM INT
sleep infinity &
wait
