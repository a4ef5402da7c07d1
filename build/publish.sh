#!/bin/sh
# usage: build/publish.sh CONFIGURATION DIRECTORY
# Leaves a runnable strato in DIRECTORY, compiled ahead of time (ReadyToRun: a publish of 2 s takes 0.3 s less of processor time, a short
# command half its time) where the compiler's package can be had for this SDK's runtime, otherwise for the JIT alone.
set -eu

cd "$(dirname "$0")/.."
ahead=true
dotnet restore src/Strato -v q -p:PublishReadyToRun=true >/dev/null 2>&1 || {
    ahead=false
    echo "building without ReadyToRun: its packages cannot be restored" >&2
}
dotnet publish src/Strato -c "$1" -o "$2" -v q -clp:NoSummary -nologo -p:PublishReadyToRun=$ahead "-p:PublishReadyToRunCrossgen2ExtraArgs=--instruction-set:x86-64-v3"
