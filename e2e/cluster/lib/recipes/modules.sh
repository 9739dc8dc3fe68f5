# shellcheck shell=bash
# Building a released Go module that its author builds in place. Such a module names dependencies through `replace`,
# which Go ignores in a dependency. So it is built from a module made here, which repeats the replacements that stand
# in the product's own go.mod. Checksums come from Go's checksum database at build time.
#
# A change in this folder builds anew what it is the recipe of, so nothing else belongs here. Run with errexit, by
# build.sh.

# download_fact FACT MODULE VERSION: what Go tells about a module that it has downloaded.
download_fact() {
  local json
  if ! json=$(go mod download -json "$2@v$3"); then
    printf '%s\n' "$json" >&2
    return 1
  fi
  sed -n "s/.*\"$1\": \"\(.*\)\",*/\1/p" <<<"$json"
}

go_mod_of() { download_fact GoMod "$@"; }
go_source_of() { download_fact Dir "$@"; }

# start_module FOLDER MODULE VERSION GO_MOD: a module that requires that release, still without replacements.
start_module() {
  mkdir "$1"
  {
    printf 'module kruise-installer-e2e/build\n\n'
    sed -n '/^go [0-9.]*$/p' "$4"
    printf '\nrequire %s v%s\n\n' "$2" "$3"
  } >"$1/go.mod"
}

# go_build MODULE_FOLDER OUTPUT_FOLDER LDFLAGS PACKAGE...: one program a package, by the last word of its path. All at a
# time: linking keeps one processor busy, and others compile meanwhile. What debuggers need takes a twentieth of the
# compiler's time, and is left out of programs that are stripped in the end.
go_build() {
  local module=$1 out=$2 flags=$3
  shift 3
  (cd "$module" && CGO_ENABLED=0 go build -mod=mod -trimpath -buildvcs=false -gcflags=all=-dwarf=false \
    -ldflags "$flags" -o "$out/" "$@")
}
