package io.gantry.agent.execute;

import static org.assertj.core.api.Assertions.assertThat;

import io.gantry.contracts.id.ContainerId;
import io.gantry.contracts.spec.ContainerSpec;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a container's root must not be able to do. */
@Timeout(60)
class IsolationIT {
    @AutoClose private static final TestHost host = TestHost.make();

    private static String tried(String script) throws Exception {
        ContainerId id = TestHost.newId();
        host.run(id, TestHost.shell(script + " 2>&1; true"));
        return host.output(id);
    }

    @Test
    void cannotMount() throws Exception {
        assertThat(tried("mount -t tmpfs x /tmp")).contains("permission denied").doesNotContain("mounted");
        assertThat(tried("mount -t proc proc /tmp")).contains("permission denied");
        assertThat(tried("umount /proc/keys")).contains("Operation not permitted");
    }

    @Test
    void cannotMakeDevices() throws Exception {
        assertThat(tried("mknod /tmp/disk b 254 0")).contains("Operation not permitted");
    }

    @Test
    void cannotMakeNamespaces() throws Exception {
        assertThat(tried("unshare -U true")).contains("Operation not permitted");
        assertThat(tried("unshare -n true")).contains("Operation not permitted");
    }

    @Test
    void cannotSetTheHostsSettings() throws Exception {
        assertThat(tried("echo x > /proc/sys/kernel/core_pattern")).contains("Read-only file system");
        assertThat(tried("echo b > /proc/sysrq-trigger")).containsAnyOf("Read-only file system", "nonexistent", "denied", "can't create");
        assertThat(tried("mkdir /sys/fs/cgroup/x")).contains("can't create");
        assertThat(tried("echo 1 > /sys/kernel/mm/ksm/run")).containsAnyOf("Read-only file system", "nonexistent");
    }

    @Test
    void seesNoSecretsOfTheKernel() throws Exception {
        assertThat(tried("cat /proc/keys /proc/kallsyms /proc/timer_list /proc/interrupts; ls /sys/firmware /proc/acpi")).isEqualTo("/proc/acpi:\n\n/sys/firmware:\n");
        assertThat(tried("cat /proc/kcore | head -c 1")).containsAnyOf("denied", "No such file", "Permission");
    }

    @Test
    void seesOnlyItsOwnProcessesAndMounts() throws Exception {
        assertThat(tried("ls /proc | grep -E '^[0-9]+$' | wc -l").strip()).isBetween("3", "5");
        assertThat(tried("cat /proc/self/mountinfo")).doesNotContain(host.folder + "/layer").doesNotContain("gantry-test", host.node);
        assertThat(tried("ls -R /sys/fs/cgroup")).as("no group but its own").doesNotContain("gantry", host.node, "s000");
        assertThat(tried("hostname")).doesNotContain(Files.readString(Path.of("/proc/sys/kernel/hostname")).strip());
    }

    /** By the way that leads out of a mere chroot: a working folder outside of the new one, and {@code ..} from there. */
    @Test
    void theRootThatItWasPreparedInIsOutOfReach() throws Exception {
        host.add(Path.of("/usr/bin/perl"), host.layer.resolve("bin/perl"));
        String out = "mkdir '/jail' and chroot '/jail' or die $!; chdir '..' for 1..20; chroot '.' or die $!; opendir my $top, '/' or die $!; print join ' ', sort readdir $top";
        assertThat(tried("perl -e \"" + out.replace("$", "\\$") + "\"")).contains(" bin ", " jail ").doesNotContain(" new", " view");
        assertThat(tried("grep -c ' / / ' /proc/self/mountinfo; grep ' / / ' /proc/self/mountinfo")).startsWith("1\n").contains("overlay");
    }

    @Test
    void cannotReachProcessOne() throws Exception {
        assertThat(tried("readlink /proc/1/exe; cat /proc/1/environ; ls /proc/1/fd")).contains("Permission denied").doesNotContain("memfd");
        assertThat(tried("kill -9 1; echo alive")).contains("alive");
    }

    @Test
    void gainsNothingBySetuidPrograms() throws Exception {
        // not busybox: it lays down by itself what it doesn't need
        Path program = host.layer.resolve("bin/setuid-cat");
        host.add(Path.of("/bin/cat"), program);
        Files.setAttribute(program, "unix:mode", 04755);
        assertThat(Files.getAttribute(program, "unix:uid")).isEqualTo(0);
        ContainerSpec spec = TestHost.shell("stat -c '%u %a' /bin/setuid-cat; setuid-cat /proc/self/status").but().user("web").build();
        ContainerId id = TestHost.newId();
        host.run(id, spec);
        assertThat(host.output(id))
                .startsWith("0 4755\n")
                .contains("Name:\tsetuid-cat", "Uid:\t33\t33\t33\t33\n", "Gid:\t34\t34\t34\t34\n", "NoNewPrivs:\t1")
                .contains("CapPrm:\t0000000000000000", "CapEff:\t0000000000000000");
    }

    @Test
    void hasOnlyTheDefaultCapabilities() throws Exception {
        assertThat(tried("grep Cap /proc/self/status"))
                .contains("CapInh:\t0000000000000000", "CapPrm:\t00000000800425fb", "CapBnd:\t00000000800425fb", "CapAmb:\t0000000000000000");
    }

    @Test
    void inheritsNoDescriptor() throws Exception {
        assertThat(tried("ls /proc/self/fd | wc -l").strip()).isEqualTo("4");
    }

    @Test
    void aLinkInTheImageLeadsNowhereElse() throws Exception {
        Path trap = host.layer.resolve("etc/resolv.conf");
        Path outside = host.folder.resolve("outside");
        Files.writeString(outside, "host");
        Files.deleteIfExists(trap);
        Files.createSymbolicLink(trap, outside);
        try {
            ContainerId id = TestHost.newId();
            host.run(id, TestHost.shell("echo pwned > /etc/resolv.conf; cat /etc/resolv.conf"));
            assertThat(outside).hasContent("host");
            assertThat(host.output(id)).isEqualTo("pwned\n");
        } finally {
            Files.delete(trap);
        }
    }
}
