#!/usr/bin/env bash
# Provides the images that the guides and the tests need.
#
#   tests/images/build.sh [IMAGE...]     all of them, or those named
#
# An image that the engine has is left alone. One that is missing is pulled; where
# no registry has it or none can be reached, it is built here and labelled
# docgen.local-build=true, so that reports can say so.
#
# Every folder beside this script describes one image. Its recipe.sh sets
#   image    the name that guides use
#   needs    images that must be there before it is built (may be empty)
#   pull     `no` if no registry has this image
# and may define
#   prepare  puts what the folder does not hold into the build context $context
#   build    makes the image from $context; default: its Dockerfile
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

readonly recipes=tests/images
readonly work=$PWD/.docgen/images
readonly first_answer=15 # seconds a registry has to say that it has an image
readonly label=docgen.local-build=true

declare -A unreachable=() # registries that did not answer in this run

say() { printf 'images: %s\n' "$*" >&2; }

cannot() {
    local line
    for line in "$@"; do say "$line"; done
    exit 2
}

# Ends the run unless the program $1 is there; the rest says how to get it.
require() {
    command -v "$1" >/dev/null || cannot "\`$1\` is needed to build $image and is not installed" "${@:2}"
}

# Installs the Debian packages $@ if root may; otherwise says which are missing.
install_packages() {
    if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null; then
        cannot "$image needs the packages: $*" "install them (as root: apt-get install $*), then run this again"
    fi
    say "installing $*"
    DEBIAN_FRONTEND=noninteractive apt-get -qq update
    DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends "$@" >/dev/null
}

# Builds a static Go program: go_build OUTPUT DIRECTORY PACKAGE [FLAG...].
# Its cache stays in the clone; only modules are shared with other projects.
go_build() {
    local output=$1 directory=$2 package=$3
    require go 'install Go 1.21 or newer (https://go.dev/dl/), which fetches a newer toolchain by itself where one is asked for'
    GOCACHE=$work/go-cache GOTOOLCHAIN=auto \
        go -C "$directory" build -trimpath -buildvcs=false -o "$output" "${@:4}" "$package"
}

# Prints the folder where the module $1 (PATH@VERSION) was unpacked.
go_module() {
    require go 'install Go 1.21 or newer (https://go.dev/dl/)'
    go mod download -json "$1" | sed -n 's/^\t"Dir": "\(.*\)",\{0,1\}$/\1/p'
}

# A static program that calls C needs a C compiler and the C library's archive.
require_c() {
    require gcc 'install it (Debian: apt-get install gcc libc6-dev)'
}

present() { docker image inspect "$1" >/dev/null 2>&1; }

# Prints the registry that an image name stands for.
registry_of() {
    local first=${1%%/*}
    case $first in
    "$1") echo docker.io ;;
    *.* | *:* | localhost) echo "$first" ;;
    *) echo docker.io ;;
    esac
}

# Pulls image $1, or fails soon: a registry that gives no first answer is not
# asked again in this run.
pull() {
    local registry log=$work/pull.log pid deadline
    registry=$(registry_of "$1")
    [ -z "${unreachable[$registry]:-}" ] || return 1
    docker pull "$1" >"$log" 2>&1 &
    pid=$!
    deadline=$((SECONDS + first_answer))
    while kill -0 "$pid" 2>/dev/null && ! grep -q 'Pulling from' "$log" && [ "$SECONDS" -lt "$deadline" ]; do
        sleep 0.1
    done
    if kill -0 "$pid" 2>/dev/null && ! grep -q 'Pulling from' "$log"; then
        kill "$pid"
    fi
    if wait "$pid"; then
        return 0
    fi
    if ! grep -qiE 'not found|manifest unknown|denied|toomanyrequests|Pulling from' "$log"; then
        unreachable[$registry]=1
        say "no answer from $registry; what is missing is built here"
    fi
    return 1
}

# Default steps of a recipe.
prepare() { :; }
build() { docker_build; }

docker_build() {
    # The classic builder is the one that every engine since 20.10 has.
    DOCKER_BUILDKIT=0 docker build --force-rm --label "$label" --tag "$image" "$context"
    # Of several stages only the last is wanted; the others carry this label.
    docker image prune --force --filter label=docgen.build-stage=true
}

# Runs the recipe of folder $1 in a shell of its own; its noise goes to a log.
build_locally() (
    folder=$1
    . "$recipes/$folder/recipe.sh"
    context=$work/$folder
    mkdir -p "$context"
    cp -R "$recipes/$folder/." "$context/"
    rm -f "$context/recipe.sh"
    prepare
    # Waited for in the background: as the condition of an `if`, a step that fails
    # in the middle of a recipe would not end it.
    build >"$context.log" 2>&1 &
    if ! wait "$!"; then
        tail -n 20 "$context.log" >&2
        cannot "could not build $image; the end of the log stands above, all of it in ${context#"$PWD"/}.log"
    fi
)

# Prints what the recipe of folder $1 sets for the variable $2.
setting() (
    . "$recipes/$1/recipe.sh"
    printf '%s' "${!2:-}"
)

# Makes sure that the image of folder $1 is there, and what it needs before it.
provide() {
    local folder=$1 image need needed start=$SECONDS
    image=$(setting "$folder" image)
    if present "$image"; then
        return
    fi
    if [ "$(setting "$folder" pull)" != no ] && pull "$image"; then
        say "$image pulled in $((SECONDS - start)) s"
        return
    fi
    for need in $(setting "$folder" needs); do
        needed=$(folder_of "$need")
        provide "$needed"
    done
    say "$image: building"
    start=$SECONDS
    build_locally "$folder"
    say "$image built in $((SECONDS - start)) s, $(docker image inspect --format '{{.Size}}' "$image" | awk '{printf "%.0f MB", $1 / 1e6}')"
}

all_folders() {
    local recipe
    for recipe in "$recipes"/*/recipe.sh; do
        basename "$(dirname "$recipe")"
    done
}

# Prints the folder whose recipe makes image $1.
folder_of() {
    local folder
    for folder in $(all_folders); do
        if [ "$(setting "$folder" image)" = "$1" ]; then
            echo "$folder"
            return
        fi
    done
    cannot "there is no recipe for the image $1; there are recipes for:" \
        "$(for folder in $(all_folders); do setting "$folder" image; printf ' '; done)"
}

main() {
    local image folder
    docker version >/dev/null 2>&1 || cannot 'no Docker engine answers; run tests/images/engine.sh first'
    mkdir -p "$work"
    # Two runs at once would build the same image twice.
    exec 9>"$work/lock"
    flock 9
    if [ "$#" -eq 0 ]; then
        set -- $(for folder in $(all_folders); do setting "$folder" image; printf ' '; done)
    fi
    for image in "$@"; do
        folder=$(folder_of "$image")
        provide "$folder"
    done
}

main "$@"
