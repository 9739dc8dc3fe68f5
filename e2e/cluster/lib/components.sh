# shellcheck shell=bash
# The processes of a cluster: how each is started, and when it is up.

COMPONENTS=(etcd registry containerd apiserver controller-manager scheduler kubelet kube-proxy)
CURL=(curl --fail --silent --noproxy '*' --max-time 2)

# start_component COMPONENT COMMAND...: inside the cluster, as a child of its process 1, with nothing of this shell's
# environment. A shell in between leaves the child behind; nsenter itself would stay, and stop when the child is stopped.
# Collecting garbage less often leaves more of few processors for the tests.
start_component() {
  local component=$1 pid
  shift
  pid=$(recorded_pid "$DIR/pids/init") || die "cluster $NAME is not running" "up --name $NAME"
  (
    cd /
    exec setsid --wait nsenter --target "$pid" --pid bash -c '"$@" &' bash \
      bash "$LIB/record.sh" "$DIR/pids/$component" \
      nsenter --target "$pid" --mount --net --uts env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root \
      TMPDIR="$DIR/tmp" GOGC=300 GOMEMLIMIT=1GiB "$@" </dev/null >>"$DIR/logs/$component.log" 2>&1 {CLUSTER_LOCK}<&-
  )
}

start_etcd() {
  start_component etcd etcd --name "$NAME" --data-dir "$DIR/etcd" --unsafe-no-fsync --log-level warn --logger zap \
    --listen-client-urls "$ETCD" --advertise-client-urls "$ETCD" \
    --listen-peer-urls http://127.0.0.1:2380 --initial-advertise-peer-urls http://127.0.0.1:2380 \
    --initial-cluster "$NAME=http://127.0.0.1:2380"
}

start_registry() { start_component registry docker-registry serve "$DIR/config/registry.yaml"; }

start_containerd() { start_component containerd containerd --config "$DIR/config/containerd.toml"; }

start_apiserver() {
  local pki=$DIR/pki
  start_component apiserver "$PROGRAMS/kube-apiserver" \
    --etcd-servers "$ETCD" --secure-port "$API_PORT" --advertise-address "$(network_address "$NETWORK_NUMBER")" \
    --tls-cert-file "$pki/apiserver.crt" --tls-private-key-file "$pki/apiserver.key" \
    --client-ca-file "$pki/ca.crt" --token-auth-file "$pki/tokens.csv" \
    --authorization-mode Node,RBAC --enable-admission-plugins NodeRestriction --allow-privileged \
    --service-cluster-ip-range "$SERVICES" --service-account-issuer https://kubernetes.default.svc \
    --service-account-key-file "$pki/service-accounts.key" \
    --service-account-signing-key-file "$pki/service-accounts.key" \
    --kubelet-certificate-authority "$pki/ca.crt" --kubelet-preferred-address-types InternalIP \
    --kubelet-client-certificate "$pki/apiserver-kubelet.crt" --kubelet-client-key "$pki/apiserver-kubelet.key" \
    --audit-policy-file "$DIR/config/audit.yaml" --audit-log-path "$DIR/logs/audit.log" --audit-log-maxsize 1024
}

# The limits of requests are far above the defaults: with those, starting all controllers of a new cluster takes 5 s.
start_controller-manager() {
  start_component controller-manager "$PROGRAMS/kube-controller-manager" \
    --kubeconfig "$DIR/config/controller-manager.kubeconfig" --leader-elect=false --bind-address 127.0.0.1 \
    --use-service-account-credentials --service-account-private-key-file "$DIR/pki/service-accounts.key" \
    --root-ca-file "$DIR/pki/ca.crt" --cluster-signing-cert-file "$DIR/pki/ca.crt" \
    --cluster-signing-key-file "$DIR/pki/ca.key" --service-cluster-ip-range "$SERVICES" \
    --kube-api-qps 500 --kube-api-burst 1000
}

start_scheduler() {
  start_component scheduler "$PROGRAMS/kube-scheduler" --kubeconfig "$DIR/config/scheduler.kubeconfig" \
    --leader-elect=false --bind-address 127.0.0.1
}

start_kubelet() {
  start_component kubelet "$PROGRAMS/kubelet" --config "$DIR/config/kubelet.yaml" \
    --kubeconfig "$DIR/config/kubelet.kubeconfig" --hostname-override "$NODE" \
    --node-ip "$(network_address "$NETWORK_NUMBER")"
}

start_kube-proxy() {
  start_component kube-proxy "$PROGRAMS/kube-proxy" --kubeconfig "$DIR/config/kube-proxy.kubeconfig" \
    --hostname-override "$NODE" --proxy-mode iptables --cluster-cidr "$PODS" --conntrack-max-per-core 0 \
    --healthz-bind-address 127.0.0.1:10256 --metrics-bind-address 127.0.0.1:10249
}

# component_up COMPONENT: it answers.
component_up() {
  case $1 in
    etcd) [[ $(inside_curl "$ETCD/health") = *true* ]] ;;
    registry) inside_curl "http://$REGISTRY/v2/" ;;
    containerd) [ -S "$DIR/private/run/containerd/containerd.sock" ] ;;
    apiserver) api_curl readyz ;;
    controller-manager) inside_curl -k https://127.0.0.1:10257/healthz ;;
    scheduler) inside_curl -k https://127.0.0.1:10259/healthz ;;
    kubelet) inside_curl http://127.0.0.1:10248/healthz ;;
    kube-proxy) inside_curl http://127.0.0.1:10256/healthz ;;
  esac
}

# inside_curl ARGUMENT...: from within the network of the cluster.
inside_curl() {
  local pid
  pid=$(recorded_pid "$DIR/pids/init") && nsenter --target "$pid" --net "${CURL[@]}" "$@"
}

# api_curl PATH: as an admin, from this machine, with the answer on one line.
api_curl() {
  "${CURL[@]}" --user-agent kruise-e2e --cacert "$DIR/pki/ca.crt" --cert "$DIR/pki/admin.crt" --key "$DIR/pki/admin.key" \
    "https://$(network_address "$NETWORK_NUMBER"):$API_PORT/$1"
}

# await_component COMPONENT SECONDS: fails at once when the process has ended.
await_component() {
  local component=$1 deadline=$((SECONDS + $2))
  wait_until 30 recorded_pid "$DIR/pids/$component" || component_failed "$component" "did not start"
  until component_up "$component" >/dev/null 2>&1; do
    recorded_pid "$DIR/pids/$component" >/dev/null || component_failed "$component" "ended"
    [ "$SECONDS" -lt "$deadline" ] || component_failed "$component" "is not up after $2 s"
    sleep 0.1
  done
}

component_failed() {
  tail -n 15 "$DIR/logs/$1.log" >&2 || true
  die "$1 of cluster $NAME $2; its log is $DIR/logs/$1.log" "read the log, then: down --name $NAME"
}

check_component() {
  local component
  for component in "${COMPONENTS[@]}"; do
    [ "$component" != "$1" ] || return 0
  done
  die "there is no component '$1'" "one of: ${COMPONENTS[*]}"
}
