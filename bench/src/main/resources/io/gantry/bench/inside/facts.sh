# What a container is told of itself, one fact a line: kind, name and value with tabs between. For busybox, in a container that is thrown away:
# it mounts on /mnt and gives /tmp to somebody else.
tab=$(printf '\t')
fact() { printf '%s\t%s\t%s\n' "$1" "$2" "$3"; }

grep -E '^(Uid|Gid|Groups|Cap[A-Z][a-z]+|NoNewPrivs|Seccomp|Seccomp_filters|Speculation_Store_Bypass|Cpus_allowed_list|Mems_allowed_list):' /proc/self/status |
    tr -s ' \t' '  ' | sed 's/: */:/; s/ *$//' | while IFS=: read -r name value; do fact status "$name" "$value"; done

while read -r id parent dev root at options rest; do
    rest=" $rest"
    set -- ${rest##* - }
    size=$(echo "$3" | tr ',' '\n' | grep -E '^(size|mode|gid|ptmxmode|newinstance)' | tr '\n' ' ')
    [ "$root" = / ] && root= || root=" of $root"
    case $1 in ext4 | xfs | btrfs) root= ;; esac
    fact mount "$at" "$1 $options${size:+ $size}$root"
done < /proc/self/mountinfo

env | sort | while IFS= read -r line; do fact env "${line%%=*}" "${line#*=}"; done

sed 1d /proc/self/limits | sed 's/^Max //; s/  \+/|/g' | while IFS='|' read -r name soft hard unit; do fact limit "$name" "$soft $hard"; done

for file in /proc/self/uid_map /proc/self/gid_map; do fact map "${file##*/}" "$(tr -s ' ' < $file | sed 's/^ //' | tr '\n' ',')"; done

for path in /dev/* /dev/pts/ptmx; do
    [ -e "$path" ] || [ -L "$path" ] || continue
    if [ -L "$path" ]; then fact device "$path" "link to $(readlink "$path")"; else fact device "$path" "$(stat -c '%F %a %u:%g %t:%T' "$path")"; fi
done

for path in /proc/kcore /proc/keys /proc/kallsyms /proc/timer_list /proc/interrupts /proc/sched_debug /proc/vmallocinfo /sys/firmware /sys/kernel/security /proc/sysrq-trigger /proc/sys/vm/swappiness; do
    [ -e "$path" ] || continue
    if [ -c "$path" ]; then fact secret "$path" 'hidden by a device'
    elif [ -d "$path" ]; then fact secret "$path" "$(ls "$path" 2>/dev/null | wc -l) entries"
    else
        content=$(head -c 1 "$path" 2>/dev/null | tr '\000' x)
        fact secret "$path" "$([ -n "$content" ] && echo readable || echo empty), $( (: >> "$path") 2>/dev/null && echo 'opens for writing' || echo read-only)"
    fi
done

for path in pids/pids.max memory/memory.limit_in_bytes cpu/cpu.shares cpu/cpu.cfs_quota_us cpuset/cpuset.cpus pids.max memory.max cpu.max; do
    [ -r "/sys/fs/cgroup/$path" ] && fact group "$path" "$(cat "/sys/fs/cgroup/$path")"
done
for path in /sys/fs/cgroup/*/; do [ -w "$path" ] && mkdir "$path/probe" 2>/dev/null && rmdir "$path/probe" && fact group "$path" 'takes a group of ours'; done

for name in net/ipv4/ip_unprivileged_port_start net/ipv4/ping_group_range net/ipv4/ip_forward net/ipv6/conf/all/disable_ipv6 kernel/shmmax; do
    [ -r "/proc/sys/$name" ] && fact sysctl "$name" "$(tr '\t' ' ' < "/proc/sys/$name")"
done

fact process 'number 1' "$(tr '\000' ' ' < /proc/1/cmdline | cut -c 1-40)"
fact process 'own number' "$([ $$ = 1 ] && echo 1 || echo another)"
fact process oom_score_adj "$(cat /proc/self/oom_score_adj)"
fact process umask "$(umask)"
fact process folder "$(pwd)"
for name in /sys/class/net/*; do fact network "${name##*/}" "mtu $(cat "$name/mtu")"; done
fact network 'lines of hosts' "$(grep -c . /etc/hosts)"
fact network resolv.conf "$(grep -c nameserver /etc/resolv.conf) name servers"
fact network 'a raw socket' "$(ping -c 1 -w 1 127.0.0.1 > /dev/null 2>&1 && echo allowed || echo refused)"
mount -t tmpfs x /mnt 2> /dev/null && fact call mount allowed || fact call mount refused
unshare -U true 2> /dev/null && fact call 'unshare a user namespace' allowed || fact call 'unshare a user namespace' refused
mknod /tmp/null c 1 3 2> /dev/null && fact call mknod allowed || fact call mknod refused
chown 1:1 /tmp 2> /dev/null && fact call chown allowed || fact call chown refused
