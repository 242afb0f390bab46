# shellcheck shell=bash
# Hosts: this machine itself (number 0), or test hosts 1, 2, 3 …: network namespaces on one underlay bridge, each with an agent,
# a data folder and a cgroup parent of its own.

in_host() { # in_host NUMBER COMMAND…; nsenter, because `ip netns exec` remounts /sys and loses the cgroup mounts below it
    local number=$1
    shift
    if ((number == 0)); then "$@"; else nsenter --net="/run/netns/$GANTRY_PREFIX-h$number" -- "$@"; fi
}

host_name() { if (($1 == 0)); then hostname; else printf 'host-%s' "$1"; fi; }
host_address() { if (($1 == 0)); then printf '127.0.0.1'; else printf '%s.%s' "$GANTRY_UNDERLAY" $((10 + $1)); fi; }
host_numbers() { if ((GANTRY_HOSTS == 0)); then echo 0; else seq "$GANTRY_HOSTS"; fi; }
bridge_name() { printf '%s0' "$GANTRY_PREFIX"; }

# up_underlay, make_host: every step brings about what is missing and leaves what is there, so that one who was killed between two of them, or who
# broke a host by hand, is helped by doing it again
up_underlay() {
    local bridge
    ((GANTRY_HOSTS > 0)) || return 0
    bridge=$(bridge_name)
    ip link show "$bridge" >/dev/null 2>&1 || ip link add "$bridge" type bridge
    ip address replace "$GANTRY_UNDERLAY.1/24" dev "$bridge"
    ip link set "$bridge" up
}

make_host() {
    local number=$1 space=$GANTRY_PREFIX-h$1
    ((number > 0)) || return 0
    make_space "$number"
    if ! ip link show "$space" >/dev/null 2>&1 || ! in_host "$number" ip link show eth0 >/dev/null 2>&1; then
        # both ends or none: what is left of a cable to an earlier namespace goes
        delete_link "$space"
        ip link add "$space" type veth peer name eth0 netns "$space"
    fi
    ip link set "$space" master "$(bridge_name)" up
    in_host "$number" ip link set lo up
    in_host "$number" ip address replace "$(host_address "$number")/24" dev eth0
    in_host "$number" ip link set eth0 up
    in_host "$number" ip route replace default via "$GANTRY_UNDERLAY.1"
}

make_space() {
    local space=$GANTRY_PREFIX-h$1
    if [[ -e /run/netns/$space ]]; then
        in_host "$1" true 2>/dev/null && return
        # `ip netns add` was killed between making the file and mounting the namespace on it
        rm -f "/run/netns/$space"
    fi
    ip netns add "$space"
}

api() { # api METHOD PATH [BODY]
    local auth
    auth="Authorization: Bearer $(<"$TOKEN_FILE")"
    # the token goes by a file descriptor: nobody reads it from the process list
    curl -sS -m 30 -X "$1" -K <(printf 'header = "%s"\n' "$auth") -H 'Content-Type: application/json' \
        ${3:+--data "$3"} "http://127.0.0.1:$HTTP_PORT/api/v1$2"
}

agent_classpath() {
    local folder
    folder=$(program)/container-service/agent/target
    printf '%s' "$folder/gantry-agent-0.1.0-SNAPSHOT.jar:$folder/lib/*"
}

# The second compiler compiles what TLS computes and nothing else, docs/decisions/0030
# agent_command NUMBER: sets AGENT and AGENT_SETTINGS to the agent's program and that host's settings
agent_command() {
    local number=$1
    AGENT=("$JAVA" "${JAVA_FLAGS[@]}" -XX:+UnlockDiagnosticVMOptions -XX:CompilerDirectivesFile="$(program)/container-service/agent/compiler.json"
        -XX:CompileCommand=quiet -Xmx128m -Djava.util.logging.manager=org.jboss.logmanager.LogManager
        -cp "$(agent_classpath)" io.gantry.agent.main.AgentMain)
    AGENT_SETTINGS=(
        --data-dir "$DATA/agent-$number" --run-dir "$RUN_DIR/$number" --name "$(host_name "$number")"
        --address "$(host_address "$number")" --stream-port "$STREAM_PORT" --image-service "$(control_address):$LAYERS_PORT"
        --gateway "$(control_address):$API_PORT"
        --service "$(control_address):$LINK_PORT" # where the control plane is now, whatever was in the join token
        --cgroup-parent "$CGROUP_PARENT" --first-id $((FIRST_ID + (GANTRY_ID_SLICE + number) * ID_RANGES * 65536)) --id-ranges "$ID_RANGES"
    )
}

