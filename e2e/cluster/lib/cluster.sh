# shellcheck shell=bash
# Starting, stopping and finding clusters. A cluster is a folder in $STATE and one process, `init`, whose namespaces
# hold all the rest: every process, mount and interface of the cluster ends with it.
#
#   cluster      what it is made of, for `source`      ready     exists when it is up
#   pids/        a file for each process               logs/     a file for each process, and audit.log
#   private/     its /run, /var/lib and /var/log       kubeconfig

# select_cluster NAME: sets NAME and DIR.
select_cluster() {
  NAME=$1
  DIR=$STATE/$NAME
}

# load_cluster: the versions and the network of the selected cluster, which must exist.
load_cluster() {
  [ -f "$DIR/cluster" ] || die "there is no cluster '$NAME'" "up --name $NAME; status tells which there are"
  # shellcheck source=/dev/null
  . "$DIR/cluster"
}

cluster_names() {
  local dir
  for dir in "$STATE"/*/; do
    [ ! -d "$dir" ] || basename "$dir"
  done
}

# cluster_ready: it came up once, and every process still lives.
cluster_ready() {
  local component
  [ -e "$DIR/ready" ] || return 1
  for component in init "${COMPONENTS[@]}"; do
    recorded_pid "$DIR/pids/$component" >/dev/null || return 1
  done
}

# lock_cluster: one change at a time; the folder itself is the lock, and goes with the cluster.
lock_cluster() {
  while :; do
    mkdir -p "$DIR"
    if { exec {CLUSTER_LOCK}<"$DIR"; } 2>/dev/null; then
      flock "$CLUSTER_LOCK"
      [ ! "$DIR" -ef "/proc/$$/fd/$CLUSTER_LOCK" ] || return 0
      exec {CLUSTER_LOCK}<&-
    fi
  done
}

# lock_existing_cluster: also loads it. Locking makes the folder, which one that was taken down meanwhile shall not leave.
lock_existing_cluster() {
  load_cluster
  lock_cluster
  [ -f "$DIR/cluster" ] || rmdir "$DIR"
  load_cluster
}

# create_cluster KUBERNETES KRUISE: the files of a new cluster, nothing running yet.
create_cluster() {
  local state_lock version
  exec {state_lock}<"$STATE"
  flock "$state_lock"
  NETWORK_NUMBER=$(free_network)
  KUBERNETES=$1
  KRUISE=$2
  PROGRAMS=$(kubernetes_dir "$1")
  INIT=$(programs_dir)/program
  {
    printf '%s=%q\n' KUBERNETES "$KUBERNETES" KRUISE "$KRUISE" PROGRAMS "$PROGRAMS" INIT "$INIT"
    printf 'NETWORK_NUMBER=%s\n' "$NETWORK_NUMBER"
  } >"$DIR/cluster.new"
  mv "$DIR/cluster.new" "$DIR/cluster"
  exec {state_lock}<&-
  write_config
  add_images "$(base_images_dir)" "$DIR/registry"
  for version in ${KRUISE//,/ }; do
    add_images "$(kruise_images_dir "$version")" "$DIR/registry"
  done
}

# start_cluster: a new, empty cluster from the files.
start_cluster() {
  mkdir -p "$DIR/pids" "$DIR/logs" "$DIR/tmp"
  modprobe -q -a overlay veth 2>/dev/null || true
  start_init
  start_etcd
  start_registry
  start_containerd
  start_apiserver
  await_component containerd 60
  await_component registry 60
  await_component apiserver 180
  start_controller-manager
  start_scheduler
  start_kubelet
  start_kube-proxy
  await_node
  touch "$DIR/ready"
}

start_init() {
  make_cgroups "$NAME"
  (
    cd /
    exec setsid unshare --mount --propagation private --net --pid --uts --fork --kill-child \
      bash "$LIB/record.sh" "$DIR/pids/init" bash "$LIB/inside.sh" "$DIR" "$CACHE" "$INIT" "$NODE" \
      </dev/null >"$DIR/logs/init.log" 2>&1 {CLUSTER_LOCK}<&-
  ) &
  wait_until 30 test -e "$DIR/pids/init.ready" || component_failed init "did not start"
  connect_network "$(recorded_pid "$DIR/pids/init")" "$NETWORK_NUMBER"
}

# node_ready: Pods can be created and run. A node is ready before the taint that says the contrary is gone.
node_ready() {
  local node
  node=$(api_curl "api/v1/nodes/$NODE") &&
    [[ $node = *'"type":"Ready","status":"True"'* && $node != *'"key":"node.kubernetes.io/not-ready"'* ]] &&
    api_curl api/v1/namespaces/default/serviceaccounts/default
}

await_node() {
  local component
  for component in controller-manager scheduler kubelet kube-proxy; do
    await_component "$component" 120
  done
  wait_until 120 node_ready || component_failed kubelet "did not make the node ready"
}

# stop_cluster: ends every process. Whoever still wants to record a new one fails, since the folder for that is gone.
stop_cluster() {
  local record
  rm -f "$DIR/ready"
  [ ! -d "$DIR/pids" ] || mv -T "$DIR/pids" "$DIR/pids.closed-$$-$RANDOM"
  for record in "$DIR"/pids.closed-*/init; do
    kill_recorded "$record" || die "process $(recorded_pid "$record") does not end" "look at it with ps, then run this again"
  done
  [ ! -f "$DIR/cluster" ] || (load_cluster && disconnect_network "$NETWORK_NUMBER") ||
    die "the network of cluster $NAME does not go away" "ip link del, then run this again"
  remove_cgroups "$NAME" || die "the cgroups $(cgroup_name "$NAME") do not go away" "run this again"
  rm -rf "$DIR"/pids.closed-*
}

# kill_cluster: ends it before the lock is had, so that whoever holds the lock fails soon.
kill_cluster() { kill_recorded "$DIR/pids/init" || true; }

# remove_cluster: nothing of it is left.
remove_cluster() {
  stop_cluster
  rm -rf --one-file-system "$DIR"
  rmdir "$STATE" 2>/dev/null || true
}

# wipe_cluster: back to the files that create_cluster made; images that were added stay.
wipe_cluster() {
  stop_cluster
  rm -rf --one-file-system "$DIR"/{etcd,containerd,private,tmp,logs}
}
