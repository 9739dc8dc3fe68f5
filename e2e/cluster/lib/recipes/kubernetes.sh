# shellcheck shell=bash
# Kubernetes from its Go module and those of its staging folders.

KUBERNETES_MODULE=k8s.io/kubernetes
KUBERNETES_PROGRAMS="kube-apiserver kube-controller-manager kube-scheduler kubelet kube-proxy"

# Kubernetes replaces its staging modules by folders; the released module of staging X at v1.N.P is v0.N.P.
kubernetes_replacements() {
  local version=$1 go_mod=$2
  sed -n 's|^[[:space:]]*\(k8s\.io/[a-z0-9-]*\) => \./staging/.*|\1|p' "$go_mod" |
    while read -r module; do
      printf 'replace %s => %s v0.%s\n' "$module" "$module" "${version#1.}"
    done
}

# Without these the API server reports version v0.0.0.
kubernetes_ldflags() {
  local version=$1 minor package flags='-s -w'
  minor=${version#*.}
  for package in k8s.io/component-base/version k8s.io/client-go/pkg/version; do
    flags+=" -X $package.gitVersion=v$version -X $package.gitMajor=${version%%.*}"
    flags+=" -X $package.gitMinor=${minor%%.*} -X $package.gitTreeState=clean"
  done
  printf '%s\n' "$flags"
}

# build_kubernetes VERSION FOLDER: the five programs into FOLDER.
build_kubernetes() {
  local version=$1 out=$2 module=$2/module go_mod flags program packages=()
  go_mod=$(go_mod_of "$KUBERNETES_MODULE" "$version")
  flags=$(kubernetes_ldflags "$version")
  start_module "$module" "$KUBERNETES_MODULE" "$version" "$go_mod"
  kubernetes_replacements "$version" "$go_mod" >>"$module/go.mod"
  for program in $KUBERNETES_PROGRAMS; do
    packages+=("$KUBERNETES_MODULE/cmd/$program")
  done
  go_build "$module" "$out" "$flags" "${packages[@]}"
  rm -r "$module"
}