launch_agent() {
    local number=$1 place=() token file=$DATA/agent-$1/join-token
    pid_of "agent-$number" >/dev/null && return
    mkdir -p "$DATA/agent-$number" "$RUN_DIR"
    agent_command "$number"
    if [[ ! -d $DATA/agent-$number/identity ]]; then
        token=$(api POST /join-tokens | jq -er .token) || fail "no join token was given" "See ./gantry status and $LOGS"
        # by a file, which the agent removes: arguments and environment of a process can be read for as long as it runs
        (umask 077 && printf '%s\n' "$token" >"$file")
        AGENT_SETTINGS+=(--token-file "$file")
    fi
    ((number == 0)) || place=(nsenter --net="/run/netns/$GANTRY_PREFIX-h$number" --)
    # empty: what a person has in the shell is a token for the API
    GANTRY_TOKEN='' launch "agent-$number" "${place[@]}" "${AGENT[@]}" run "${AGENT_SETTINGS[@]}"
}

# node_ready NAME SINCE: it is, or drained by somebody, and was heard of after that moment (RFC 3339, UTC)
node_ready() {
    api GET /nodes 2>/dev/null | jq -e --arg name "$1" --arg since "$2" \
        'any(.items[]; .name == $name and (.state == "READY" or .state == "DRAINED") and .lastSeen > $since)' >/dev/null 2>&1
}

now() { date -u +%FT%T.%NZ; }

up_hosts() {
    local number since
    since=$(now)
    up_underlay
    for number in $(host_numbers); do
        make_host "$number"
        launch_agent "$number"
    done
    for number in $(host_numbers); do
        await "agent-$number" 60 node_ready "$(host_name "$number")" "$since"
    done
}

# clear_host rest|leave NUMBER: every container, mount, cgroup, link and table of that host's agent goes from its kernel. rest: containers are asked to
# end, and what they wrote, their logs and how they ended stay; leave: at once, and nothing of them stays
clear_host() {
    local how=$1 number=$2
    [[ -d $DATA/agent-$number ]] || return 0
    ((number == 0)) || [[ -e /run/netns/$GANTRY_PREFIX-h$number ]] || return 0
    agent_command "$number"
    in_host "$number" "${AGENT[@]}" "$how" "${AGENT_SETTINGS[@]}" >>"$LOGS/agent-$number.log" 2>&1 \
        || say "agent-$number could not take away all it had; see $LOGS/agent-$number.log"
}

# unmount_layers NUMBER: of a host whose agent could not take them away itself, since its network is gone
unmount_layers() {
    awk -v layers="$DATA/agent-$1/layers/" 'index($5, layers) == 1 {print $5}' /proc/self/mountinfo | while read -r place; do
        umount --lazy "$place"
    done
}

remove_host() {
    local number=$1 space=$GANTRY_PREFIX-h$1
    ((number > 0)) || return 0
    # the cable first: the kernel takes it away with the namespace, but at a time of its own
    delete_link "$space"
    [[ ! -e /run/netns/$space ]] || ip netns delete "$space"
}

delete_link() {
    ip link delete "$1" 2>/dev/null || ! ip link show "$1" >/dev/null 2>&1 || fail "the link $1 could not be deleted" "See: ip link show $1"
}

# known_hosts: those of the settings, and whatever else was ever started here
known_hosts() {
    local trace
    {
        host_numbers
        for trace in "$PIDS"/agent-* "$DATA"/agent-*; do
            [[ ! -e $trace ]] || printf '%s\n' "${trace##*-}"
        done
    } | sort -un
}

# down_hosts rest|leave
down_hosts() {
    local number
    for number in $(known_hosts); do stop "agent-$number"; done
    for number in $(known_hosts); do
        clear_host "$1" "$number"
        unmount_layers "$number"
        remove_host "$number"
    done
    rm -rf "$RUN_DIR"
    delete_link "$(bridge_name)"
}

# host kill|stop|start|lose NUMBER: one host's agent; lose: agent and containers at once, as when the machine loses power
host() {
    local since
    [[ ${2:-} =~ ^[0-9]+$ ]] || set -- usage
    case ${1:-} in
        kill) kill_at_once "agent-$2" ;;
        stop) stop "agent-$2" ;;
        start)
            find_java
            since=$(now)
            make_host "$2"
            launch_agent "$2"
            await "agent-$2" 60 node_ready "$(host_name "$2")" "$since"
            ;;
        lose)
            find_java
            kill_at_once "agent-$2" || true
            (($2 == 0)) || in_host "$2" ip link set eth0 down
            clear_host leave "$2"
            remove_host "$2"
            ;;
        *) fail "usage: ./gantry host kill|stop|start|lose NUMBER" "Numbers are those of ./gantry status" ;;
    esac
}
