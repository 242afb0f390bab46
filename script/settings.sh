# shellcheck shell=bash disable=SC2034
# Where things are. What an installation was started with is kept in its folder, so that every later command finds it.
# Another installation beside it needs another GANTRY_HOME, GANTRY_PORT_OFFSET, GANTRY_UNDERLAY, GANTRY_PREFIX, GANTRY_ID_SLICE and GANTRY_POOL.

GANTRY_HOME=${GANTRY_HOME:-$ROOT/.gantry}
SETTINGS=$GANTRY_HOME/settings

read_settings() {
    local given_offset=${GANTRY_PORT_OFFSET:-} given_underlay=${GANTRY_UNDERLAY:-} given_prefix=${GANTRY_PREFIX:-}
    local given_allow=${GANTRY_ALLOW-kept} given_binds=${GANTRY_ALLOW_BIND-kept} # empty is said, too: it takes back what was granted
    local given_hosts=${GANTRY_HOSTS:-} given_split=${GANTRY_SPLIT:-} given_slice=${GANTRY_ID_SLICE:-} given_pool=${GANTRY_POOL:-} given_tls=${GANTRY_TLS_HOST:-}
    TAG_OF=''
    # shellcheck source=/dev/null
    [[ -f $SETTINGS ]] && . "$SETTINGS"
    GANTRY_PORT_OFFSET=${given_offset:-${GANTRY_PORT_OFFSET:-0}}
    GANTRY_UNDERLAY=${given_underlay:-${GANTRY_UNDERLAY:-10.77.0}} # first three numbers of the test hosts' /24
    GANTRY_PREFIX=${given_prefix:-${GANTRY_PREFIX:-gantry}}        # names of the test hosts' namespaces and bridge
    GANTRY_HOSTS=${given_hosts:-${GANTRY_HOSTS:-0}}                # test hosts; 0: this machine itself is the host
    GANTRY_SPLIT=${given_split:-${GANTRY_SPLIT:-no}}
    GANTRY_ID_SLICE=${given_slice:-${GANTRY_ID_SLICE:-0}}          # agents' user ids begin so many slices up, see ID_RANGES
    GANTRY_POOL=${given_pool:-${GANTRY_POOL:-10.210}}              # first two numbers of the containers' /16; virtual IPs have the next /16
    GANTRY_TLS_HOST=${given_tls:-${GANTRY_TLS_HOST:-127.0.0.1}}    # where Docker clients with a certificate are listened for
    # what containers may have of this node; its agent reads them from its environment
    [[ $given_allow == kept ]] || GANTRY_ALLOW=$given_allow
    [[ $given_binds == kept ]] || GANTRY_ALLOW_BIND=$given_binds
    export GANTRY_ALLOW=${GANTRY_ALLOW:-} GANTRY_ALLOW_BIND=${GANTRY_ALLOW_BIND:-}
    HTTP_PORT=$((7080 + GANTRY_PORT_OFFSET))
    LINK_PORT=$((7086 + GANTRY_PORT_OFFSET))
    LAYERS_PORT=$((7087 + GANTRY_PORT_OFFSET))
    API_PORT=$((7088 + GANTRY_PORT_OFFSET))
    STREAM_PORT=$((7071 + GANTRY_PORT_OFFSET))
    KAFKA_PORT=$((7092 + GANTRY_PORT_OFFSET))
    POSTGRES_PORT=$((7432 + GANTRY_PORT_OFFSET))
    TLS_PORT=$((2376 + GANTRY_PORT_OFFSET))
    DOCKER_PORT=$((7475 + GANTRY_PORT_OFFSET))
    DATA=$GANTRY_HOME/data LOGS=$GANTRY_HOME/logs PIDS=$GANTRY_HOME/pids PKI=$GANTRY_HOME/pki
    TOKEN_FILE=$GANTRY_HOME/token DOCKER_SOCKET=$GANTRY_HOME/docker.sock DOCKER_CERTIFICATE=$GANTRY_HOME/docker-certificate
    # recognisable in the kernel, and short: sockets' addresses have room for 107 bytes. Kept, since three programs make it
    if [[ $TAG_OF != "$GANTRY_HOME" ]]; then
        TAG=$(printf '%s' "$GANTRY_HOME" | sha1sum | cut -c1-8) TAG_OF=$GANTRY_HOME
    fi
    RUN_DIR=/run/gantry/$TAG CGROUP_PARENT=gantry-$TAG
    # a slice of user ids for each agent: as many ranges of 65536 as containers can run at a time
    FIRST_ID=524288 ID_RANGES=256
    PATH=$PATH:/usr/sbin:/sbin:$GANTRY_HOME/tools
}

write_settings() {
    local name
    for name in GANTRY_PORT_OFFSET GANTRY_UNDERLAY GANTRY_PREFIX GANTRY_HOSTS GANTRY_SPLIT GANTRY_ID_SLICE GANTRY_POOL GANTRY_TLS_HOST GANTRY_ALLOW GANTRY_ALLOW_BIND TAG TAG_OF; do
        printf '%s=%q\n' "$name" "${!name}"
    done >"$SETTINGS"
}

# kept_setting NAME: what the installation was started with; nothing before its first start
kept_setting() {
    [[ ! -f $SETTINGS ]] || sed -n "s/^$1=//p" "$SETTINGS"
}

make_home() {
    (umask 077 && mkdir -p "$GANTRY_HOME" "$DATA" "$LOGS" "$PIDS" "$PKI" "$GANTRY_HOME/cache" "$GANTRY_HOME/tools")
    chmod 700 "$GANTRY_HOME"
}

read_settings
