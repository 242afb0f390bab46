package io.gantry.agent.plan;

import io.gantry.contracts.spec.Mount;
import io.gantry.contracts.unit.Bytes;
import io.gantry.kernel.namespaces.IdRange;
import java.util.List;
import java.util.stream.Collectors;

/** What makes the trees of files that a container is to have: mounts that nobody sees as yet, and what lies in them. */
public sealed interface TreeStep extends HostStep {
    /** Keeps the namespace that mounts are mapped by as {@code result}. */
    record MapOwners(IdRange range, Handle result) implements TreeStep {
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

    /** @param result a detached mount of {@code path}, its owners mapped by {@code owners} */
    record CloneTree(String path, Handle owners, boolean readOnly, Handle result, String why) implements TreeStep {
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
    record CloneKernelTree(String path, boolean readOnly, Handle result, String why) implements TreeStep {
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
            implements TreeStep {
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
    record MountOverlay(List<Handle> lowers, Handle writable, boolean synced, boolean devices, Handle result) implements TreeStep {
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
    record FillVolume(Handle root, String target, String folder, IdRange range) implements TreeStep {
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
    record KeepToSize(String place, String image, Bytes size, String what, SizeKeeper keeper) implements TreeStep {
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
    record MakeScratch(Bytes size, int owner, List<String> folders, Handle result) implements TreeStep {
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
    record MakeFiles(List<KeptFile> files, int first, Handle folder, Handle result) implements TreeStep {
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

    record MakeDevices(int owner, Handle result) implements TreeStep {
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
    record AddDevice(HostDevice device, String name, int owner, Handle folder) implements TreeStep {
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
}
