package io.gantry.agent.execute;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gantry.agent.runtime.ExecSession;
import io.gantry.agent.runtime.Grants;
import io.gantry.agent.runtime.StartFailure;
import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.id.ContainerId;
import io.gantry.contracts.spec.ContainerSpec;
import io.gantry.contracts.spec.ExecSpec;
import io.gantry.contracts.spec.Security;
import io.gantry.kernel.probe.KernelReport;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a spec's security does to a real container, and what a node must grant first. */
@Timeout(60)
class SecurityIT {
    @AutoClose private final TestHost host = TestHost.make();

    private static ContainerSpec shell(String script, String security) {
        return TestHost.shell(script + " 2>&1").but().security(Json.read(security.replace('\'', '"'), Security.class)).build();
    }

    private String said(String script, String security) throws Exception {
        return said(shell(script, security));
    }

    private String said(ContainerSpec spec) throws Exception {
        ContainerId id = TestHost.newId();
        host.run(id, spec);
        String said = host.output(id);
        host.runtime.remove(id);
        return said;
    }

    private void granting(String... grants) {
        host.runtime.close();
        RuntimeSettings now = host.settings;
        host.boot(
                now.granting(Grants.parse(List.of(grants))), KernelReport.COMPLETE);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "{}|00000000800425fb",
        "{'capAdd': ['NET_ADMIN']}|00000000800435fb",
        "{'capDrop': ['CAP_CHOWN', 'net_raw']}|00000000800405fa",
        "{'capDrop': ['ALL']}|0000000000000000",
        "{'capDrop': ['ALL'], 'capAdd': ['NET_BIND_SERVICE']}|0000000000000400",
        "{'capAdd': ['ALL'], 'capDrop': ['SYS_ADMIN']}|000001ffffdfffff"
    })
    void hasTheCapabilitiesItWasGiven(String security, String mask) throws Exception {
        assertThat(said("grep Cap /proc/self/status", security))
                .contains("CapPrm:\t" + mask, "CapEff:\t" + mask, "CapBnd:\t" + mask, "CapInh:\t0000000000000000", "CapAmb:\t0000000000000000");
    }

    /** Becoming the user takes two capabilities that the container hasn't. */
    @Test
    void anotherUserHasNoCapabilitiesAtAll() throws Exception {
        ContainerSpec spec = shell("id -u; grep Cap /proc/self/status", "{'capDrop': ['ALL'], 'capAdd': ['KILL']}").but().user("web").build();
        assertThat(said(spec)).contains("33\n", "CapEff:\t0000000000000000", "CapPrm:\t0000000000000000", "CapBnd:\t0000000000000020");
    }

    @Test
    void aCapabilityMakesADifference() throws Exception {
        String script = "ip link set lo mtu 9000 && cat /sys/class/net/lo/mtu; touch /x; chmod 600 /x; chown 33 /x && stat -c %u /x";
        host.add(Path.of("/bin/chown"), host.layer.resolve("bin/chown"));
        assertThat(said(script, "{}")).contains("Operation not permitted", "33\n").doesNotContain("9000");
        assertThat(said(script, "{'capAdd': ['NET_ADMIN'], 'capDrop': ['CHOWN']}")).contains("9000\n", "Operation not permitted").doesNotContain("33\n");
    }

    @Test
    void aFurtherCommandHasTheSameRights() throws Exception {
        ContainerId id = TestHost.newId();
        host.runtime.start(host.request(id, shell("sleep 100", "{'capAdd': ['NET_ADMIN'], 'noNewPrivileges': false}")));
        try (ExecSession exec = host.runtime.exec(id, new ExecSpec(List.of("grep", "-E", "CapEff|NoNewPrivs|Seccomp:", "/proc/self/status"), null, null, null, false, false))) {
            assertThat(new String(exec.stdout().readAllBytes(), StandardCharsets.UTF_8)).contains("CapEff:\t00000000800435fb", "NoNewPrivs:\t0", "Seccomp:\t2");
        }
        host.runtime.kill(id);
        host.awaitEnd(id);
    }

    @Test
    void programsGainRightsOnlyWhereTheyMay() throws Exception {
        Path program = host.layer.resolve("bin/setuid-cat");
        host.add(Path.of("/bin/cat"), program);
        Files.setAttribute(program, "unix:mode", 04755);
        ContainerSpec usual = shell("setuid-cat /proc/self/status", "{}").but().user("web").build();
        ContainerSpec gaining = shell("setuid-cat /proc/self/status", "{'noNewPrivileges': false}").but().user("web").build();
        assertThat(said(usual)).contains("Uid:\t33\t33\t33\t33\n", "NoNewPrivs:\t1", "Seccomp:\t2");
        assertThat(said(gaining)).contains("Uid:\t33\t0\t0\t0\n", "NoNewPrivs:\t0", "Seccomp:\t2");
    }

    @Test
    void theKernelEnforcesAProfileOfItsOwn() throws Exception {
        String security = """
                {'seccomp': {'defaultAction': 'SCMP_ACT_ALLOW', 'architectures': ['SCMP_ARCH_X86_64'], 'syscalls': [
                  {'names': ['mkdir', 'mkdirat', 'no_such_call'], 'action': 'SCMP_ACT_ERRNO', 'errnoRet': 122},
                  {'names': ['sethostname'], 'action': 'SCMP_ACT_ALLOW', 'includes': {'caps': ['CAP_SYS_ADMIN']}},
                  {'names': ['kill'], 'action': 'SCMP_ACT_ERRNO', 'args': [{'index': 1, 'value': 10, 'op': 'SCMP_CMP_EQ'}]},
                  {'names': ['symlink', 'symlinkat'], 'action': 'SCMP_ACT_KILL_PROCESS'}]}}
                """;
        String out = said("mkdir /x; kill -10 $$; kill -0 $$ && echo zero; (ln -s a /b); echo $?; grep Seccomp: /proc/self/status", security);
        assertThat(out).contains("Disk quota exceeded", "can't kill", "zero\n", "Seccomp:\t2").contains("Bad system call");
        assertThat(said("mkdir /x && echo made", "{}")).isEqualTo("made\n");
    }

    @Test
    void aProfileThatKeepsItFromStartingIsNamed() {
        String profile = "'seccomp': {'defaultAction': 'SCMP_ACT_ALLOW', 'syscalls': [{'names': ['%s'], 'action': 'SCMP_ACT_ERRNO'}]}";
        assertThatThrownBy(() -> said("true", "{" + profile.formatted("execve") + "}"))
                .isInstanceOfSatisfying(StartFailure.class, e -> assertThat(e.failure().hint()).isEqualTo("look whether its seccomp profile lets execve through"));
        assertThatThrownBy(() -> said("true", "{'noNewPrivileges': false, " + profile.formatted("capset") + "}"))
                .isInstanceOfSatisfying(StartFailure.class, e -> {
                    assertThat(e.failure().step()).isEqualTo("set-capabilities");
                    assertThat(e.failure().hint()).contains("lets prctl, capget, capset");
                });
    }

    /** Docker's own profile at a glance: the forms that it uses, and that a container runs with them. */
    @Test
    void runsWithAProfileOfDockersForm() throws Exception {
        String profile = Files.readString(Path.of("src/test/resources/seccomp/docker-form.json"));
        String out = said("id -u; ls / > /dev/null && echo listed; unshare -U true; grep Seccomp: /proc/self/status", "{'seccomp': " + profile + "}");
        assertThat(out).contains("0\nlisted\n", "Operation not permitted", "Seccomp:\t2");
    }

    @Test
    void settingsOfItsOwnNamespacesAreSetAndTheHostsStay() throws Exception {
        String before = Files.readString(Path.of("/proc/sys/net/core/somaxconn"));
        String out = said("cat /proc/sys/net/core/somaxconn /proc/sys/net/ipv4/ip_forward /proc/sys/kernel/msgmax /proc/sys/kernel/shmmni /proc/sys/kernel/sem /proc/sys/fs/mqueue/msg_max",
                "{'sysctls': {'net.core.somaxconn': '77', 'net.ipv4.ip_forward': '1', 'kernel.msgmax': '65536', 'kernel.shmmni': '99', 'kernel.sem': '250 32000 100 128', 'fs.mqueue.msg_max': '42'}}");
        assertThat(out).isEqualTo("77\n1\n65536\n99\n250\t32000\t100\t128\n42\n");
        assertThat(Files.readString(Path.of("/proc/sys/net/core/somaxconn"))).isEqualTo(before);
    }

    @Test
    void aSettingThatTheKernelLacksIsNamed() {
        assertThatThrownBy(() -> said("true", "{'sysctls': {'net.no_such': '1'}}"))
                .isInstanceOfSatisfying(StartFailure.class, e -> {
                    assertThat(e.failure().step()).isEqualTo("write-setting");
                    assertThat(e.failure().hint()).contains("/proc/sys/net/no_such");
                });
    }

    @Test
    void hidesAndClosesWhatItIsTold() throws Exception {
        Files.createDirectories(host.layer.resolve("srv"));
        Files.writeString(host.layer.resolve("srv/secret"), "secret");
        String out = said("cat /srv/secret; cat /proc/uptime; touch /tmp/x 2>&1; head -c 1 /proc/kallsyms | wc -c",
                "{'maskedPaths': ['/srv/secret', '/proc/uptime'], 'readOnlyPaths': ['/tmp']}");
        assertThat(out).isEqualToIgnoringWhitespace("touch: /tmp/x: Read-only file system 0");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "{'capAdd': ['SYS_ADMIN']}|capability:SYS_ADMIN",
        "{'capAdd': ['ALL']}|capability:SYS_ADMIN",
        "{'unconfined': true}|seccomp:unconfined",
        "{'devices': [{'path': '/dev/full', 'as': '/dev/other'}]}|device:/dev/full"
    })
    void whatNeedsAGrantIsRefusedWithoutIt(String security, String grant) throws Exception {
        assertThatThrownBy(() -> said("true", security)).isInstanceOfSatisfying(StartFailure.class, e -> {
            assertThat(e.failure().step()).isEqualTo("grant");
            assertThat(e.failure().detail()).isEqualTo("this node doesn't grant containers " + grant);
            assertThat(e.failure().hint()).contains("--allow " + grant + " (GANTRY_ALLOW");
        });
        assertThat(host.leftovers()).isEmpty();
        granting(grant);
        assertThat(said("echo runs", security)).isEqualTo("runs\n");
    }

    @Test
    void aRuntimeClassThatTheNodeDoesNotOfferIsRefusedWithThoseItDoes() throws Exception {
        ContainerSpec spec = TestHost.shell("true").but().runtime("machines").build();
        assertThatThrownBy(() -> said(spec)).isInstanceOfSatisfying(StartFailure.class, e -> {
            assertThat(e.failure().step()).isEqualTo("runtime");
            assertThat(e.failure().detail()).isEqualTo("this node doesn't offer the runtime class 'machines', but namespaces, crun");
        });
        assertThat(host.leftovers()).isEmpty();
    }

    @Test
    void withoutAFilterTheKernelSaysSo() throws Exception {
        granting("seccomp:unconfined");
        assertThat(said("grep Seccomp: /proc/self/status; unshare -U true && echo unshared", "{'unconfined': true}")).isEqualTo("Seccomp:\t0\nunshared\n");
    }

    @Test
    void sysAdminComesWithItsCalls() throws Exception {
        granting("capability:SYS_ADMIN");
        assertThat(said("mount -t tmpfs x /tmp && echo mounted", "{'capAdd': ['SYS_ADMIN']}")).isEqualTo("mounted\n");
    }

    @Test
    void aGrantedDeviceIsThereForWhoAsksAndForNobodyElse() throws Exception {
        granting("device:/dev/kmsg", "device:/dev/net/tun");
        // the image brings its own node along, which leads nowhere
        HostileHost.run("mknod", "-m", "666", host.layer.resolve("own").toString(), "c", "1", "11");
        String script = "exec 2>&1; stat -c '%t:%T %u' /dev/net/log; (: > /dev/net/log) && echo opened; (: > /own) && echo own; ls /dev/net";
        assertThat(said(script, "{'devices': [{'path': '/dev/kmsg', 'as': '/dev/net/log'}]}")).isEqualTo("1:b 0\nopened\n/bin/sh: can't create /own: Permission denied\nlog\n");
        assertThat(said(script, "{'devices': [{'path': '/dev/kmsg', 'as': '/dev/net/log', 'access': 'r'}]}")).contains("1:b 0\n", "Operation not permitted").doesNotContain("opened");
        assertThat(said("(: > /own) && echo own; ls /dev", "{}")).contains("Permission denied").doesNotContain("own\n", "kmsg");
        ContainerId id = TestHost.newId();
        host.runtime.start(host.request(id, shell("sleep 100", "{'devices': [{'path': '/dev/net/tun'}]}")));
        granting();
        assertThat(said("(: > /own) && echo own", "{}")).as("a grant that was taken back").contains("Permission denied");
        host.runtime.recover();
        host.runtime.remove(id);
    }

    @Test
    void aDeviceThatIsNoneIsRefusedWhenTheAgentStarts() {
        assertThatThrownBy(() -> granting("device:/dev/none")).hasMessage("--allow device:/dev/none: this host has no such device");
        assertThatThrownBy(() -> granting("device:/dev/loop0")).hasMessageContaining("it is no character device");
        assertThatThrownBy(() -> Grants.parse(List.of("everything"))).hasMessageContaining("got 'everything'");
    }
}
