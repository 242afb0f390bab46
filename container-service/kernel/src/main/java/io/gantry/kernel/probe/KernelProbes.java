package io.gantry.kernel.probe;

import io.gantry.kernel.cgroup.CgroupHierarchy;
import io.gantry.kernel.cgroup.DeviceProgram;
import io.gantry.kernel.netlink.socket.NetlinkFailure;
import io.gantry.kernel.nftables.RulesetFailure;
import io.gantry.kernel.overlay.OverlayMounts;
import io.gantry.kernel.mount.ImageMounts;
import io.gantry.kernel.mount.MappedTrees;
import io.gantry.kernel.mount.ServedFiles;
import io.gantry.kernel.syscall.Errno;
import io.gantry.kernel.syscall.Fd;
import io.gantry.kernel.syscall.LinuxHeader;
import io.gantry.kernel.syscall.Opened;
import io.gantry.kernel.syscall.SyscallFailure;
import io.gantry.kernel.syscall.SystemCalls;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/**
 * Asks the kernel for each {@link Feature} by using it: makes what a container needs and lets it go again. Mounts stay detached, links are in
 * a namespace of their own. What has a name that others of this machine can see, a folder and a group, is named by this run alone: agents that
 * start together, and a doctor beside them, probe at the same time.
 */
public final class KernelProbes {
    private static final int FOLDER_MODE = 0700;
    private static final int LONGEST_LIST = 512;
    private final SystemCalls calls;
    private final Ground ground;
    private final CgroupHierarchy cgroups;
    private final ProbeFolder folder;
    private final String name;

    /** @param name of the group that is made; nobody else on this machine may use it */
    public KernelProbes(SystemCalls calls, Ground ground, CgroupHierarchy cgroups, ProbeFolder folder, String name) {
        this.name = name;
        this.calls = calls;
        this.ground = ground;
        this.cgroups = cgroups;
        this.folder = folder;
    }

    public KernelReport run() {
        List<Finding> findings = new ArrayList<>();
        Set<Feature> found = EnumSet.noneOf(Feature.class);
        for (Feature feature : Feature.values()) {
            Finding finding = without(feature, found).<Finding>map(other -> new Finding.Unknown(feature, other)).orElseGet(() -> look(feature));
            findings.add(finding);
            if (finding instanceof Finding.Found) {
                found.add(feature);
            }
        }
        return new KernelReport(findings);
    }

    /** What {@code feature} can't be used without, and wasn't found. */
    private static Optional<Feature> without(Feature feature, Set<Feature> found) {
        List<Feature> before = switch (feature) {
            case MAPPED_MOUNTS -> List.of(Feature.MOUNT_CALLS, Feature.USER_NAMESPACES);
            case SERVED_FILES -> List.of(Feature.MOUNT_CALLS);
            case OVERLAY -> List.of(Feature.MAPPED_MOUNTS);
            case MANY_LAYERS, DETACHED_LAYERS, IMAGES -> List.of(Feature.OVERLAY);
            case CLONE3, PIDFD, OPENAT2, MOUNT_CALLS, MOVE_MOUNT, SECCOMP, USER_NAMESPACES -> List.of();
            case CGROUP_TREE, CGROUP_MEMORY, CGROUP_CPU, CGROUP_CPUACCT, CGROUP_PIDS, CGROUP_DEVICES, CGROUP_CPUSET,
                    CGROUP_BLKIO -> List.of();
            case BRIDGE, VETH, VXLAN, SOCKET_DIAG, NF_TABLES, NF_BRIDGE -> List.of();
        };
        return before.stream().filter(other -> !found.contains(other)).findFirst();
    }

    private Finding look(Feature feature) {
        try {
            use(feature);
            return new Finding.Found(feature);
        } catch (SyscallFailure e) {
            return needsRoom(feature) && (e.errno() == Errno.ENOSPC || e.errno() == Errno.EDQUOT)
                    ? new Finding.Found(feature)
                    : new Finding.Missing(feature, e.errno(), e.getMessage());
        } catch (NetlinkFailure e) {
            return new Finding.Missing(feature, e.errno(), e.getMessage());
        } catch (RulesetFailure e) {
            return new Finding.Missing(feature, 0, e.getMessage());
        } catch (LinkageError e) {
            return new Finding.Missing(feature, 0, answer(feature, e));
        }
    }

    /** What can't be tried for want of room is taken to be there: without an agent nobody could make room, and the first start tells. */
    private static boolean needsRoom(Feature feature) {
        return feature == Feature.MAPPED_MOUNTS || feature == Feature.OVERLAY || feature == Feature.MANY_LAYERS || feature == Feature.DETACHED_LAYERS
                || feature == Feature.IMAGES;
    }

    /** A library that the rules need, or the one that all calls go through: JNA unpacks it into a folder where it is then mapped. */
    private static String answer(Feature feature, LinkageError e) {
        return feature == Feature.NF_TABLES || feature == Feature.NF_BRIDGE
                ? "libnftables.so.1 is not installed"
                : e.getMessage() + " (the folder of java.io.tmpdir must allow execution)";
    }

