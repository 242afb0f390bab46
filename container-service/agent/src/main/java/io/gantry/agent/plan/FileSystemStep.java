package io.gantry.agent.plan;

import java.util.List;

/** What makes the container's file system out of the mounts it was given. */
public sealed interface FileSystemStep extends InsideStep {
    record PrivateMounts() implements FileSystemStep {
        @Override
        public String title() {
            return "Let no mount pass in or out";
        }

        @Override
        public String call() {
            return "mount(\"/\", MS_REC|MS_PRIVATE)";
        }

        @Override
        public String shell() {
            return "mount --make-rprivate /";
        }
    }

    /** Where all that every container has is prepared before one is known. */
    record Stage() implements FileSystemStep {
        @Override
        public String title() {
            return "An empty root of its own, to put together what every container has";
        }

        @Override
        public String call() {
            return "fsopen(\"tmpfs\"); fsmount(); move_mount(\"/\"); pivot_root(\".\", \".\")";
        }

        @Override
        public String shell() {
            return "mount -t tmpfs -o nosuid,nodev,mode=755,size=64k stage /mnt; cd /mnt; pivot_root . .";
        }
    }

    /** Of a mount with all that is mounted in it. */
    record Move(String from, String to) implements FileSystemStep {
        @Override
        public String title() {
            return "Bring " + from + " in as it was prepared";
        }

        @Override
        public String call() {
            return "move_mount(\"%s\", \"%s\")".formatted(from, to);
        }

        @Override
        public String shell() {
            return "mount --move %s %s".formatted(from, to);
        }
    }

    record Attach(Handle mount, String path, String why) implements FileSystemStep {
        @Override
        public String title() {
            return why;
        }

        @Override
        public String call() {
            return "move_mount(%s, \"%s\")".formatted(mount, path);
        }

        @Override
        public String shell() {
            return "mount --move %s %s".formatted(mount.name(), path);
        }
    }

    /** What the launcher took along from the container that {@code lender} names: a mount can be cloned only in the mount namespace it is in. */
    record AttachSharedMemory(String path, String lender) implements FileSystemStep {
        @Override
        public String title() {
            return "Bring in the shared memory of " + lender + ", whose ipc namespace it shares";
        }

        @Override
        public String call() {
            return "move_mount(open_tree(\"%s\", OPEN_TREE_CLONE) in the mount namespace of %s, \"%s\")".formatted(path, lender, path);
        }
    }

    /**
     * @param place where all of it is put; left behind with what this is prepared in
     * @param paths each is mounted over by the file of its last name
     */
    record ShowProcView(Handle view, String place, List<String> paths) implements FileSystemStep {
        public ShowProcView {
            paths = List.copyOf(paths);
        }

        @Override
        public String title() {
            return "Show memory and cores as the container's limits have them: " + String.join(", ", paths);
        }

        @Override
        public String call() {
            return "mkdir(\"%1$s\"); move_mount(%2$s, \"%1$s\"); mount(\"%1$s/…\", …, MS_BIND) for each".formatted(place, view);
        }
    }

    record Pivot(Handle root) implements FileSystemStep {
        @Override
        public String title() {
            return "Make the overlay the root; from here paths are the container's";
        }

        @Override
        public String call() {
            return "fchdir(%s); pivot_root(\".\", \".\")".formatted(root);
        }

        @Override
        public String shell() {
            return "pivot_root . .";
        }
    }

    /** For who joins the mounts of a container and shall change nothing in them. */
    record OwnMounts() implements FileSystemStep {
        @Override
        public String title() {
            return "A mount table of its own, which begins as a copy of the container's";
        }

        @Override
        public String call() {
            return "unshare(CLONE_NEWNS)";
        }

        @Override
        public String shell() {
            return "unshare --mount";
        }
    }

    /** @param place of the old root, a folder in the new one */
    record PivotOver(Handle root, String place) implements FileSystemStep {
        @Override
        public String title() {
            return "Make the overlay the root; what was the root, with all that is mounted in it, lies at /" + place;
        }

        @Override
        public String call() {
            return "fchdir(%s); pivot_root(\".\", \"%s\"); chdir(\"/\")".formatted(root, place);
        }

        @Override
        public String shell() {
            return "pivot_root . " + place;
        }
    }

    record LeaveHost() implements FileSystemStep {
        @Override
        public String title() {
            return "Let go of the host's file systems";
        }

        @Override
        public String call() {
            return "umount2(\".\", MNT_DETACH); chdir(\"/\")";
        }

        @Override
        public String shell() {
            return "umount -l .";
        }
    }

    /** The empty root that it lies over then has nothing, and is out of reach: {@code ..} and setns(2) lead to what lies on top. */
    record CoverRoot(Handle root) implements FileSystemStep {
        @Override
        public String title() {
            return "Make the overlay the root, over the empty one; from here paths are the container's";
        }

        @Override
        public String call() {
            return "fchdir(%s); move_mount(%s, \"/\"); chroot(\".\"); chdir(\"/\")".formatted(root, root);
        }

        @Override
        public String shell() {
            return "mount --move . /; chroot .";
        }
    }

    record MakeFolder(String path, int mode) implements FileSystemStep {
        @Override
        public String title() {
            return "A place to mount on, if the image has none";
        }

        @Override
        public String call() {
            return "mkdir(\"%s\", 0%o)".formatted(path, mode);
        }

        @Override
        public String shell() {
            return "mkdir -p " + path;
        }
    }

    record MakeFile(String path) implements FileSystemStep {
        @Override
        public String title() {
            return "A place to mount on, if the image has none";
        }

        @Override
        public String call() {
            return "open(\"%s\", O_CREAT|O_NOFOLLOW)".formatted(path);
        }

        @Override
        public String shell() {
            return "touch " + path;
        }
    }

    record Link(String target, String path, String why) implements FileSystemStep {
        @Override
        public String title() {
            return why;
        }

        @Override
        public String call() {
            return "symlink(\"%s\", \"%s\")".formatted(target, path);
        }

        @Override
        public String shell() {
            return "ln -sfn %s %s".formatted(target, path);
        }
    }

    record Mount(String source, String target, String type, MountFlags flags, String data, String why) implements FileSystemStep {
        @Override
        public String title() {
            return why;
        }

        @Override
        public String call() {
            return "mount(\"%s\", \"%s\", \"%s\", %s, \"%s\")".formatted(source, target, type, flags, data);
        }

        @Override
        public String shell() {
            String options = data.isEmpty() ? flags.options() : flags.options() + "," + data;
            return type.isEmpty()
                    ? "mount -o %s %s".formatted(options, target)
                    : "mount -t %s -o %s %s %s".formatted(type, options, source, target);
        }
    }

    record Mask(String path) implements FileSystemStep {
        @Override
        public String title() {
            return "Hide " + path + ", which tells of the whole host";
        }

        @Override
        public String call() {
            return "mount(\"/dev/null\" or empty tmpfs, \"%s\")".formatted(path);
        }

        @Override
        public String shell() {
            return "mount --bind /dev/null " + path;
        }
    }

    record ReadOnly(String path) implements FileSystemStep {
        @Override
        public String title() {
            return "Make " + path + " read-only: settings there are the host's";
        }

        @Override
        public String call() {
            return "mount(\"%s\", MS_BIND|MS_REC); mount(MS_REMOUNT|MS_BIND|MS_RDONLY)".formatted(path);
        }

        @Override
        public String shell() {
            return "mount --rbind %s %s; mount -o remount,bind,ro %s".formatted(path, path, path);
        }
    }
}
