#!/bin/sh
exec /autoscaler "$@"
