package io.gantry.agent.execute;

import static io.gantry.agent.execute.Protection.*;

import java.util.List;

/** What is tried, and all that stops it. */
final class Attempts {
    private Attempts() {}

    static List<Attempt> on(HostileHost host) throws Exception {
        String victim = Long.toString(host.sleeper.pid());
        return List.of(
                // settings of the whole host
                Attempt.of("writes /proc/sys/kernel/core_pattern, which runs programs as the host's root",
                        "escape open-for-writing /proc/sys/kernel/core_pattern", READ_ONLY_PATHS, USER_NAMESPACE),
                Attempt.of("makes /proc/sys writable again",
                        "mount -o remount,bind,rw /proc/sys && escape open-for-writing /proc/sys/kernel/core_pattern",
                        SYSTEM_CALL_FILTER, FEW_CAPABILITIES, USER_NAMESPACE),
                Attempt.of("sets the host's memory merging by sysfs",
                        "escape open-for-writing /sys/kernel/mm/ksm/run", READ_ONLY_SYSFS, USER_NAMESPACE),
                Attempt.of("sets the host's clock", "escape clock", FEW_CAPABILITIES, USER_NAMESPACE),
                // control groups
                Attempt.of("writes release_agent, which runs programs as the host's root (CVE-2022-0492)",
                        "mount -t cgroup -o devices x /tmp && escape open-for-writing /tmp/release_agent",
                        SYSTEM_CALL_FILTER, FEW_CAPABILITIES, USER_NAMESPACE, CGROUP_NAMESPACE),
                Attempt.of("loosens its own memory limit",
                        "mount -t cgroup -o memory x /tmp && escape open-for-writing /tmp/memory.limit_in_bytes",
                        SYSTEM_CALL_FILTER, FEW_CAPABILITIES, USER_NAMESPACE),
                // devices
                Attempt.of("makes a device", "mknod /tmp/null c 1 3 && echo reached", FEW_CAPABILITIES, USER_NAMESPACE),
                Attempt.of("makes a disk's device and opens it",
                        "mknod /tmp/disk b 7 0 && escape open-for-writing /tmp/disk", FEW_CAPABILITIES, USER_NAMESPACE, DEVICE_GROUP, NO_DEVICES_OF_THE_IMAGE),
                Attempt.of("opens a device that the image brings along", "escape open-for-writing /kernel-log", DEVICE_GROUP, NO_DEVICES_OF_THE_IMAGE),
                // other processes
                Attempt.of("traces a process of the host", "escape ptrace " + victim, FEW_CAPABILITIES, USER_NAMESPACE, PID_NAMESPACE),
                Attempt.of("signals a process of the host", "kill -0 " + victim + " && echo reached", USER_NAMESPACE, PID_NAMESPACE),
                Attempt.of("watches what all processes of a core do", "escape perf", SYSTEM_CALL_FILTER, FEW_CAPABILITIES, USER_NAMESPACE),
                Attempt.of("reads shared memory of the host", "escape read-shared " + host.key, IPC_NAMESPACE),
                // the kernel's own
                Attempt.of("adds a key to a keyring", "escape add-key", SYSTEM_CALL_FILTER),
                Attempt.of("makes a BPF map", "escape bpf", SYSTEM_CALL_FILTER, FEW_CAPABILITIES, USER_NAMESPACE),
                Attempt.of("makes an io_uring", "escape io-uring", SYSTEM_CALL_FILTER),
                Attempt.of("holds up the kernel by userfaultfd", "escape userfaultfd", SYSTEM_CALL_FILTER),
                Attempt.of("makes a user namespace, to be all-powerful in it", "unshare -U true && echo reached", SYSTEM_CALL_FILTER),
                Attempt.of("speaks to the hypervisor by vsock", "escape vsock", SYSTEM_CALL_FILTER),
                Attempt.of("reads the kernel's log", "escape kernel-log", SYSTEM_CALL_FILTER, FEW_CAPABILITIES, USER_NAMESPACE),
                Attempt.of("reads /proc/kallsyms", "head -n 1 /proc/kallsyms | grep -q . && echo reached", MASKED_PATHS),
                Attempt.of("reads /proc/keys", "[ -f /proc/keys ] && cat /proc/keys && echo reached", MASKED_PATHS),
                Attempt.of("takes a mask away",
                        "umount /proc/kallsyms && head -n 1 /proc/kallsyms | grep -q . && echo reached", SYSTEM_CALL_FILTER, FEW_CAPABILITIES),
                Attempt.of("mounts a procfs without masks",
                        "mount -t proc x /tmp && head -n 1 /tmp/kallsyms | grep -q . && echo reached", SYSTEM_CALL_FILTER, FEW_CAPABILITIES),
                // files and sockets of the host
                Attempt.of("opens a file of the host by its handle (shocker)",
                        "escape open-handle /etc/hosts " + host.tool("handle", host.handled().toString()),
                        SYSTEM_CALL_FILTER, FEW_CAPABILITIES, USER_NAMESPACE),
                Attempt.of("reads a file of the host above its own root", "grep secret /.." + host.secret + " && echo reached",
                        LEAVING_THE_HOSTS_FILES),
                Attempt.of("reaches a socket of the host by its path", "escape dial-unix /.." + host.open + "/socket", LEAVING_THE_HOSTS_FILES),
                Attempt.of("reaches an abstract socket of the host", "escape dial-unix " + host.abstractName(), NETWORK_NAMESPACE),
                Attempt.of("reaches a server on the host's loopback", "escape dial-loopback " + host.loopback.getLocalPort(), NETWORK_NAMESPACE),
                // users
                Attempt.of("becomes root by a setuid program", "setuid-cat /proc/self/status | grep -q 'Uid:.33.0.0.0' && echo reached", NO_NEW_PRIVILEGES)
                        .by("web"));
    }
}
