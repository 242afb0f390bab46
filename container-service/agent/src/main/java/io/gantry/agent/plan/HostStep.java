package io.gantry.agent.plan;

import io.gantry.agent.runtime.Attachment;
import io.gantry.kernel.cgroup.CgroupHierarchy;
import io.gantry.kernel.namespaces.IdRange;
import io.gantry.kernel.namespaces.Namespaces;
import java.util.List;
import java.util.stream.Collectors;

/** What the agent does on the host, before and around the container's first process. */
public sealed interface HostStep extends Step {
    @Override
    default String where() {
        return "agent";
    }

    @Override
    default String undo() {
        return "";
    }

    record MakeFolder(String path, int mode, boolean kept, String why) implements HostStep {
        @Override
        public String title() {
            return why;
        }

        @Override
        public String call() {
            return "mkdir(\"%s\", 0%o)".formatted(path, mode);
        }

        @Override
        public String shell() {
            return "mkdir -m %o %s".formatted(mode, path);
        }

        @Override
        public String undo() {
            return kept ? "" : "rm -r " + path;
        }
    }

    /** Empties a folder or makes it. */
    record FreshFolder(String path, int mode, String why) implements HostStep {
        @Override
        public String title() {
            return why;
        }

        @Override
        public String call() {
            return "unlinkat(…); mkdir(\"%s\", 0%o)".formatted(path, mode);
        }

        @Override
        public String shell() {
            return "rm -rf %s; mkdir -m %o %s".formatted(path, mode, path);
        }
    }

    record WriteFile(String path, String content, int mode, String why) implements HostStep {
        @Override
        public String title() {
            return why;
        }

        @Override
        public String call() {
            return "write(\"%s\", %s)".formatted(path, Text.quote(content));
        }

        @Override
        public String shell() {
            return "printf %s > %s".formatted(Text.quote(content), path);
        }
    }

    record MakeCgroup(String controller, String path) implements HostStep {
        @Override
        public String title() {
            return "Make the container's " + controller + " control group";
        }

        @Override
        public String call() {
            return "mkdir(\"%s\", 0755)".formatted(path);
        }

        @Override
        public String shell() {
            return "mkdir " + path;
        }

        @Override
        public String undo() {
            return "rmdir " + path;
        }
    }

    record SetLimit(String path, CgroupHierarchy.Setting setting) implements HostStep {
        @Override
        public String title() {
            return "Limit: " + setting.why();
        }

        @Override
        public String call() {
            return "write(\"%s/%s\", \"%s\")".formatted(path, setting.file(), setting.value());
        }

        @Override
        public String shell() {
            return "echo %s > %s/%s".formatted(setting.value(), path, setting.file());
        }
    }

    /** Keeps the namespace that mounts are mapped by as {@code result}. */
    record MapOwners(IdRange range, Handle result) implements HostStep {
        @Override
        public String title() {
            return "Make the id map for mounts: owner 0 on disk is %d in this container, and nobody outside"
                    .formatted(range.first());
        }

        @Override
        public String call() {
            return "unshare(CLONE_NEWUSER) in a helper; write(uid_map, gid_map, %s)".formatted(Text.quote(range.mountMap()));
        }

        @Override
        public String shell() {
            return "unshare --user sleep inf & printf %s > /proc/$!/uid_map".formatted(Text.quote(range.mountMap()));
        }
    }

