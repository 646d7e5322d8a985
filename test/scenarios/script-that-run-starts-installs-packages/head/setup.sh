#!/bin/sh
set -e
mkdir -p /etc/tool
apt-get update
apt-get install -y socat
