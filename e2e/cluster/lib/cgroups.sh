# shellcheck shell=bash
# Pods run below one cgroup per cluster, in every hierarchy of cgroup v1 or in the only one of v2.

CGROUPS=/sys/fs/cgroup

cgroup_name() { printf 'kruise-e2e-%s\n' "$1"; }

cgroup_hierarchies() {
  if [ "$(stat -fc %T "$CGROUPS")" = cgroup2fs ]; then
    printf '%s\n' "$CGROUPS"
  else
    findmnt -rno TARGET -t cgroup
  fi
}

make_cgroups() {
  local hierarchy name
  name=$(cgroup_name "$1")
  for hierarchy in $(cgroup_hierarchies); do
    mkdir -p "$hierarchy/$name"
    enable_controllers "$hierarchy"
    enable_controllers "$hierarchy/$name"
  done
}

# Only v2 has the file; a controller that cannot be had below is not needed then.
enable_controllers() {
  local controller
  [ -e "$1/cgroup.subtree_control" ] || return 0
  for controller in $(<"$1/cgroup.controllers"); do
    { printf '+%s' "$controller" >"$1/cgroup.subtree_control"; } 2>/dev/null || true
  done
}

cgroups_of() {
  find "$CGROUPS" -mindepth 1 -maxdepth 2 -type d -name "$(cgroup_name "$1")" 2>/dev/null
}

cgroups_removed() {
  local cgroup
  for cgroup in $(cgroups_of "$1"); do
    find "$cgroup" -depth -type d -exec rmdir {} + 2>/dev/null || true
  done
  [ -z "$(cgroups_of "$1")" ]
}

remove_cgroups() { wait_until 10 cgroups_removed "$1"; }
