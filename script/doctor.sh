# shellcheck shell=bash
# What keeps this installation from working: the hosts' kernels, ports, room on the disk, the services and the nodes, each with what to do.

LEAST_FREE_MIB=2048

# doctor: ends with 1 when something is wrong
doctor() {
    local outcome=0
    build_gantry
    packages_to_run
    doctor_kernels || outcome=1
    printf '\n%-8s %-44s %s\n' '' PLATFORM 'WHAT FOR'
    doctor_disk || outcome=1
    if pid_of platform >/dev/null || pid_of gateway >/dev/null; then
        doctor_processes || outcome=1
        doctor_services || outcome=1
        doctor_nodes || outcome=1
    else
        doctor_ports || outcome=1
    fi
    return "$outcome"
}

# finding STATE WHAT FOR-WHAT [WHAT-TO-DO]: as the kernel's are printed; fails for what is wrong
finding() {
    printf '%-8s %-44s %s\n' "$1" "$2" "$3"
    (($# < 4)) || printf '%-8s   what to do:      %s\n' '' "$4"
    [[ $1 == ok ]]
}

doctor_kernels() {
    local number outcome=0
    for number in $(host_numbers); do
        ((number == 0)) || [[ -e /run/netns/$GANTRY_PREFIX-h$number ]] || continue
        ((number == 0)) || say "$(host_name "$number"):"
        agent_command "$number"
        in_host "$number" "${AGENT[@]}" doctor "${AGENT_SETTINGS[@]}" || outcome=1
    done
    return "$outcome"
}

doctor_disk() {
    local place=$GANTRY_HOME free
    while [[ ! -d $place ]]; do place=$(dirname "$place"); done
    free=$(($(df --output=avail -k "$place" | tail -1) / 1024))
    if ((free >= LEAST_FREE_MIB)); then
        finding ok "$free MiB free at $place" "images, what containers write, PostgreSQL and Kafka"
    else
        finding low "$free MiB free at $place" "images, what containers write, PostgreSQL and Kafka" \
            "make room, or set GANTRY_HOME to a folder with at least $LEAST_FREE_MIB MiB"
    fi
}

# Nothing of ours runs: whoever has one of our ports would keep us from starting.
doctor_ports() {
    local port holder outcome=0
    while read -r port; do
        holder=$(ss -Hltnp "sport = :$port" 2>/dev/null | sed -n 's/.*users:((\"\([^"]*\)\",pid=\([0-9]*\).*/\1, pid \2/p' | head -1)
        [[ -z $(ss -Hltn "sport = :$port") ]] || finding taken "port $port" "Gantry's own" \
            "end ${holder:-who listens there}, or set GANTRY_PORT_OFFSET to another number" || outcome=1
    done < <(own_ports | tr , '\n'; echo)
    ((outcome)) || finding ok "all ports are free" "REST, links, layers, PostgreSQL, Kafka, Docker's API"
    return "$outcome"
}

doctor_processes() {
    local file name outcome=0
    for file in "$PIDS"/*; do
        name=${file##*/}
        pid_of "$name" >/dev/null || finding gone "$name" "a part of the platform" "./gantry up starts it again; why it ended is in $LOGS/$name.log" || outcome=1
    done
    return "$outcome"
}

# each check of each service's own, as status shows them
doctor_services() {
    local entry port answer outcome=0 ports=("$HTTP_PORT")
    if [[ $GANTRY_SPLIT == yes ]]; then
        ports=()
        for entry in "${SPLIT_SERVICES[@]}"; do ports+=($((HTTP_PORT + ${entry#*:}))); done
    fi
    for port in "${ports[@]}"; do
        if ! answer=$(curl -s -m 5 "http://127.0.0.1:$port/q/health/ready") || [[ -z $answer ]]; then
            finding silent "the service on port $port" "REST" "see $LOGS; ./gantry down and up begin anew and keep all data" || outcome=1
            continue
        fi
        while read -r state name; do
            if [[ $state == UP ]]; then
                finding ok "$name" "REST"
            else
                finding down "$name" "REST" "see $LOGS" || outcome=1
            fi
        done < <(jq -r '.checks[] | "\(.status) \(.name)"' <<<"$answer")
    done
    return "$outcome"
}

doctor_nodes() {
    local state name outcome=0
    while read -r state name; do
        case $state in
            READY) finding ok "node $name" "containers" ;;
            DRAINED) finding ok "node $name, drained" "no further containers" ;;
            *) finding "${state,,}" "node $name" "containers" "start its agent again (./gantry up on its machine), or forget it: gantry nodes rm $name" || outcome=1 ;;
        esac
    done < <(api GET /nodes | jq -r '.items[] | "\(.state) \(.name)"')
    return "$outcome"
}
