# shellcheck shell=bash
# Keys, certificates and configuration files of one cluster, all in its own folder. NODE is the only node.

NODE=node-1
API_PORT=6443
REGISTRY=127.0.0.1:5000
ETCD=http://127.0.0.1:2379

# write_config: everything below $DIR that a cluster needs before it starts.
write_config() {
  mkdir -p "$DIR"/{pki,config,config/cni,config/hosts/_default,logs,tmp}
  write_keys
  write_kubeconfigs
  write_audit_policy
  write_registry_config
  write_containerd_config
  write_cni_config
  write_kubelet_config
}

write_keys() {
  local address
  address=$(network_address "$NETWORK_NUMBER")
  printf '[req]\ndistinguished_name=name\n[name]\n' >"$DIR/pki/openssl.cnf"
  new_certificate ca "/CN=kruise-e2e-$NAME" -addext basicConstraints=critical,CA:TRUE \
    -addext keyUsage=critical,keyCertSign,cRLSign
  signed_certificate apiserver /CN=kube-apiserver -addext \
    "subjectAltName=IP:$address,IP:127.0.0.1,IP:$SERVICE_API,DNS:localhost,DNS:kubernetes,DNS:kubernetes.default,DNS:kubernetes.default.svc,DNS:kubernetes.default.svc.cluster.local"
  signed_certificate kubelet-server "/CN=$NODE" -addext "subjectAltName=IP:$address,DNS:$NODE"
  signed_certificate admin /O=system:masters/CN=admin-certificate
  signed_certificate apiserver-kubelet /O=system:masters/CN=kube-apiserver
  signed_certificate kubelet "/O=system:nodes/CN=system:node:$NODE"
  signed_certificate controller-manager /CN=system:kube-controller-manager
  signed_certificate scheduler /CN=system:kube-scheduler
  signed_certificate kube-proxy /CN=system:kube-proxy
  openssl ecparam -name prime256v1 -genkey -noout -out "$DIR/pki/service-accounts.key"
  TOKEN=$(openssl rand -hex 16)
  printf '%s,admin,admin,"system:masters"\n' "$TOKEN" >"$DIR/pki/tokens.csv"
  chmod 600 "$DIR/pki/tokens.csv"
}

new_certificate() {
  local name=$1 subject=$2 output
  shift 2
  output=$(openssl req -x509 -config "$DIR/pki/openssl.cnf" -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes \
    -sha256 -days 3650 -subj "$subject" -keyout "$DIR/pki/$name.key" -out "$DIR/pki/$name.crt" "$@" 2>&1) ||
    die "the certificate $name could not be made: $output"
}

signed_certificate() {
  new_certificate "$@" -CA "$DIR/pki/ca.crt" -CAkey "$DIR/pki/ca.key" -addext basicConstraints=critical,CA:FALSE
}

# The admin's kubeconfig holds everything in itself, so that a copy of it works elsewhere on this machine.
write_kubeconfigs() {
  local name server
  server=https://$(network_address "$NETWORK_NUMBER"):$API_PORT
  for name in controller-manager scheduler kube-proxy kubelet; do
    kubeconfig "$server" "client-certificate: $DIR/pki/$name.crt" "client-key: $DIR/pki/$name.key" \
      >"$DIR/config/$name.kubeconfig"
  done
  kubeconfig "$server" "token: $TOKEN" >"$DIR/kubeconfig"
  chmod 600 "$DIR/kubeconfig"
}

# kubeconfig SERVER CREDENTIAL...
kubeconfig() {
  local server=$1
  shift
  cat <<END
apiVersion: v1
kind: Config
current-context: kruise-e2e-$NAME
clusters:
- name: kruise-e2e-$NAME
  cluster:
    server: $server
    certificate-authority-data: $(base64 -w0 "$DIR/pki/ca.crt")
contexts:
- name: kruise-e2e-$NAME
  context: {cluster: kruise-e2e-$NAME, user: user}
users:
- name: user
  user:
$(printf '    %s\n' "$@")
END
}

