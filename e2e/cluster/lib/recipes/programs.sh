# shellcheck shell=bash
# Builds the small program of ours. Run with errexit, by build.sh; part of the cache key.

# build_programs SOURCE FOLDER
build_programs() {
  cd "$1" || return
  CGO_ENABLED=0 go build -trimpath -buildvcs=false -ldflags '-s -w' -o "$2/program" .
}
