package io.gantry.kernel.probe;

import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.kernel.cgroup.HybridHierarchy;
import io.gantry.kernel.netlink.socket.NetlinkFailure;
import io.gantry.kernel.syscall.Errno;
import io.gantry.kernel.syscall.Fd;
import io.gantry.kernel.syscall.SyscallFailure;
import io.gantry.kernel.syscall.TwinCalls;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** What is missing is named, one thing at a time, with why and what to do. */
class KernelProbesTest {
    /** In place of an error number: the call's library can't be loaded. */
    private static final int NO_LIBRARY = -1;

    /** @param call expression for a line of {@link TwinCalls}, or the name of a method of {@link Ground} */
    private record Refusal(String call, int errno, Feature feature) {}

    private static final List<Refusal> REFUSALS =
            List.of(
                    new Refusal("ask CLONE3", Errno.ENOSYS, Feature.CLONE3),
                    new Refusal("ask MOVE_MOUNT", Errno.ENOSYS, Feature.MOVE_MOUNT),
                    new Refusal("ask SECCOMP_ERRNO", Errno.EOPNOTSUPP, Feature.SECCOMP),
                    new Refusal("pidFd .*", Errno.ENOSYS, Feature.PIDFD),
                    new Refusal("openInRoot .*", Errno.ENOSYS, Feature.OPENAT2),
                    new Refusal("fsOpen tmpfs", Errno.EPERM, Feature.MOUNT_CALLS),
                    new Refusal("fsOpen overlay", Errno.ENODEV, Feature.OVERLAY),
                    new Refusal("fsSet fd \\d+ lowerdir\\+ .*", Errno.EINVAL, Feature.MANY_LAYERS),
                    new Refusal("fsSet fd \\d+ lowerdir /proc/self/fd/.*", Errno.EINVAL, Feature.DETACHED_LAYERS),
                    new Refusal("fsOpen erofs", Errno.ENODEV, Feature.IMAGES),
                    new Refusal("mapOwners .*", Errno.EINVAL, Feature.MAPPED_MOUNTS),
                    new Refusal("open /cg/memory/tasks .*", Errno.ENOENT, Feature.CGROUP_MEMORY),
                    new Refusal("open /cg/cpu/tasks .*", Errno.ENOENT, Feature.CGROUP_CPU),
                    new Refusal("open /cg/cpuacct/tasks .*", Errno.ENOENT, Feature.CGROUP_CPUACCT),
                    new Refusal("open /cg/pids/tasks .*", Errno.ENOENT, Feature.CGROUP_PIDS),
                    new Refusal("open /cg/devices/tasks .*", Errno.ENOENT, Feature.CGROUP_DEVICES),
                    new Refusal("open /cg/cpuset/tasks .*", Errno.ENOENT, Feature.CGROUP_CPUSET),
                    new Refusal("open /cg/blkio/tasks .*", Errno.ENOENT, Feature.CGROUP_BLKIO),
                    new Refusal("open /cg/unified/probe-7/cgroup.kill .*", Errno.ENOENT, Feature.CGROUP_TREE),
                    new Refusal("fsOpen fuse", Errno.ENODEV, Feature.SERVED_FILES),
                    new Refusal("userNamespace", Errno.ENOSPC, Feature.USER_NAMESPACES),
                    new Refusal("bridge", Errno.EOPNOTSUPP, Feature.BRIDGE),
                    new Refusal("veth", Errno.EOPNOTSUPP, Feature.VETH),
                    new Refusal("vxlan", Errno.EOPNOTSUPP, Feature.VXLAN),
                    new Refusal("sockets", Errno.ENOENT, Feature.SOCKET_DIAG),
                    new Refusal("table", Errno.EOPNOTSUPP, Feature.NF_TABLES),
                    new Refusal("frames", Errno.EOPNOTSUPP, Feature.NF_BRIDGE));

    private static KernelReport report(TwinCalls twin, Refusal refusal) {
        twin.refuse(refusal.call(), refusal.errno());
        return new KernelProbes(
                        twin.calls(), new TwinGround(twin, refusal.call(), refusal.errno()),
                        new HybridHierarchy("/cg", "", "n", "0", "0", HybridHierarchy.Extras.NONE), new NoFolder(), "probe-7")
                .run();
    }

