# shellcheck shell=bash
# The unmodified programs of OpenKruise from its Go module.

KRUISE_MODULE=github.com/openkruise/kruise

# The replace block as it stands, without the lines that kruise_corrections replaces.
kruise_replacements() {
  local go_mod=$1
  sed -n '/^replace (/,/^)/{/=>/s/^[[:space:]]*/replace /p}' "$go_mod"
}

# Releases that those blocks name and that cannot be had as modules.
kruise_corrections() {
  case $1 in
    1.8.*) printf 'k8s.io/cri-api@v0.30.0\n' ;;
    1.5.*) printf 'k8s.io/kube-scheduler@v0.24.0\n' ;;
  esac
}

# build_kruise VERSION FOLDER: manager, kruise-daemon and, where that release has it, helm_hook into FOLDER.
build_kruise() {
  local version=$1 out=$2 module=$2/module go_mod correction packages
  go_mod=$(go_mod_of "$KRUISE_MODULE" "$version")
  start_module "$module" "$KRUISE_MODULE" "$version" "$go_mod"
  kruise_replacements "$go_mod" >>"$module/go.mod"
  for correction in $(kruise_corrections "$version"); do
    (cd "$module" && go mod edit -replace "${correction%@*}=$correction")
  done
  packages=("$KRUISE_MODULE" "$KRUISE_MODULE/cmd/daemon")
  if [ -d "$(go_source_of "$KRUISE_MODULE" "$version")/cmd/helm_hook" ]; then
    packages+=("$KRUISE_MODULE/cmd/helm_hook")
  fi
  go_build "$module" "$out" '-s -w' "${packages[@]}"
  mv "$out/kruise" "$out/manager"
  mv "$out/daemon" "$out/kruise-daemon"
  rm -r "$module"
}
