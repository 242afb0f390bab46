package io.gantry.agent.execute;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gantry.agent.plan.HostGrant;
import io.gantry.agent.runtime.StartFailure;
import io.gantry.contracts.id.ContainerId;
import io.gantry.contracts.spec.ContainerSpec;
import io.gantry.contracts.spec.Mount;
import io.gantry.kernel.probe.KernelReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Folders of the host in real containers, where the node grants them and nowhere else. */
@Timeout(60)
class BindsIT {
    @AutoClose private static final TestHost host = TestHost.make();
    private static Path granted;
    private static Path fixed;
    private final ContainerId id = TestHost.newId();

    @BeforeAll
    static void boot() throws Exception {
        host.runtime.close();
        granted = Files.createDirectories(host.folder.resolve("srv/granted"));
        fixed = Files.createDirectories(host.folder.resolve("srv/fixed"));
        Files.writeString(host.folder.resolve("srv/secret"), "the host's own");
        host.boot(host.settings.granting(List.of(new HostGrant(granted.toString(), false), new HostGrant(fixed.toString(), true))), KernelReport.COMPLETE);
    }

    private String run(String script, Mount... mounts) throws Exception {
        host.runtime.start(host.request(id, TestHost.shell(script).but().mounts(List.of(mounts)).build()));
        host.awaitEnd(id);
        return host.output(id);
    }

    private static Mount.Bind bind(Path source, boolean readOnly) {
        return new Mount.Bind(source.toString(), "/host", readOnly, null);
    }

    @Test
    void filesBelongToTheSameNumbersOnBothSides() throws Exception {
        Path folder = Files.createDirectories(granted.resolve("owned"));
        Files.writeString(folder.resolve("web"), "x");
        Files.setAttribute(folder.resolve("web"), "unix:uid", 33);
        assertThat(run("stat -c '%u' /host/web; touch /host/new; /bin/busybox chown 7:8 /host/new; grep -c ' /host ' /proc/mounts", bind(folder, false))).isEqualTo("33\n1\n");
        assertThat(Files.getAttribute(folder.resolve("new"), "unix:uid")).isEqualTo(7);
        assertThat(Files.getAttribute(folder.resolve("new"), "unix:gid")).isEqualTo(8);
    }

    @Test
    void whatTheNodeDoesNotGrantIsRefusedByName() {
        String allowed = "; it lets them have " + granted + ", " + fixed + " (read-only)";
        for (String folder : List.of("/etc", granted + "-not", granted.getParent().toString())) {
            assertThatThrownBy(() -> run("true", new Mount.Bind(folder, "/host", true, null)))
                    .isInstanceOfSatisfying(
                            StartFailure.class,
                            e -> assertThat(e.failure().detail()).isEqualTo("this node lets containers have no folder of the host that holds " + folder + allowed));
        }
        assertThatThrownBy(() -> run("true", bind(fixed, false)))
                .isInstanceOfSatisfying(
                        StartFailure.class, e -> assertThat(e.failure().detail()).isEqualTo("this node lets containers only read " + fixed + "; mount " + fixed + " read-only"));
        assertThatThrownBy(() -> run("true", bind(granted.resolve("missing"), false)))
                .isInstanceOfSatisfying(StartFailure.class, e -> {
                    assertThat(e.failure()).extracting(f -> f.step(), f -> f.errno()).containsExactly("clone-host-folder", 2);
                    assertThat(e.failure().hint()).startsWith("make the folder on the host first");
                });
    }

    @Test
    void aLinkInAGrantedFolderLeadsNoFurtherThanThat() throws Exception {
        Files.createSymbolicLink(granted.resolve("up"), Path.of("../.."));
        Files.createSymbolicLink(granted.resolve("absolute"), granted.getParent());
        assertThat(granted.resolve("absolute/secret")).as("a naive reader is led out").hasContent("the host's own");
        assertThatThrownBy(() -> run("true", bind(granted.resolve("absolute"), true))).isInstanceOf(StartFailure.class);
        assertThat(run("ls /host", bind(granted.resolve("up"), true))).as("the granted folder itself").doesNotContain("secret", "srv").contains("absolute");
    }

    @Test
    void readOnlyHoldsForWhatIsMountedInIt() throws Exception {
        Path inner = mountedIn(fixed.resolve("inner"), false);
        try {
            assertThat(run("touch /host/x; touch /host/inner/x; ls /host/inner", bind(fixed, true))).contains("/host/x: Read-only", "/host/inner/x: Read-only").doesNotContain("\nx");
        } finally {
            unmount(inner);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {ContainerSpec.DEFAULT_RUNTIME, "crun"})
    void mountsOfTheHostAppearWhereThatWasAskedForAndNowhereElse(String runtime) throws Exception {
        Path shared = mountedIn(granted.resolve("shared"), true);
        Files.createDirectories(shared.resolve("later"));
        Path later = null;
        ContainerId other = TestHost.newId();
        try {
            String script = "echo ready; while [ ! -e /host/go ]; do sleep 0.05; done; grep -c ' /host/later ' /proc/mounts; true";
            host.runtime.start(host.request(id, TestHost.shell(script).but().runtime(runtime).mounts(List.of(new Mount.Bind(shared.toString(), "/host", false, Mount.Bind.Propagation.RSLAVE))).build()));
            host.runtime.start(host.request(other, TestHost.shell(script).but().runtime(runtime).mounts(List.of(bind(shared, false))).build()));
            host.awaitOutput(id, "ready");
            host.awaitOutput(other, "ready");
            later = mountedIn(shared.resolve("later"), false);
            Files.writeString(shared.resolve("go"), "");
            host.awaitOutput(id, "1");
            host.awaitOutput(other, "0");
        } finally {
            host.runtime.kill(id);
            host.runtime.kill(other);
            if (later != null) {
                unmount(later);
            }
            unmount(shared);
        }
    }

    private static Path mountedIn(Path folder, boolean shared) throws IOException, InterruptedException {
        Files.createDirectories(folder);
        must("mount", "-t", "tmpfs", "tmpfs", folder.toString());
        if (shared) {
            must("mount", "--make-shared", folder.toString());
        }
        return folder;
    }

    private static void unmount(Path folder) throws IOException, InterruptedException {
        must("umount", "-l", folder.toString());
    }

    private static void must(String... command) throws IOException, InterruptedException {
        assertThat(new ProcessBuilder(command).inheritIO().start().waitFor()).as(String.join(" ", command)).isZero();
    }
}
