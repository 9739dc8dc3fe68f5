# shellcheck shell=bash
# Everything that a command needs. The command has set HERE to its own folder.

LIB=$HERE/lib
# shellcheck source=lib/common.sh
. "$LIB/common.sh"
# shellcheck source=lib/packages.sh
. "$LIB/packages.sh"
# shellcheck source=lib/build.sh
. "$LIB/build.sh"
# shellcheck source=lib/images.sh
. "$LIB/images.sh"
# shellcheck source=lib/process.sh
. "$LIB/process.sh"
# shellcheck source=lib/network.sh
. "$LIB/network.sh"
# shellcheck source=lib/cgroups.sh
. "$LIB/cgroups.sh"
# shellcheck source=lib/config.sh
. "$LIB/config.sh"
# shellcheck source=lib/components.sh
. "$LIB/components.sh"
# shellcheck source=lib/cluster.sh
. "$LIB/cluster.sh"