    /**
     * @param stateFolder where the monitor keeps log and exit status
     * @param socketFolder where it listens, as {@code socket}
     * @param namespaces {@code CLONE_NEW*}: made for the first process, or joined if {@code target} is a process
     * @param tasks the v1 files that it joins its groups by
     */
    record SpawnLauncher(
            String stateFolder,
            String socketFolder,
            String socket,
            String unified,
            List<String> tasks,
            long namespaces,
            int target,
            boolean keepsLog,
            long logBytes,
            int logFiles)
            implements HostStep {
        @Override
        public String title() {
            return target > 0
                    ? "Start the launcher, which enters the container's namespaces and groups"
                    : "Start the launcher, which becomes the container's monitor and outlives this agent";
        }

        @Override
        public String call() {
            return "posix_spawn(launcher); it: clone3(CLONE_INTO_CGROUP %s), write(\"0\") to %s".formatted(unified, tasks);
        }

        @Override
        public String shell() {
            return tasks.stream().map(file -> "echo 0 > " + file).collect(Collectors.joining("; "));
        }

        @Override
        public String undo() {
            return "echo 1 > " + unified + "/cgroup.kill";
        }
    }

    record AwaitFirstProcess(long namespaces, int target) implements HostStep {
        @Override
        public String title() {
            return target > 0 ? "Its process is inside" : "The first process exists, in namespaces of its own, and waits";
        }

        @Override
        public String where() {
            return "launcher";
        }

        @Override
        public String call() {
            return target > 0
                    ? "setns(pidfd of %d, %s); clone3(CLONE_PARENT)".formatted(target, Namespaces.describe(namespaces))
                    : "clone3(%s|CLONE_PARENT)".formatted(Namespaces.describe(namespaces));
        }

        @Override
        public String shell() {
            return target > 0
                    ? "nsenter --target %d --user --mount --pid --net --ipc --uts --cgroup".formatted(target)
                    : "unshare --user --mount --pid --net --ipc --uts --cgroup --fork";
        }
    }

    /** @param result a detached mount of {@code path}, its owners mapped by {@code owners} */
    record CloneTree(String path, Handle owners, boolean readOnly, Handle result, String why) implements HostStep {
        @Override
        public String title() {
            return why;
        }

        @Override
        public String call() {
            return "open_tree(\"%s\", OPEN_TREE_CLONE); mount_setattr(MOUNT_ATTR_IDMAP%s, userns %s) → %s"
                    .formatted(path, readOnly ? "|MOUNT_ATTR_RDONLY" : "", owners, result);
        }

        @Override
        public String shell() {
            return "mount --bind -o X-mount.idmap=/proc/$PID/ns/user %s %s".formatted(path, result.name());
        }
    }

    record MountOverlay(List<Handle> lowers, Handle writable, Handle result) implements HostStep {
        @Override
        public String title() {
            return "Lay the writable folder over " + lowers.size() + " read-only layer" + (lowers.size() == 1 ? "" : "s");
        }

        @Override
        public String call() {
            return "fsopen(\"overlay\"); fsconfig(lowerdir+=%s, upperdir=%s/upper, workdir=%s/work, volatile); fsmount() → %s"
                    .formatted(lowers.reversed(), writable, writable, result);
        }

        @Override
        public String shell() {
            return "mount -t overlay overlay -o lowerdir=%s,upperdir=%s/upper,workdir=%s/work,volatile %s"
                    .formatted(
                            lowers.reversed().stream().map(Handle::name).collect(Collectors.joining(":")),
                            writable.name(), writable.name(), result.name());
        }
    }

    record MakeDevices(int owner, Handle result) implements HostStep {
        @Override
        public String title() {
            return "Make /dev with null, zero, full, random, urandom and tty: inside, mknod is refused";
        }

        @Override
        public String call() {
            return "fsopen(\"tmpfs\"); fsmount() → %s; mknodat(%s, \"null\", 1:3), …; fchownat(…, %d)"
                    .formatted(result, result, owner);
        }

        @Override
        public String shell() {
            return "mount -t tmpfs -o mode=755,size=64k,uid=%d,gid=%d dev %s; mknod -m 666 %s/null c 1 3"
                    .formatted(owner, owner, result.name(), result.name());
        }
    }

    /**
     * @param name below {@code /dev}
     * @param folder of {@link MakeDevices}
     */
    record AddDevice(HostDevice device, String name, int owner, Handle folder) implements HostStep {
        @Override
        public String title() {
            return "Bring in the host's %s, which this node grants".formatted(device.path());
        }

