# shellcheck shell=bash
# Installs the Debian packages that are lacking, without letting any of them start or enable a service.

BUILD_PACKAGES=(unzip util-linux)
CLUSTER_PACKAGES=(etcd-server containerd runc containernetworking-plugins docker-registry iptables conntrack
  ethtool socat iproute2 kmod openssl curl util-linux)

# ensure_packages PACKAGE...
ensure_packages() {
  local package installed missing=()
  command -v dpkg-query >/dev/null || die "this is not a Debian system" "run it on Debian 12"
  installed=$(dpkg-query -W -f '${Package} ${db:Status-Status}\n' "$@" 2>/dev/null || true)
  for package in "$@"; do
    [[ $'\n'$installed$'\n' = *$'\n'"$package "installed$'\n'* ]] || missing+=("$package")
  done
  [ ${#missing[@]} -eq 0 ] || with_lock packages install_packages "${missing[@]}"
}

install_packages() {
  local output
  require_root
  log "installing Debian packages: $*"
  output=$(mktemp)
  if ! { apt-get update && apt_install_quietly "$@"; } >"$output" 2>&1; then
    tail -n 20 "$output" >&2
    rm -f "$output"
    die "the Debian packages could not be installed: $*" "install them by hand with apt-get, then run this again"
  fi
  rm -f "$output"
}

# Maintainer scripts start and enable services through these programs. In a mount namespace of apt's own
# they do nothing; nothing has to be undone afterwards, not even after a kill.
apt_install_quietly() {
  unshare --mount --propagation private bash -euo pipefail -c '
    for helper in /usr/sbin/invoke-rc.d /usr/sbin/update-rc.d /usr/bin/deb-systemd-invoke /usr/bin/deb-systemd-helper; do
      [ ! -e "$helper" ] || mount --bind /bin/true "$helper"
    done
    DEBIAN_FRONTEND=noninteractive exec apt-get install -y --no-install-recommends "$@"' bash "$@"
}

# npm comes with Node.js on most machines, and then not as a Debian package.
ensure_npm() { command -v npm >/dev/null || ensure_packages npm; }
