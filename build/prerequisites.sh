#!/bin/sh
# usage: build/prerequisites.sh run|test|bench...
# Sees to it that what the targets need is on the machine: Debian packages are installed where that is possible (as root, with
# apt-get) and named in one line where it is not. Quick and silent when all is there; package lists are refreshed only
# when an install has failed without that.
set -eu

missing=
command_of() { command -v "$2" >/dev/null 2>&1 || [ -x "/usr/sbin/$2" ] || missing="$missing $1"; }
library_of() { printf '%s\n' "$libraries" | grep -q "$2 " || missing="$missing $1"; }

if ! command -v dotnet >/dev/null 2>&1; then
    echo "the .NET 10 SDK is missing: see https://dotnet.microsoft.com/download" >&2
    exit 1
fi

libraries=$(/sbin/ldconfig -p)
for purpose; do
    case $purpose in
    run)
        library_of libsqlite3-0 libsqlite3.so.0
        library_of libdeflate0 libdeflate.so.0
        library_of zlib1g libz.so.1
        library_of libssl3 libcrypto.so.3
        command_of fuse3 fusermount3
        ;;
    test)
        command_of xz-utils xz
        command_of attr getfattr
        command_of e2fsprogs mkfs.ext4
        command_of nginx-light nginx
        command_of gcc gcc
        command_of libc6-dev gcc
        command_of python3 python3
        command_of prometheus promtool
        command_of nodejs node
        command_of npm npm
        command_of docker.io dockerd
        command_of busybox-static busybox
        ;;
    bench)
        command_of pigz pigz
        command_of rsync rsync
        ;;
    esac
done

[ -n "$missing" ] || exit 0
if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null 2>&1; then
    echo "install these first (Debian package names):$missing" >&2
    exit 1
fi

# The servers are only started by tests: keep the packages from starting them.
export DEBIAN_FRONTEND=noninteractive RUNLEVEL=1
install() { apt-get install -y -qq --no-install-recommends $missing >/dev/null; }
echo "installing$missing" >&2
install 2>/dev/null || { apt-get update -qq >/dev/null && install; } || { echo "could not install$missing" >&2; exit 1; }
