#!/bin/bash
set -e
export CGO_ENABLED=0
go build -o bin/ledger ./cmd/ledger
docker build -t registry.example/book/ledger:v1 .
