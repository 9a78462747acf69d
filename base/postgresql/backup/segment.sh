#!/bin/bash
# segment.sh NAME PATH: the restore_command of a server that replays the copy off the cluster. The newest segment was still
# being received when it was copied; it has its own name.
. /scripts/lib.sh
. /scripts/offsite.sh
use_copy postgresql
fetch "wal/$1" "$2" || fetch "wal/$1.partial" "$2"