write_audit_policy() {
  cat >"$DIR/config/audit.yaml" <<END
apiVersion: audit.k8s.io/v1
kind: Policy
omitStages: [RequestReceived]
rules:
- level: Metadata
END
}

write_registry_config() {
  cat >"$DIR/config/registry.yaml" <<END
version: 0.1
log: {level: warn, accesslog: {disabled: true}}
storage:
  filesystem: {rootdirectory: $DIR/registry}
  maintenance:
    readonly: {enabled: true}
    uploadpurging: {enabled: false}
http: {addr: "$REGISTRY"}
END
  # Whatever registry an image names: it is asked for here.
  cat >"$DIR/config/hosts/_default/hosts.toml" <<END
server = "http://$REGISTRY"
[host."http://$REGISTRY"]
  capabilities = ["pull", "resolve"]
END
}

# On an overlay, as in a container, overlayfs cannot be used again.
snapshotter() {
  case $(stat -fc %T "$DIR") in
    overlayfs) echo native ;;
    *) echo overlayfs ;;
  esac
}

write_containerd_config() {
  cat >"$DIR/config/containerd.toml" <<END
version = 2
root = "$DIR/containerd"
state = "/run/containerd"
disabled_plugins = ["io.containerd.snapshotter.v1.aufs", "io.containerd.snapshotter.v1.btrfs", "io.containerd.snapshotter.v1.devmapper", "io.containerd.snapshotter.v1.zfs"]
[grpc]
  address = "/run/containerd/containerd.sock"
[plugins."io.containerd.internal.v1.opt"]
  path = "$DIR/containerd/opt"
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "docker.io/library/pause:1"
  restrict_oom_score_adj = true
  disable_apparmor = true
  stream_server_address = "127.0.0.1"
[plugins."io.containerd.grpc.v1.cri".containerd]
  snapshotter = "$(snapshotter)"
  default_runtime_name = "runc"
[plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
  runtime_type = "io.containerd.runc.v2"
[plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]
  SystemdCgroup = false
[plugins."io.containerd.grpc.v1.cri".cni]
  bin_dir = "/usr/lib/cni"
  conf_dir = "$DIR/config/cni"
[plugins."io.containerd.grpc.v1.cri".registry]
  config_path = "$DIR/config/hosts"
END
}

# Point-to-point links instead of a bridge: Services work between Pods without netfilter on bridges.
write_cni_config() {
  cat >"$DIR/config/cni/10-pods.conflist" <<END
{"cniVersion": "0.4.0", "name": "pods", "plugins": [
  {"type": "ptp", "ipMasq": false,
   "ipam": {"type": "host-local", "ranges": [[{"subnet": "$PODS"}]], "routes": [{"dst": "0.0.0.0/0"}]}}]}
END
}

write_kubelet_config() {
  : >"$DIR/config/resolv.conf"
  cat >"$DIR/config/kubelet.yaml" <<END
apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
authentication:
  anonymous: {enabled: false}
  webhook: {enabled: true}
  x509: {clientCAFile: $DIR/pki/ca.crt}
authorization: {mode: Webhook}
tlsCertFile: $DIR/pki/kubelet-server.crt
tlsPrivateKeyFile: $DIR/pki/kubelet-server.key
containerRuntimeEndpoint: unix:///run/containerd/containerd.sock
cgroupDriver: cgroupfs
cgroupRoot: /$(cgroup_name "$NAME")
clusterDNS: ["$SERVICE_DNS"]
clusterDomain: cluster.local
resolvConf: $DIR/config/resolv.conf
volumePluginDir: /var/lib/kubelet/volume-plugins
failSwapOn: false
# How soon a container that is not Ready is looked at again, which its probe alone may do after ten seconds only.
syncFrequency: 1s
localStorageCapacityIsolation: false
imageGCHighThresholdPercent: 100
evictionHard: {memory.available: 100Mi, nodefs.available: 1%, imagefs.available: 1%}
healthzBindAddress: 127.0.0.1
END
}
