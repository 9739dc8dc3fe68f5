# shellcheck shell=bash
# One /30 between the machine and each cluster. Nothing is routed any further: the cluster's default route ends in a
# bridge without ports.

NETWORK=10.201
SERVICES=10.96.0.0/16
SERVICE_API=10.96.0.1
SERVICE_DNS=10.96.0.10
PODS=10.244.0.0/24

network_host_address() { printf '%s.%s.1\n' "$NETWORK" "$1"; }
network_address() { printf '%s.%s.2\n' "$NETWORK" "$1"; }
network_link() { printf 'kruise-e2e-%s\n' "$1"; }

# The first number that no other cluster has and that no route of this machine uses.
free_network() {
  local number
  for number in {1..250}; do
    if ! grep -qsx "NETWORK_NUMBER=$number" "$STATE"/*/cluster &&
      [ -z "$(ip -4 route show table all to root "$NETWORK.$number.0/24")" ]; then
      printf '%s\n' "$number"
      return
    fi
  done
  die "no free subnet in $NETWORK.0.0/16" "take clusters down: down --all"
}

# connect_network PID NUMBER: both ends vanish with the network namespace of PID.
connect_network() {
  local pid=$1 number=$2 link
  link=$(network_link "$number")
  ip link add "$link" type veth peer name eth0 netns "$pid"
  ip addr add "$(network_host_address "$number")/30" dev "$link"
  ip link set "$link" up
  nsenter --target "$pid" --net bash -euo pipefail -c '
    ip addr add "$1/30" dev eth0
    ip link set eth0 up
    ip link add sink type bridge
    ip link set sink up
    ip route add default dev sink src "$1"
    ip route add unreachable "$2"' bash "$(network_address "$number")" "$SERVICE_DNS"
}

link_gone() { ! ip link show "$1"; }

# The kernel removes it some time after the namespace; this is sooner.
disconnect_network() {
  local link
  link=$(network_link "$1")
  ip link del "$link" 2>/dev/null || true
  wait_until 3 link_gone "$link"
}
