#!/bin/sh
if [ -z "$LOG_OUTPUT" ]; then
  LOG_OUTPUT="/var/log/autoscaler.log"
fi
/autoscaler "$@" 1>>$LOG_OUTPUT 2>&1 &
pid="$!"
while kill -0 $pid >/dev/null 2>&1; do wait $pid; done
