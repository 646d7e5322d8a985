#!/bin/sh
set -e
mkdir -p /etc/tool
