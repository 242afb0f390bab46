# shellcheck shell=bash
# The Debian packages we need: installed when run as root, named otherwise.

# need PACKAGE COMMAND|FILE: adds the package to MISSING unless its command or file is there
need() {
    command -v "$2" >/dev/null || compgen -G "$2" >/dev/null || MISSING+=("$1")
}

install_missing() {
    ((${#MISSING[@]})) || return 0
    local how="apt-get install ${MISSING[*]}"
    ((EUID == 0)) || fail "these Debian packages are missing: ${MISSING[*]}" "Install them as root: $how"
    command -v apt-get >/dev/null || fail "these programs are missing: ${MISSING[*]} (names as in Debian)" "Install them with your system's package tool."
    say "Installing ${MISSING[*]} …"
    { apt-get -q update && DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 -q -y --no-install-recommends \
        install "${MISSING[@]}"; } >"$GANTRY_HOME/apt.log" 2>&1 || fail "'$how' failed" "See $GANTRY_HOME/apt.log"
}

packages_to_build() {
    MISSING=()
    need maven mvn
    need make make
    need gcc gcc
    need musl-tools musl-gcc
    install_missing
}

packages_to_run() {
    MISSING=()
    need iproute2 ip
    need nftables nft
    need libnftables1 '/usr/lib/*/libnftables.so.1'
    need curl curl
    need jq jq
    install_missing
}

packages_to_compare() {
    MISSING=()
    need runc runc
    need crun crun
    need podman podman
    need conmon conmon
    need busybox-static busybox
    install_missing
}

packages_to_test() {
    MISSING=()
    need btrfs-progs mkfs.btrfs
    need e2fsprogs mkfs.ext4
    need erofs-utils fsck.erofs
    need docker-compose docker-compose
    need openssh-server /usr/sbin/sshd
    need openssh-client ssh
    need nodejs node
    need npm npm
    need rpm rpmbuild
    install_missing
    docker_description
    docker_registry
    dockerode
}

packages_to_show() {
    MISSING=()
    need skopeo skopeo
    need umoci umoci
    need mmdebstrap mmdebstrap
    need busybox-static busybox
    install_missing
    docker_client
}

# Docker's description of its API comes with the sources that Debian packs for its Go programs; we want that one file.
docker_description() {
    local file=usr/share/gocode/src/github.com/docker/docker/api/swagger.yaml work
    [[ -n ${MOBY_SCHEMA:-} || -r /$file || -r $ROOT/.gantry/tools/moby-api.yaml ]] && return
    work=$(mktemp -d)
    say "Fetching the description of Docker's API …"
    (cd "$work" && apt-get -q download golang-github-docker-docker-dev >/dev/null && dpkg-deb -x golang-github-docker-docker-dev_*.deb . \
        && mkdir -p "$ROOT/.gantry/tools" && cp "$file" "$ROOT/.gantry/tools/moby-api.yaml") \
        || fail "the description of Docker's API could not be fetched" "Name a swagger.yaml of API 1.41 by MOBY_SCHEMA."
    rm -rf "$work"
}

# A registry that isn't ours, to pull from and push to. Debian's package would start it on port 5000; tests start it where they want it.
docker_registry() {
    local work
    { command -v docker-registry >/dev/null || [[ -x $ROOT/.gantry/tools/docker-registry ]]; } && return
    work=$(mktemp -d)
    say "Fetching a registry to pull from …"
    (cd "$work" && apt-get -q download docker-registry >/dev/null && dpkg-deb -x docker-registry_*.deb . \
        && mkdir -p "$ROOT/.gantry/tools" && cp usr/bin/docker-registry "$ROOT/.gantry/tools/") \
        || fail "Debian's docker-registry could not be fetched" "Put a docker-registry on PATH."
    rm -rf "$work"
}

# A client library of Docker's for Node, with what it needs, in the versions of our lock file.
dockerode() {
    local folder=$ROOT/.gantry/tools/dockerode lock=$ROOT/e2e/src/test/node/dockerode/package-lock.json
    cmp -s "$lock" "$folder/package-lock.json" && [[ -d $folder/node_modules/dockerode ]] && return
    say "Fetching dockerode …"
    rm -rf "$folder"
    mkdir -p "$folder"
    cp "${lock%-lock.json}.json" "$folder/"
    # the lock is there last: what was cut off is fetched again
    cp "$lock" "$folder/npm-shrinkwrap.json"
    npm ci --prefix "$folder" --ignore-scripts --no-audit --no-fund --loglevel=error >"$GANTRY_HOME/npm.log" 2>&1 \
        || fail "dockerode could not be fetched from npm" "See $GANTRY_HOME/npm.log"
    rm "$folder/npm-shrinkwrap.json"
    cp "$lock" "$folder/"
}

# Debian's package brings a daemon that changes the host's firewall; we want its client alone.
docker_client() {
    command -v docker >/dev/null && return
    local work
    work=$(mktemp -d)
    say "Fetching a docker client …"
    (cd "$work" && apt-get -q download docker.io >/dev/null && dpkg-deb -x docker.io_*.deb . && cp usr/bin/docker "$GANTRY_HOME/tools/") \
        || fail "no docker client found, and Debian's could not be fetched" "Install one; only the client is needed."
    rm -rf "$work"
}
