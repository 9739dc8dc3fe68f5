# shellcheck shell=bash
# Container images, written straight into the storage layout of a registry: no push, no image tool.

# The image names that charts ask for; all of docker.io is served by the local registry.
KRUISE_IMAGE=openkruise/kruise-manager
KRUISE_HOOK_IMAGE=openkruise/kruise-helm-hook
KRUISE_HOOK_TAG=v0.1.0

images_digest() { { cat "$LIB/images.sh" && printf '%s' "$1"; } | sha256sum | cut -c1-12; }
kruise_images_dir() { printf '%s/images/kruise-%s-%s\n' "$CACHE" "$1" "$(images_digest "$(kruise_dir "$1")")"; }
base_images_dir() { printf '%s/images/base-%s\n' "$CACHE" "$(images_digest "$(programs_dir)")"; }

ensure_kruise_images() { write_images_once "kruise-$1" "$(kruise_images_dir "$1")" write_kruise_images "$1"; }
ensure_base_images() { write_images_once base "$(base_images_dir)" write_base_images; }

write_images_once() {
  [ -d "$2" ] || with_lock "images-$1" write_images_locked "$@"
}

write_images_locked() {
  local folder=$2 work
  shift 2
  [ ! -d "$folder" ] || return 0
  mkdir -p "${folder%/*}"
  rm -rf "${folder%/*}/.writing-${folder##*/}-"*
  work=$(mktemp -d "${folder%/*}/.writing-${folder##*/}-XXXXXX")
  "$@" "$work"
  mv "$work" "$folder"
}

# write_kruise_images VERSION STORE
write_kruise_images() {
  local tree=$2/tree hook
  hook=$(kruise_dir "$1")/helm_hook
  write_manager_image "$2" "$KRUISE_IMAGE" "v$1" "$1"
  [ -e "$hook" ] || return 0
  new_tree "$tree"
  cp "$hook" "$tree/"
  write_image "$2" "$KRUISE_HOOK_IMAGE" "$KRUISE_HOOK_TAG" "$tree" /helm_hook KRUISE_E2E_ROLE=
}

# write_manager_image STORE REPOSITORY TAG VERSION: manager and daemon are one image.
write_manager_image() {
  local programs tree=$1/tree
  programs=$(kruise_dir "$4")
  new_tree "$tree"
  cp "$programs/manager" "$programs/kruise-daemon" "$tree/"
  write_image "$1" "$2" "$3" "$tree" /manager KRUISE_E2E_ROLE=
}

# has_kruise_image STORE REPOSITORY TAG VERSION: the tag is already what write_manager_image would make of it. The
# images of that version have been made.
has_kruise_image() {
  local tags=docker/registry/v2/repositories/$KRUISE_IMAGE/_manifests/tags
  cmp -s "$(kruise_images_dir "$4")/$tags/v$4/current/link" "$1/${tags/$KRUISE_IMAGE/$2}/$3/current/link"
}

# write_base_images STORE
write_base_images() {
  write_role_image "$1" library/pause 1 pause
  write_role_image "$1" library/app 1 app
  write_role_image "$1" "$KRUISE_IMAGE" crash crash
  write_role_image "$1" "$KRUISE_IMAGE" hang hang
}

# write_role_image STORE REPOSITORY TAG ROLE: our program, also under the names that a Pod of OpenKruise starts.
write_role_image() {
  local name tree=$1/tree
  new_tree "$tree"
  for name in program manager kruise-daemon helm_hook; do
    cp "$(programs_dir)/program" "$tree/$name"
  done
  write_image "$1" "$2" "$3" "$tree" /program "KRUISE_E2E_ROLE=$4"
}

# OpenKruise runs as nobody and writes /log and /tmp.
new_tree() {
  rm -rf "$1"
  mkdir -p "$1/etc" "$1/tmp" "$1/log"
  chmod 1777 "$1/tmp" "$1/log"
  printf 'root:x:0:0:root:/:/none\nnobody:x:65534:65534:nobody:/:/none\n' >"$1/etc/passwd"
}

# write_image STORE REPOSITORY TAG TREE ENTRYPOINT ENVIRONMENT: the tree becomes one layer, not compressed, since it
# never travels far.
write_image() {
  local store=$1 repository=$2 tag=$3 tree=$4 layer layer_size config config_size manifest
  tar -C "$tree" --sort=name --mtime=@0 --owner=0 --group=0 --numeric-owner -cf "$store/new" .
  rm -r "$tree"
  layer_size=$(stat -c %s "$store/new")
  layer=$(add_blob "$store")
  config_json "$5" "$6" "$layer" >"$store/new"
  config_size=$(stat -c %s "$store/new")
  config=$(add_blob "$store")
  manifest_json "$config" "$config_size" "$layer" "$layer_size" >"$store/new"
  manifest=$(add_blob "$store")
  link_image "$store/docker/registry/v2/repositories/$repository" "$tag" "$config" "$layer" "$manifest"
}

config_json() {
  printf '{"architecture":"%s","os":"linux","config":{"Entrypoint":["%s"],"Env":["%s"]},' \
    "$(dpkg --print-architecture)" "$1" "$2"
  printf '"rootfs":{"type":"layers","diff_ids":["sha256:%s"]}}' "$3"
}

manifest_json() {
  local type=application/vnd.oci.image
  printf '{"schemaVersion":2,"mediaType":"%s.manifest.v1+json",' "$type"
  printf '"config":{"mediaType":"%s.config.v1+json","digest":"sha256:%s","size":%s},' "$type" "$1" "$2"
  printf '"layers":[{"mediaType":"%s.layer.v1.tar","digest":"sha256:%s","size":%s}]}' "$type" "$3" "$4"
}

# add_blob STORE: STORE/new becomes a blob; prints its hash.
add_blob() {
  local hash folder
  hash=$(sha256sum "$1/new" | cut -d' ' -f1)
  folder=$1/docker/registry/v2/blobs/sha256/${hash:0:2}/$hash
  mkdir -p "$folder"
  mv "$1/new" "$folder/data"
  printf '%s\n' "$hash"
}

# link_image REPOSITORY_FOLDER TAG CONFIG LAYER MANIFEST
link_image() {
  link_to "$1/_layers/sha256/$3" "$3"
  link_to "$1/_layers/sha256/$4" "$4"
  link_to "$1/_manifests/revisions/sha256/$5" "$5"
  link_to "$1/_manifests/tags/$2/index/sha256/$5" "$5"
  link_to "$1/_manifests/tags/$2/current" "$5"
}

link_to() {
  mkdir -p "$1"
  printf 'sha256:%s' "$2" >"$1/.link" && mv "$1/.link" "$1/link"
}

# add_images IMAGES STORE: what is cached joins a cluster's registry. Blobs never change, so they are shared.
add_images() {
  local part=docker/registry/v2
  mkdir -p "$2/$part"
  cp -alf "$1/$part/blobs" "$2/$part/" 2>/dev/null || cp -a "$1/$part/blobs" "$2/$part/"
  cp -a "$1/$part/repositories" "$2/$part/"
}