    private void use(Feature feature) {
        switch (feature) {
            case CLONE3 -> calls.ask(SystemCalls.Known.CLONE3);
            case MOVE_MOUNT -> calls.ask(SystemCalls.Known.MOVE_MOUNT);
            case PIDFD -> calls.pidFd((int) ProcessHandle.current().pid()).close();
            case OPENAT2 -> openInRoot();
            case MOUNT_CALLS -> mountAndClone();
            case SECCOMP -> calls.ask(SystemCalls.Known.SECCOMP_ERRNO);
            case USER_NAMESPACES -> ground.userNamespace().close();
            case MAPPED_MOUNTS -> folder.use(this::map);
            case OVERLAY -> folder.use(path -> overlay(path, OverlayMounts.Layers.JOINED, OverlayMounts.Source.ATTACHED));
            case MANY_LAYERS -> folder.use(path -> overlay(path, OverlayMounts.Layers.ONE_BY_ONE, OverlayMounts.Source.ATTACHED));
            case DETACHED_LAYERS -> folder.use(path -> overlay(path, OverlayMounts.Layers.JOINED, OverlayMounts.Source.DETACHED));
            case IMAGES -> folder.use(this::image);
            case CGROUP_TREE -> killableGroup();
            case CGROUP_MEMORY -> controller("memory");
            case CGROUP_CPU -> controller("cpu");
            case CGROUP_CPUACCT -> controller("cpuacct");
            case CGROUP_PIDS -> controller("pids");
            case CGROUP_DEVICES -> devices();
            case CGROUP_CPUSET -> controller("cpuset");
            case CGROUP_BLKIO -> controller("blkio");
            case SERVED_FILES -> serve();
            case BRIDGE -> inFreshNetwork(Ground.Links::bridge);
            case VETH -> inFreshNetwork(Ground.Links::veth);
            case VXLAN -> inFreshNetwork(Ground.Links::vxlan);
            case SOCKET_DIAG -> inFreshNetwork(Ground.Links::sockets);
            case NF_TABLES -> inFreshNetwork(Ground.Links::table);
            case NF_BRIDGE -> inFreshNetwork(Ground.Links::frames);
        }
    }

    private void openInRoot() {
        try (Fd root = calls.open("/", LinuxHeader.O_PATH | LinuxHeader.O_DIRECTORY, 0);
                Fd inside = calls.openInRoot(root, "proc", LinuxHeader.O_PATH)) {
            inside.number();
        }
    }

    private void mountAndClone() {
        Fd context = calls.fsOpen("tmpfs");
        try (Fd mount = calls.fsMount(context, 0);
                Fd tree = calls.cloneTree(folder.parent())) {
            mount.number();
            tree.number();
        }
    }

    private void map(String path) {
        try (Fd owners = ground.userNamespace();
                Fd tree = new MappedTrees(calls).clone(path, owners, 0)) {
            tree.number();
        }
    }

    private void overlay(String path, OverlayMounts.Layers layers, OverlayMounts.Source source) {
        calls.makeFolder(path + "/lower", FOLDER_MODE);
        overlayOn(owners -> new MappedTrees(calls).clone(path + "/lower", owners, LinuxHeader.MOUNT_ATTR_RDONLY), path, layers, source);
    }

    private void image(String path) {
        ground.image(path + "/image");
        overlayOn(owners -> mappedImage(path + "/image", owners), path, OverlayMounts.Layers.JOINED, OverlayMounts.Source.ATTACHED);
    }

    private Fd mappedImage(String path, Fd owners) {
        try (Opened opened = new Opened()) {
            Fd image = opened.add(new ImageMounts(calls).mount(path));
            calls.mapOwners(image, owners, 0);
            opened.keep();
            return image;
        }
    }

    /** As a container's root is: a mapped, read-only layer below a mapped, writable folder. */
    private void overlayOn(UnaryOperator<Fd> layer, String path, OverlayMounts.Layers layers, OverlayMounts.Source source) {
        List.of("/upper", "/work").forEach(name -> calls.makeFolder(path + name, FOLDER_MODE));
        try (Fd owners = ground.userNamespace();
                Fd lower = layer.apply(owners);
                Fd writable = new MappedTrees(calls).clone(path, owners, 0);
                Fd overlay = new OverlayMounts(calls, layers, source).mount(List.of(lower), writable, false, 0)) {
            overlay.number();
        }
    }

    private void killableGroup() {
        String group = cgroups.unifiedRoot() + "/" + name;
        calls.makeFolder(group, FOLDER_MODE);
        try {
            calls.open(group + "/cgroup.kill", LinuxHeader.O_PATH, 0).close();
        } finally {
            calls.removeFolder(group);
        }
    }

    private void controller(String name) {
        CgroupHierarchy.Proof proof = cgroups.proof(name);
        if (proof.word().isEmpty()) {
            calls.open(proof.file(), LinuxHeader.O_PATH, 0).close();
            return;
        }
        try (Fd file = calls.open(proof.file(), LinuxHeader.O_RDONLY, 0)) {
            String words = new String(calls.read(file, LONGEST_LIST), StandardCharsets.US_ASCII);
            if (!List.of(words.strip().split(" ")).contains(proof.word())) {
                throw new SyscallFailure("read", proof.file() + ", for " + proof.word(), Errno.ENOENT);
            }
        }
    }

    private void devices() {
        if (cgroups.deviceGates().isEmpty()) {
            controller("devices");
        } else {
            calls.loadDeviceProgram(DeviceProgram.usual()).close();
        }
    }

    private void serve() {
        ServedFiles files = new ServedFiles(calls);
        try (Fd device = files.device();
                Fd mount = files.mount(device)) {
            mount.number();
        }
    }

    private void inFreshNetwork(Consumer<Ground.Links> use) {
        try (Ground.Links links = ground.links()) {
            use.accept(links);
        }
    }
}
