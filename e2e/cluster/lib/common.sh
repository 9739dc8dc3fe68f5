# shellcheck shell=bash
# What every command shares: messages, paths, options, locks. Sourced, never run.

# A failure inside $(...) ends the command, too.
shopt -s inherit_errexit

DEFAULT_KUBERNETES=1.34.0
DEFAULT_KRUISE=1.8.3
DEFAULT_NAME=default

CACHE=${KRUISE_E2E_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/kruise-installer-e2e}
STATE=${KRUISE_E2E_STATE:-/var/lib/kruise-e2e}

log() { printf '%s %s\n' "$(date +%T)" "$*" >&2; }

# die MESSAGE [REMEDY]
die() {
  printf 'error: %s\n' "$1" >&2
  [ -z "${2:-}" ] || printf '  remedy: %s\n' "$2" >&2
  exit 1
}

require_root() {
  [ "$(id -u)" -eq 0 ] || die "this needs root: it makes network namespaces, mounts and cgroups" "run it as root, on a machine that you can throw away"
}

# A version as 1.34.0, whether it was given as v1.34.0 or 1.34.0.
check_version() {
  local version=${1#v}
  [[ $version =~ ^[0-9]+\.[0-9]+\.[0-9]+$ ]] || die "'$1' is not a version" "give it as MAJOR.MINOR.PATCH, such as $DEFAULT_KUBERNETES"
  printf '%s\n' "$version"
}

# Versions with commas between, as a sorted list with commas between.
check_versions() {
  local version checked versions=()
  for version in ${1//,/ }; do
    checked=$(check_version "$version")
    versions+=("$checked")
  done
  [ ${#versions[@]} -gt 0 ] || die "there is no version in '$1'" "give one or more, with commas between"
  printf '%s\n' "${versions[@]}" | sort -Vu | paste -sd,
}

check_name() {
  [[ $1 =~ ^[a-z0-9]([a-z0-9-]{0,18}[a-z0-9])?$ ]] ||
    die "'$1' is not a name for a cluster" "use up to 20 lower-case letters, digits and dashes"
}

# needs_value OPTION [VALUE]: fails when it is missing.
needs_value() { [ -n "${2:-}" ] || die "option $1 needs a value" "see --help"; }

unknown_option() { die "unknown argument '$1'" "see --help"; }

# show_help: the comment at the top of a command is its help.
show_help() {
  sed -n '2,/^[^#]/{/^#/!d;s/^# \{0,1\}//;p}' "$0"
  exit 0
}

# with_lock NAME COMMAND...: at most one at a time on this machine. The lock dies with this shell; children do
# not inherit it.
with_lock() {
  local lock_fd lock=$CACHE/locks/$1
  shift
  mkdir -p "$CACHE/locks"
  exec {lock_fd}>"$lock"
  flock "$lock_fd"
  "$@" {lock_fd}>&-
  exec {lock_fd}>&-
}

# wait_until SECONDS COMMAND...: polls ten times a second.
wait_until() {
  local deadline=$((SECONDS + $1))
  shift
  until "$@" >/dev/null 2>&1; do
    [ "$SECONDS" -lt "$deadline" ] || return 1
    sleep 0.1
  done
}
