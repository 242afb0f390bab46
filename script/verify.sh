# shellcheck shell=bash
# After `down` nothing of this installation may be left: what is, is named.

# leftovers: one line for each thing
leftovers() {
    local file
    for file in "$PIDS"/*; do
        [[ -f $file ]] && pid_of "${file##*/}" >/dev/null && echo "process ${file##*/} $(pid_of "${file##*/}")"
    done
    # monitors and containers of our agents: by the folder they were started for
    grep -lsF -e "$DATA/agent-" -e "$RUN_DIR/" /proc/[0-9]*/cmdline 2>/dev/null | while IFS=/ read -r _ _ pid _; do
        # the search names the folders, too
        [[ $(cat "/proc/$pid/comm" 2>/dev/null) =~ ^(grep)?$ ]] || echo "process $pid $(tr '\0' ' ' <"/proc/$pid/cmdline" 2>/dev/null | cut -c1-80)"
    done
    awk -v data="$DATA/" 'index($5, data) == 1 {print "mount", $5}' /proc/self/mountinfo
    find /sys/fs/cgroup -type d -path "*/$CGROUP_PARENT*" 2>/dev/null | sed 's/^/cgroup /'
    find /run/netns -maxdepth 1 -name "$GANTRY_PREFIX-h[0-9]*" -printf 'namespace %f\n' 2>/dev/null
    ip -o link 2>/dev/null | awk -F': ' -v p="$GANTRY_PREFIX" '{split($2, n, "@")} n[1] ~ "^" p "(0|-h[0-9]+)$" {print "link", n[1]}'
    host_leftovers
}

# host_leftovers: what the agent of this machine itself made in its network; links carry the node's id, the table is named by its end
host_leftovers() {
    local node
    node=$(cat "$DATA/agent-0/identity/node.id" 2>/dev/null) || return 0
    ip -o link 2>/dev/null | awk -F': ' -v mark="alias gantry $node" 'index($0, mark) {print "link", $2}'
    nft list tables 2>/dev/null | sed -n "s/^table \([a-z]* gantry_${node: -12}\)$/nft table \1/p"
}

nothing_left() {
    local left
    find /sys/fs/cgroup -depth -type d -path "*/$CGROUP_PARENT*" -exec rmdir {} + 2>/dev/null || true
    left=$(leftovers)
    [[ -z $left ]] || fail "this is left behind:"$'\n'"$left"
    say "Gantry is down; nothing of it is left in the kernel."
}
