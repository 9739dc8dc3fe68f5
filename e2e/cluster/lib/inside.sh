#!/usr/bin/env bash
# inside.sh FOLDER CACHE PROGRAM HOSTNAME: process 1 of a cluster, started in mount, process, network and UTS
# namespaces of its own. It gives the cluster its own /run, /var/lib and /var/log, then becomes PROGRAM. All of it
# vanishes with the process.
set -euo pipefail
folder=$1 cache=$2 program=$3 hostname=$4

# Folders that must stay where they are, even below one that is about to be covered.
keep() {
  mkdir "/mnt/$1"
  mount --rbind "$2" "/mnt/$1"
}

uncover() {
  if ! [ "$2" -ef "/mnt/$1" ]; then
    mkdir -p "$2"
    mount --rbind "/mnt/$1" "$2"
  fi
}

cover() {
  mkdir -p "/mnt/folder/private$1"
  mount --bind "/mnt/folder/private$1" "$1"
}

# The kubelet sets these for the whole machine; here it finds them set, and what it writes stays in a file.
pretend() {
  local file=$folder/private/sysctl-${1##*/}
  printf '%s\n' "$2" >"$file"
  [ ! -e "/proc/sys/$1" ] || mount --bind "$file" "/proc/sys/$1"
}

mount -t tmpfs tmpfs /mnt
keep folder "$folder"
keep cache "$cache"
cover /run
cover /var/log
cover /var/lib
uncover cache "$cache"
uncover folder "$folder"
mkdir -p /run/netns /run/lock /run/containerd /var/lib/kubelet
chmod 711 /run/containerd

mount -t proc proc /proc
pretend vm/overcommit_memory 1
pretend kernel/panic 10
pretend kernel/panic_on_oops 1
pretend kernel/keys/root_maxkeys 1000000
pretend kernel/keys/root_maxbytes 25000000
# Volumes that the kubelet mounts must reach containerd and the containers, but never the machine.
mount --make-rshared /

hostname "$hostname"
ip link set lo up
echo 1 >/proc/sys/net/ipv4/ip_forward
touch "$folder/pids/init.ready"
KRUISE_E2E_ROLE=init exec "$program"
