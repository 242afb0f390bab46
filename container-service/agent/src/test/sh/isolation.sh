#!/bin/bash
# A container's isolation, seen by somebody who knows procfs and nothing of the agent's code: isolation.sh FIRST_PROCESS.
# Prints a line "protection GRADE" each. Only what a process of the container itself shows counts, not our process 1.
set -u
first=$1
group=$(grep '^0::' "/proc/$first/cgroup")
monitor=$(awk '/^PPid/ {print $2}' "/proc/$first/status")
pids=()
for folder in /proc/[0-9]*; do
    pid=${folder#/proc/}
    [[ $(grep '^0::' "$folder/cgroup" 2>/dev/null) == "$group" ]] || continue
    [[ $pid == "$first" && $folder/exe -ef /proc/$monitor/exe ]] && continue
    pids+=("$pid")
done

grade() { echo "$1 $2"; }
any() { for pid in "${pids[@]}"; do "$@" "$pid" && return 0; done; return 1; }

shares() { local name=$1 pid=$2 other; for other in 1 $PPID; do [[ $(readlink "/proc/$pid/ns/$name") == "$(readlink "/proc/$other/ns/$name")" ]] && return 0; done; return 1; }
namespace() { if any shares "$2"; then grade "$1-namespace" "$3"; else grade "$1-namespace" A; fi; }
maps_root() { awk '$2 == 0 {found = 1} END {exit !found}' "/proc/$1/uid_map"; }
if any shares user || any maps_root; then grade user-namespace F; else grade user-namespace A; fi
namespace pid pid D; namespace mount mnt D; namespace network net D; namespace ipc ipc C; namespace uts uts C; namespace cgroup cgroup C

field() { awk -v name="$1:" '$1 == name {print $2}' "/proc/$2/status"; }
all=0
for pid in "${pids[@]}"; do for set in CapEff CapPrm CapBnd CapAmb; do all=$((all | 16#$(field $set "$pid"))); done; done
beyond=$((all & ~16#800425fb))
if ((beyond == 0)); then grade capabilities A; elif ((beyond >> 21 & 1)); then grade capabilities C; else grade capabilities B; fi

gains() { [[ $(field NoNewPrivs "$1") != 1 ]]; }
if any gains; then grade no-new-privileges B; else grade no-new-privileges A; fi
unfiltered() { [[ $(field Seccomp "$1") != 2 ]]; }
if any unfiltered; then grade system-call-filter C; else grade system-call-filter A; fi

# the last mount at a path lies on top; fields: 4 root, 5 path, 6 options, after the dash the type
on_top() { awk -v path="$1" '$5 == path {for (i = 7; $i != "-"; i++); line = $4 " " $6 " " $(i + 1)} END {print line}' "/proc/$2/mountinfo"; }
fresh_proc() { awk '{for (i = 7; $i != "-"; i++); if ($(i + 1) == "proc" && $5 !~ "^/proc") found = 1} END {exit !found}' "/proc/$1/mountinfo"; }
open_to() {
    local how=$1 pid=$2 path top
    for path in "${paths[@]}"; do
        [[ -e $path && -n $(on_top "/${path:1:$([[ $path == /proc* ]] && echo 4 || echo 3)}" "$pid") ]] || continue
        top=$(on_top "$path" "$pid")
        case $how in
            hidden) [[ $top == /null\ * || $top =~ ^/\ ro.*\ tmpfs$ ]] || return 0 ;;
            closed) [[ $top =~ ^[^\ ]+\ ro ]] || return 0 ;;
        esac
    done
    return 1
}
paths=(/proc/{asound,acpi,kcore,keys,key-users,kallsyms,latency_stats,timer_list,timer_stats,sched_debug,scsi,interrupts,kpagecount,kpageflags}
    /proc/{kpagecgroup,vmallocinfo} /sys/firmware /sys/devices/virtual/powercap /sys/kernel/{debug,security} /sys/fs/bpf)
if any open_to hidden || any fresh_proc; then grade masked-paths C; else grade masked-paths A; fi
paths=(/proc/{bus,fs,irq,sys,sysrq-trigger})
if any open_to closed || any fresh_proc; then grade read-only-paths C; else grade read-only-paths A; fi

writable_sys() { awk '{for (i = 7; $i != "-"; i++); if ($(i + 1) == "sysfs" && $6 !~ "^ro") found = 1} END {exit !found}' "/proc/$1/mountinfo"; }
if any writable_sys; then grade sysfs C; else grade sysfs A; fi

foreign() { awk '{for (i = 7; $i != "-"; i++); if ($(i + 1) ~ "^cgroup2?$" && $6 ~ "^ro(,|$)") next; if ($(i + 1) !~ "^(proc|sysfs|tmpfs|devpts|mqueue|overlay|fuse[.]gantry)$" && $5 !~ "^/etc/(hosts|hostname|resolv.conf)$") print $5}' "/proc/$1/mountinfo"; }
foreign_root() { foreign "$1" | grep -qx /; }
some_foreign() { [[ -n $(foreign "$1") ]]; }
if any foreign_root; then grade mounts D; elif any some_foreign; then grade mounts B; else grade mounts A; fi

controller() { echo "/sys/fs/cgroup/$1$(awk -F: -v name="$1" '$2 == name {print $3}' "/proc/${pids[0]}/cgroup")/$2"; }
usual='^c (1:3|1:5|1:7|1:8|1:9|5:0|5:2|136:\*) rwm$'
list=$(cat "$(controller devices devices.list)")
if [[ $list == *'a *:* rwm'* ]]; then grade devices D; elif grep -qvE "$usual" <<<"$list"; then grade devices B; else grade devices A; fi
if (($(cat "$(controller memory memory.limit_in_bytes)") < 1 << 61)); then grade memory-limit A; else grade memory-limit C; fi
if [[ $(cat "$(controller pids pids.max)") == max ]]; then grade process-limit C; else grade process-limit A; fi
