#!/bin/bash
# Has the claim of the dumps and waits to be ended.
set -euo pipefail
trap 'kill $!; exit 0' TERM INT
sleep infinity &
wait
