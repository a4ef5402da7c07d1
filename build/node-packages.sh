#!/bin/sh
# usage: build/node-packages.sh
# Installs the packages of the gRPC client that tests drive the CSI driver with, in the versions that its package.json names. Quick where they are there.
set -eu

cd "$(dirname "$0")/../tests/grpc-client"
[ -f node_modules/.installed ] && [ node_modules/.installed -nt package.json ] && exit 0
npm install --no-package-lock --no-audit --no-fund --ignore-scripts --loglevel=error >/dev/null
touch node_modules/.installed