    @Test
    void findsEverythingWhereNothingIsRefusedAndKeepsNothing() {
        TwinCalls twin = new TwinCalls();
        KernelReport report = report(twin, new Refusal("nothing", 0, null));
        assertThat(report).isEqualTo(KernelReport.COMPLETE);
        assertThat(report.fit()).isTrue();
        assertThat(twin.open()).as("open descriptors").isZero();
        assertThat(twin.made).contains("removeFolder /cg/unified/probe-7");
    }

    @Test
    void namesTheOneThingThatIsRefused() {
        assertThat(REFUSALS).extracting(Refusal::feature).containsExactlyInAnyOrder(Feature.values());
        for (Refusal refusal : REFUSALS) {
            TwinCalls twin = new TwinCalls();
            KernelReport report = report(twin, refusal);
            Feature feature = refusal.feature();
            assertThat(report.missing()).as(refusal.call()).extracting(Finding.Missing::feature).containsExactly(feature);
            assertThat(report.missing().getFirst().errno()).isEqualTo(refusal.errno());
            assertThat(report.missing().getFirst().describe())
                    .contains(feature.title(), "Linux " + feature.since(), Errno.name(refusal.errno()), feature.purpose(), feature.remedy());
            assertThat(report.fit()).as(refusal.call()).isEqualTo(!feature.needed());
            assertThat(report.print()).contains(feature.needed() ? "missing  " + feature.title() : "limited  " + feature.title(), feature.remedy());
            assertThat(twin.open()).as("open descriptors after " + refusal.call()).isZero();
        }
    }

    @Test
    void blamesNothingThatCouldNotBeAskedFor() {
        KernelReport report = report(new TwinCalls(), new Refusal("userNamespace", Errno.ENOSPC, null));
        assertThat(report.findings())
                .contains(
                        new Finding.Unknown(Feature.MAPPED_MOUNTS, Feature.USER_NAMESPACES),
                        new Finding.Unknown(Feature.OVERLAY, Feature.MAPPED_MOUNTS),
                        new Finding.Unknown(Feature.MANY_LAYERS, Feature.OVERLAY),
                        new Finding.Unknown(Feature.DETACHED_LAYERS, Feature.OVERLAY));
        assertThat(report.print()).contains("can't be asked for without: user namespaces");
    }

    @Test
    void namesTheLibraryThatIsMissing() {
        assertThat(report(new TwinCalls(), new Refusal("table", NO_LIBRARY, null)).missing(Feature.NF_TABLES))
                .hasValueSatisfying(missing -> assertThat(missing.answer()).isEqualTo("libnftables.so.1 is not installed"));
        assertThat(report(new TwinCalls(), new Refusal("bridge", NO_LIBRARY, null)).missing(Feature.BRIDGE))
                .hasValueSatisfying(missing -> assertThat(missing.answer())
                        .isEqualTo("jna.tmp: failed to map segment from shared object (the folder of java.io.tmpdir must allow execution)"));
    }

    private record TwinGround(TwinCalls twin, String refused, int errno) implements Ground, Ground.Links {
        private void answer(String name) {
            if (name.equals(refused)) {
                if (errno == NO_LIBRARY) {
                    throw new UnsatisfiedLinkError("jna.tmp: failed to map segment from shared object");
                }
                throw name.equals("userNamespace")
                        ? new SyscallFailure("unshare", "CLONE_NEWUSER", errno)
                        : new NetlinkFailure("create " + name, errno, "");
            }
        }

        @Override
        public Fd userNamespace() {
            answer("userNamespace");
            return twin.fd();
        }

        @Override
        public void image(String path) {
            twin.made.add("image " + path);
        }

        @Override
        public Links links() {
            return this;
        }

        @Override
        public void bridge() {
            answer("bridge");
        }

        @Override
        public void veth() {
            answer("veth");
        }

        @Override
        public void vxlan() {
            answer("vxlan");
        }

        @Override
        public void sockets() {
            answer("sockets");
        }

        @Override
        public void table() {
            answer("table");
        }

        @Override
        public void frames() {
            answer("frames");
        }

        @Override
        public void close() {}
    }

    private record NoFolder() implements ProbeFolder {
        @Override
        public void use(Consumer<String> work) {
            work.accept("/data/probe");
        }

        @Override
        public String parent() {
            return "/data";
        }
    }
}