        @Override
        public String call() {
            return "mknodat(%s, \"%s\", %d:%d); fchownat(…, %d)".formatted(folder, name, device.major(), device.minor(), owner);
        }

        @Override
        public String shell() {
            return "mknod -m 666 %s/%s c %d %d".formatted(folder.name(), name, device.major(), device.minor());
        }
    }

    /** Looks the user up in the image's own passwd and group, never following a link out of it. */
    record ResolveUser(String user, Handle root) implements HostStep {
        @Override
        public String title() {
            return "Find user '%s' in the image".formatted(user.isEmpty() ? "0" : user);
        }

        @Override
        public String call() {
            return "openat2(%s, \"etc/passwd\", RESOLVE_IN_ROOT)".formatted(root);
        }

        @Override
        public String shell() {
            return "";
        }
    }

    /** @param kind {@code uid_map} or {@code gid_map} */
    record WriteIdMap(String kind, IdRange range) implements HostStep {
        @Override
        public String title() {
            return "In the container, %s 0 to 65535 stand for the host's %d to %d"
                    .formatted(kind.equals("uid_map") ? "users" : "groups", range.first(), range.first() + IdRange.SIZE - 1);
        }

        @Override
        public String call() {
            return "write(\"/proc/<pid>/%s\", %s)".formatted(kind, Text.quote(range.map()));
        }

        @Override
        public String shell() {
            return "echo %s > /proc/$PID/%s".formatted(Text.quote(range.map().strip()), kind);
        }
    }

    record MakeVeth(Attachment network) implements HostStep {
        @Override
        public String title() {
            return "Make a cable: one end on bridge %s, the other is eth0 in the container".formatted(network.bridge());
        }

        @Override
        public String call() {
            return "netlink RTM_NEWLINK veth %s mtu %d master %s group %d peer eth0 %s netns <pid>"
                    .formatted(network.hostInterface(), network.mtu(), network.bridge(), network.group(), network.mac());
        }

        @Override
        public String shell() {
            return "ip link add %s mtu %d master %s group %d up type veth peer name eth0 address %s mtu %d netns $PID"
                    .formatted(network.hostInterface(), network.mtu(), network.bridge(), network.group(), network.mac(), network.mtu());
        }

        @Override
        public String undo() {
            return "ip link delete " + network.hostInterface();
        }
    }

    record SetAddress(Attachment network) implements HostStep {
        @Override
        public String title() {
            return "Give eth0 the leased address %s and the way out through %s".formatted(network.address(), network.gateway());
        }

        @Override
        public String call() {
            return "in <netns>: RTM_NEWLINK eth0 up; RTM_NEWADDR %s/%d; RTM_NEWROUTE default via %s"
                    .formatted(network.address(), network.prefix(), network.gateway());
        }

        @Override
        public String shell() {
            return "nsenter -t $PID -n sh -c 'ip link set eth0 up; ip address add %s/%d dev eth0; ip route add default via %s'"
                    .formatted(network.address(), network.prefix(), network.gateway());
        }
    }

    /** From here the first process goes on by itself, with the steps that follow. */
    record HandOver(List<Handle> handles) implements HostStep {
        @Override
        public String title() {
            return "Hand the mounts and the remaining steps to the first process";
        }

        @Override
        public String call() {
            return "sendmsg(SCM_RIGHTS %s)".formatted(handles);
        }

        @Override
        public String shell() {
            return "";
        }
    }

    record AwaitExecuted() implements HostStep {
        @Override
        public String title() {
            return "The command runs: the close-on-exec pipe went silent";
        }

        @Override
        public String where() {
            return "launcher";
        }

        @Override
        public String call() {
            return "read(failure pipe) = 0";
        }

        @Override
        public String shell() {
            return "";
        }
    }
}
