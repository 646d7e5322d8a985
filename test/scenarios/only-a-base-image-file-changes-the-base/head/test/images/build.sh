#!/usr/bin/env bash
set -o errexit

build() {
  local image=$1 tag=$2
  while IFS='=' read -r arch base; do
    mkdir -p "/tmp/${image}"
    cp -r "${image}/." "/tmp/${image}"
    sed -i "s|BASEIMAGE|${base}|g" "/tmp/${image}/Dockerfile"
    docker build -t "registry.example/e2e/${image}-${arch}:${tag}" "/tmp/${image}"
  done < "${image}/BASEIMAGE"
}

build "$@"
