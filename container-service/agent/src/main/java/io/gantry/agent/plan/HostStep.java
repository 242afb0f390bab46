package io.gantry.agent.plan;

import io.gantry.agent.runtime.Attachment;
import io.gantry.contracts.spec.Mount;
import io.gantry.contracts.unit.Bytes;
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
    record FreshFolder(String path, int mode, boolean kept, String why) implements HostStep {
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

        @Override
        public String undo() {
            return kept ? "" : "rm -r " + path;
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
     * Of nobody as yet: what it starts with is the same for every container of a slot, see {@link Parking}.
     *
     * @param made {@code CLONE_NEW*}: made for the first process; none for a further command in a container
     * @param joined {@code CLONE_NEW*}: those of {@code target} that it enters before
     * @param target a process, or 0
     * @param tasks the v1 files that it joins its groups by
     */
    record SpawnLauncher(String unified, List<String> tasks, long made, long joined, int target) implements HostStep {
        @Override
        public String title() {
            return made == 0
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

    /**
     * @param stateFolder where the monitor keeps log and exit status
     * @param socketFolder where it listens, as {@code socket}
     * @param logBytes a log file is rotated before it grows above this; 0 in a session, which keeps no log
     * @param held by the monitor until it goes: the root, so that the end is told before the file system is synced, and after it the folder of
     *     {@link MakeFiles}, which agents renew through it
     */
    record NameMonitor(String stateFolder, String socketFolder, String socket, long logBytes, int logFiles, List<Handle> held)
            implements HostStep {
        @Override
        public String title() {
            return "Tell the monitor where to listen" + (logBytes > 0 ? " and where to keep log and exit status" : "");
        }

        @Override
        public String call() {
            String more = held.stream().map(handle -> ", " + handle).collect(Collectors.joining());
            return "sendmsg(SCM_RIGHTS %s, %s%s); it: listen(\"%s\")".formatted(stateFolder, socketFolder, more, socket);
        }
    }

    record AwaitMonitor() implements HostStep {
        @Override
        public String title() {
            return "The monitor listens";
        }

        @Override
        public String where() {
            return "launcher";
        }

        @Override
        public String call() {
            return "recv(control) = LISTENS";
        }
    }

    /** The values are those of {@link SpawnLauncher}. */
    record AwaitFirstProcess(long made, long joined, int target) implements HostStep {
        @Override
        public String title() {
            if (made == 0) {
                return "Its process is inside";
            }
            return joined == 0
                    ? "The first process exists, in namespaces of its own, and waits"
                    : "The first process exists, in namespaces of its own and those that it shares with process " + target + ", and waits";
        }

        @Override
        public String where() {
            return "launcher";
        }

        @Override
        public String call() {
            String enter = joined == 0 ? "" : "setns(pidfd of %d, %s); ".formatted(target, Namespaces.describe(joined));
            return enter + (made == 0 ? "clone3(CLONE_PARENT)" : "clone3(%s|CLONE_PARENT)".formatted(Namespaces.describe(made)));
        }

        @Override
        public String shell() {
            String enter = joined == 0 ? "" : "nsenter --target %d %s".formatted(target, Namespaces.options(joined));
            String make = made == 0 ? "" : "unshare %s --fork".formatted(Namespaces.options(made));
            return (enter + " " + make).strip();
        }
    }

    /**
     * As {@link SpawnLauncher}, but what it makes isn't a container's first process: it has another runtime make that, see {@link MakerStep}. Both
     * are in the container's groups.
     */
    record SpawnMaker(String unified, List<String> tasks) implements HostStep {
        @Override
        public String title() {
            return "Start the launcher, which becomes the container's monitor and outlives this agent; another runtime makes the container below it";
        }

        @Override
        public String call() {
            return "posix_spawn(launcher); it: prctl(PR_SET_CHILD_SUBREAPER), clone3(CLONE_INTO_CGROUP %s), write(\"0\") to %s".formatted(unified, tasks);
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

    record AwaitMaker() implements HostStep {
        @Override
        public String title() {
            return "Who has the container made exists, in its groups, and waits";
        }

        @Override
        public String where() {
            return "launcher";
        }

        @Override
        public String call() {
            return "clone3(CLONE_PARENT)";
        }
    }

    /** @param result empty; what the runtime says of its troubles comes to lie in it */
    record KeepWords(Handle result) implements HostStep {
        @Override
        public String title() {
            return "A file in memory for what the runtime has to say";
        }

        @Override
        public String call() {
            return "memfd_create() → " + result;
        }
    }

    record LendProgram(Handle result) implements HostStep {
        @Override
        public String title() {
            return "Take the launcher's own program along: in the container it stays as process 1, or becomes the command and tells if it can't";
        }

        @Override
        public String call() {
            return "the sealed memory file " + result;
        }
    }

    record AwaitMade(String runtime) implements HostStep {
        @Override
        public String title() {
            return "The first process exists, made by " + runtime + " in namespaces of its own, and waits; the monitor has adopted it";
        }

        @Override
        public String where() {
            return "launcher";
        }

        @Override
        public String call() {
            return "recv(control) = MADE";
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
            return "open_tree(\"%s\", OPEN_TREE_CLONE); mount_setattr(MOUNT_ATTR_IDMAP|MOUNT_ATTR_NODEV%s, userns %s) → %s"
                    .formatted(path, readOnly ? "|MOUNT_ATTR_RDONLY" : "", owners, result);
        }

        @Override
        public String shell() {
            return "mount --bind -o nodev,X-mount.idmap=/proc/$PID/ns/user %s %s".formatted(path, result.name());
        }
    }

    /**
     * What the kernel shows of a namespace of the host can be mounted by nobody inside: it comes as it is mounted here.
     *
     * @param result a detached mount of {@code path} alone, owners as they are
     */
    record CloneKernelTree(String path, boolean readOnly, Handle result, String why) implements HostStep {
        @Override
        public String title() {
            return why;
        }

        @Override
        public String call() {
            return "open_tree(\"%s\", OPEN_TREE_CLONE); mount_setattr(MOUNT_ATTR_NOSUID|MOUNT_ATTR_NODEV|MOUNT_ATTR_NOEXEC%s) → %s"
                    .formatted(path, readOnly ? "|MOUNT_ATTR_RDONLY" : "", result);
        }

        @Override
        public String shell() {
            return "mount --bind -o nosuid,nodev,noexec%s %s %s".formatted(readOnly ? ",ro" : "", path, result.name());
        }
    }

    /**
     * @param granted the folder that the node's owner lets containers have
     * @param below the way from there; links in it lead nowhere else
     * @param result a detached mount of it and of all that is mounted in it, owners mapped by {@code owners}
     */
    record CloneHostFolder(String granted, String below, boolean readOnly, Mount.Bind.Propagation propagation, Handle owners, Handle result)
            implements HostStep {
        public static CloneHostFolder of(Mount.Bind bind, List<HostGrant> grants, Handle owners, Handle result) {
            HostGrant grant = HostGrant.of(grants, bind.source(), !bind.readOnly());
            String below = bind.source().length() == grant.path().length() ? "." : bind.source().substring(grant.path().length() + 1);
            return new CloneHostFolder(grant.path(), below, bind.readOnly(), bind.propagation(), owners, result);
        }

        @Override
        public String title() {
            return "Map the host's " + granted + (below.equals(".") ? "" : "/" + below) + ", which this node grants" + (readOnly ? ", read-only with all in it" : "");
        }

        @Override
        public String call() {
            return "openat2(\"%s\", \"%s\", RESOLVE_IN_ROOT); open_tree(OPEN_TREE_CLONE|AT_RECURSIVE); mount_setattr(AT_RECURSIVE, MOUNT_ATTR_IDMAP%s, %s, userns %s) → %s"
                    .formatted(granted, below, readOnly ? "|MOUNT_ATTR_RDONLY" : "", propagation == Mount.Bind.Propagation.RSLAVE ? "MS_SLAVE" : "MS_PRIVATE", owners, result);
        }

        @Override
        public String shell() {
            return "mount --rbind -o X-mount.idmap=/proc/$PID/ns/user%s %s/%s %s".formatted(readOnly ? ",ro=recursive" : "", granted, below, result.name());
        }
    }

    /**
     * @param synced whether a crash of the host leaves the writable folder as it was last synced; otherwise in any state
     * @param devices whether an image's own device nodes lead anywhere
     */
    record MountOverlay(List<Handle> lowers, Handle writable, boolean synced, boolean devices, Handle result) implements HostStep {
        @Override
        public String title() {
            return "Lay the writable folder over %d read-only layer%s%s"
                    .formatted(lowers.size(), lowers.size() == 1 ? "" : "s", synced ? "" : "; without syncing: it is thrown away with the container");
        }

        @Override
        public String call() {
            return "fsopen(\"overlay\"); fsconfig(lowerdir+=%s, upperdir=%s/upper, workdir=%s/work%s); fsmount(%s) → %s"
                    .formatted(lowers.reversed(), writable, writable, synced ? "" : ", volatile", devices ? "" : "MOUNT_ATTR_NODEV", result);
        }

        @Override
        public String shell() {
            return "mount -t overlay overlay -o %slowerdir=%s,upperdir=%s/upper,workdir=%s/work%s %s"
                    .formatted(
                            devices ? "" : "nodev,", lowers.reversed().stream().map(Handle::name).collect(Collectors.joining(":")),
                            writable.name(), writable.name(), synced ? "" : ",volatile", result.name());
        }
    }

    /** @param folder holds the volume as {@code data}; a mark beside it tells of a copy that was cut off */
    record FillVolume(Handle root, String target, String folder, IdRange range) implements HostStep {
        @Override
        public String title() {
            return "If the volume is empty, copy what the image has at " + target;
        }

        @Override
        public String call() {
            return "openat2(%s, \"%s\", RESOLVE_IN_ROOT); getdents64, openat, mkdirat, fchownat, … in \"%s/data\"".formatted(root, target, folder);
        }

        @Override
        public String shell() {
            return "[ -n \"$(ls -A %s/data)\" ] || cp -a %s%s/. %s/data".formatted(folder, root.name(), target, folder);
        }
    }

    /**
     * What keeps a folder to its size stays with it until it is removed.
     *
     * @param image the file that {@link SizeKeeper#FILE} keeps it in
     * @param size {@code null} for none as yet, or any more: see {@link SizeKeeper#bindsUs}
     * @param what it is the size of
     */
    record KeepToSize(String place, String image, Bytes size, String what, SizeKeeper keeper) implements HostStep {
        @Override
        public String title() {
            return size == null ? "Make " + what + " " + keeper.deed() + ", which has no limit as long as we work there" : "Let " + what + " be at most " + size + ": " + keeper.deed();
        }

        @Override
        public String call() {
            return switch (keeper) {
                case FILE -> "ftruncate(\"%s\", %d); execve(\"mkfs.ext4\"); execve(\"mount\", \"%s\")".formatted(image, bytes(), place);
                case PROJECT -> "ioctl(\"%s\", FS_IOC_FSSETXATTR, FS_XFLAG_PROJINHERIT); quotactl_fd(Q_SETQUOTA, %d)".formatted(place, bytes());
                case SUBVOLUME -> "ioctl(BTRFS_IOC_QUOTA_CTL); ioctl(BTRFS_IOC_SUBVOL_CREATE, \"%s\"); ioctl(BTRFS_IOC_QGROUP_LIMIT, %s)".formatted(place, size == null ? "none" : bytes());
            };
        }

        @Override
        public String shell() {
            return switch (keeper) {
                case FILE -> "truncate -s %d %s; mkfs.ext4 -q -F %s; mount -o loop %s %s".formatted(bytes(), image, image, image, place);
                case PROJECT -> "chattr -p ID %s; chattr +P %s; setquota -P ID 0 %dK 0 %d …".formatted(place, place, bytes() >> 10, bytes() >> 12);
                case SUBVOLUME -> "btrfs subvolume create %s; btrfs quota enable %s; btrfs qgroup limit %s %s".formatted(place, place, size == null ? "none" : bytes(), place);
            };
        }

        /** 0 for no limit. */
        public long bytes() {
            return size == null ? 0 : size.value();
        }
    }

    /**
     * What is written there is the container's memory, and gone with the last who sees it.
     *
     * @param folders made in it, below {@code upper}
     * @param result a detached mount that holds {@code upper} and {@code work}, as {@link MountOverlay} wants them
     */
    record MakeScratch(Bytes size, int owner, List<String> folders, Handle result) implements HostStep {
        @Override
        public String title() {
            return "Memory for what is written there, at most " + size;
        }

        @Override
        public String call() {
            return "fsopen(\"tmpfs\"); fsconfig(size=%d); fsmount() → %s; mkdirat(%s, \"upper\", \"work\"), %s; fchownat(…, %d)"
                    .formatted(size.value(), result, result, folders, owner);
        }

        @Override
        public String shell() {
            return "mount -t tmpfs -o mode=700,size=%d none %2$s; mkdir -p %2$s/work %3$s; chown -R %4$d:%4$d %2$s/upper"
                    .formatted(size.value(), result.name(), folders.stream().map(name -> result.name() + "/upper/" + name).collect(Collectors.joining(" ")), owner);
        }
    }

    /**
     * In memory that is never written to a disk (ramfs doesn't swap). Nothing in it belongs to who may write it inside, and the mount inside is
     * read-only.
     *
     * @param first the host's number of the container's user 0
     * @param folder a mount that stays writable, for the monitor
     * @param result a detached read-only mount of the same
     */
    record MakeFiles(List<KeptFile> files, int first, Handle folder, Handle result) implements HostStep {
        @Override
        public String title() {
            return "Memory that is never swapped, with " + files.stream().map(KeptFile::what).collect(Collectors.joining(", "));
        }

        @Override
        public String call() {
            return "fsopen(\"ramfs\"); fsmount() → %s; write, fchown, fchmod, rename of %s; open_tree(OPEN_TREE_CLONE) → %s"
                    .formatted(folder, files.stream().map(file -> "%s (%s, 0%o)".formatted(file.name(), file.content(), file.mode())).collect(Collectors.joining(", ")), result);
        }

        @Override
        public String shell() {
            return "mount -t ramfs -o mode=755 none %s".formatted(result.name());
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
     * Files in {@code /proc} that tell of the container's limits, told by its monitor as they are at the time.
     *
     * @param groups folders that say how large the container is: see {@link CgroupHierarchy#sizes}
     * @param result a detached mount of all of them
     */
    record MakeProcView(List<String> groups, Handle result) implements HostStep {
        @Override
        public String title() {
            return "Let the monitor tell what of the host's memory and cores is the container's";
        }

        @Override
        public String call() {
            return "open(\"/dev/fuse\"); fsopen(\"fuse\"); fsmount(MOUNT_ATTR_RDONLY|MOUNT_ATTR_NOSUID|MOUNT_ATTR_NODEV|MOUNT_ATTR_NOEXEC) → %s; sendmsg(SCM_RIGHTS /dev/fuse, %s)"
                    .formatted(result, String.join(", ", groups));
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

    /**
     * Looks the user up in the image's own passwd and group, never following a link out of it.
     *
     * @param root {@code null} for that of the process which is joined
     * @param layers the image's, for what they say needn't be read twice; empty if they aren't known
     * @param writable the folder above them
     */
    record ResolveUser(String user, Handle root, List<String> layers, String writable) implements HostStep {
        @Override
        public String title() {
            return "Find user '%s' in the image".formatted(user.isEmpty() ? "0" : user);
        }

        @Override
        public String call() {
            return "openat2(%s, \"etc/passwd\", RESOLVE_IN_ROOT)".formatted(root);
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

    record SetOomScore(int score) implements HostStep {
        @Override
        public String title() {
            return "When the host runs out of memory, this one's processes count %d more of 1000".formatted(score);
        }

        @Override
        public String call() {
            return "write(\"/proc/<pid>/oom_score_adj\", \"%d\")".formatted(score);
        }

        @Override
        public String shell() {
            return "echo %d > /proc/$PID/oom_score_adj".formatted(score);
        }
    }

    /** @param name of the end here, until it is plugged in */
    record MakeVeth(String name) implements HostStep {
        @Override
        public String title() {
            return "Make a cable: one end here, the other is eth0 in the container";
        }

        @Override
        public String call() {
            return "netlink RTM_NEWLINK veth %s peer eth0 netns <pid>".formatted(name);
        }

        @Override
        public String shell() {
            return "ip link add %s type veth peer name eth0 netns $PID".formatted(name);
        }

        @Override
        public String undo() {
            return "ip link delete " + name;
        }
    }

    /** @param cable the name that {@link MakeVeth} gave */
    record PlugVeth(String cable, Attachment network) implements HostStep {
        @Override
        public String title() {
            return "Plug the cable into bridge %s, as %s".formatted(network.bridge(), network.hostInterface());
        }

        @Override
        public String call() {
            return "netlink RTM_NEWLINK %s name %s mtu %d master %s group %d up"
                    .formatted(cable, network.hostInterface(), network.mtu(), network.bridge(), network.group());
        }

        @Override
        public String shell() {
            return "ip link set %s name %s; ip link set %s mtu %d master %s group %d up"
                    .formatted(
                            cable, network.hostInterface(), network.hostInterface(), network.mtu(), network.bridge(), network.group());
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
            return "in <netns>: RTM_NEWLINK eth0 address %s mtu %d up; RTM_NEWADDR %s/%d; RTM_NEWROUTE default via %s"
                    .formatted(network.mac(), network.mtu(), network.address(), network.prefix(), network.gateway());
        }

        @Override
        public String shell() {
            return "nsenter -t $PID -n sh -c 'ip link set eth0 address %s mtu %d up; ip address add %s/%d dev eth0; ip route add default via %s'"
                    .formatted(network.mac(), network.mtu(), network.address(), network.prefix(), network.gateway());
        }
    }

    /** @param in and {@code out}: bytes a second, {@code null} for no limit */
    record LimitTraffic(String hostInterface, Bytes in, Bytes out) implements HostStep {
        @Override
        public String title() {
            return "Let pass at most " + words(in) + " in and " + words(out) + " out";
        }

        private static String words(Bytes rate) {
            return rate == null ? "anything" : rate + "/s";
        }

        @Override
        public String call() {
            return "netlink RTM_NEWQDISC tbf on %s: %s; in <netns> on eth0: %s".formatted(hostInterface, words(in), words(out));
        }

        @Override
        public String shell() {
            String inwards = in == null ? "" : "tc qdisc replace dev %s root tbf rate %dbps burst 128k latency 100ms".formatted(hostInterface, in.value());
            String outwards = out == null ? "" : "nsenter -t $PID -n tc qdisc replace dev eth0 root tbf rate %dbps burst 128k latency 100ms".formatted(out.value());
            return inwards.isEmpty() || outwards.isEmpty() ? inwards + outwards : inwards + "; " + outwards;
        }
    }

    /**
     * Sends the first process its next steps, those that follow up to the next message, and the mounts and folders they need. It does them
     * while the host goes on.
     */
    sealed interface Message extends HostStep {
        List<Handle> handles();

        @Override
        default String call() {
            return "sendmsg(SCM_RIGHTS %s)".formatted(handles());
        }
    }

    record Prepare(List<Handle> handles) implements Message {
        @Override
        public String title() {
            return "Tell the first process to prepare what every container has";
        }
    }

    record HandOver(List<Handle> handles) implements Message {
        @Override
        public String title() {
            return "Hand the mounts over to the first process, which goes into them meanwhile";
        }
    }

    /** From here the first process goes on by itself. */
    record Release(List<Handle> handles) implements Message {
        public Release() {
            this(List.of());
        }

        @Override
        public String title() {
            return "Let the first process become the command: all around it is there";
        }

        @Override
        public String call() {
            return handles.isEmpty() ? "sendmsg()" : Message.super.call();
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
    }
}
