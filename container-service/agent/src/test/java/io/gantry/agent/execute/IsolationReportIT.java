package io.gantry.agent.execute;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gantry.agent.plan.ContainerPlanner;
import io.gantry.agent.runtime.Grants;
import io.gantry.agent.runtime.Running;
import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.id.ContainerId;
import io.gantry.contracts.spec.ContainerSpec;
import io.gantry.contracts.spec.Security;
import io.gantry.contracts.view.IsolationView;
import io.gantry.contracts.view.IsolationView.Finding;
import io.gantry.contracts.view.IsolationView.Grade;
import io.gantry.kernel.probe.KernelReport;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The report, of real containers, against a script that reads procfs and cgroupfs by itself. */
@Timeout(60)
class IsolationReportIT {
    private static final Path SCRIPT = Path.of("src/test/sh/isolation.sh").toAbsolutePath();
    @AutoClose private static final TestHost host = TestHost.make();
    private static volatile Set<Protection> off = Set.of();

    @BeforeAll
    static void boot() throws Exception {
        host.runtime.close();
        host.boot(Means.usual().planning(input -> Protection.without(ContainerPlanner.plan(input), off)));
    }

    private interface Look {
        void at(IsolationView report, Map<String, Grade> script) throws Exception;
    }

    private static void with(ContainerSpec spec, Set<Protection> without, Look look) throws Exception {
        off = without;
        ContainerId id = TestHost.newId();
        Running running = host.runtime.start(host.request(id, spec));
        try {
            host.awaitOutput(id, "up");
            look.at(host.runtime.isolation(id), script(running.pid()));
        } finally {
            host.runtime.kill(id);
            host.awaitEnd(id);
            host.runtime.remove(id);
        }
    }

    private static Map<String, Grade> script(int pid) throws Exception {
        return HostileHost.run(SCRIPT.toString(), Integer.toString(pid)).lines()
                .map(line -> line.split(" "))
                .collect(Collectors.toMap(parts -> parts[0], parts -> Grade.valueOf(parts[1]), (one, _) -> one, TreeMap::new));
    }

    private static Map<String, Grade> grades(IsolationView report) {
        return report.findings().stream().collect(Collectors.toMap(Finding::protection, Finding::grade, (one, _) -> one, TreeMap::new));
    }

    private static ContainerSpec idle() {
        return TestHost.shell("echo up; sleep 100");
    }

    private static ContainerSpec idle(String security) {
        return idle().but().security(Json.read(security.replace('\'', '"'), Security.class)).build();
    }

    @Test
    void theUsualContainerHasTheBestGradeForEverything() throws Exception {
        with(idle(), Set.of(), (report, script) -> {
            assertThat(report.grade()).isEqualTo(Grade.A);
            assertThat(grades(report)).isEqualTo(script).hasSize(17).allSatisfy((_, grade) -> assertThat(grade).isEqualTo(Grade.A));
            assertThat(report.shared()).isNotEmpty();
            assertThat(report.processes()).as("the command, without our process 1").isEqualTo(1);
        });
    }

    @ParameterizedTest
    @CsvSource({
        "SYSTEM_CALL_FILTER, system-call-filter, C", "FEW_CAPABILITIES, capabilities, C", "NO_NEW_PRIVILEGES, no-new-privileges, B",
        "MASKED_PATHS, masked-paths, C", "READ_ONLY_PATHS, read-only-paths, C", "READ_ONLY_SYSFS, sysfs, C", "USER_NAMESPACE, user-namespace, F",
        "PID_NAMESPACE, pid-namespace, D", "NETWORK_NAMESPACE, network-namespace, D", "IPC_NAMESPACE, ipc-namespace, C", "CGROUP_NAMESPACE, cgroup-namespace, C",
        "DEVICE_GROUP, devices, D", "LEAVING_THE_HOSTS_FILES, mounts, D"
    })
    void whatIsMissingMakesItWorseAndIsNamed(Protection missing, String finding, Grade grade) throws Exception {
        with(idle(), Set.of(missing), (report, script) -> {
            assertThat(grades(report)).isEqualTo(script).containsEntry(finding, grade);
            assertThat(report.grade()).as("the worst of all").isGreaterThanOrEqualTo(grade);
            assertThat(report.findings()).filteredOn(one -> one.protection().equals(finding)).allSatisfy(one -> assertThat(one.found()).isNotBlank());
        });
    }

    @Test
    void whatWasAskedForIsNamed() throws Exception {
        with(idle("{'capAdd': ['NET_ADMIN'], 'noNewPrivileges': false}"), Set.of(), (report, script) -> {
            assertThat(grades(report)).isEqualTo(script);
            assertThat(report.grade()).isEqualTo(Grade.B);
            assertThat(report.findings().stream().filter(one -> one.grade() != Grade.A).map(Finding::found).toList())
                    .containsExactly("beyond the usual: NET_ADMIN", "off");
        });
    }

    @Test
    void aGrantedDeviceAndAFreshProcfsAreSeen() throws Exception {
        host.runtime.close();
        RuntimeSettings now = host.settings;
        Grants grants = Grants.parse(List.of("device:/dev/kmsg", "capability:SYS_ADMIN"));
        host.boot(now.granting(grants), KernelReport.COMPLETE);
        ContainerSpec spec = TestHost.shell("mount -t proc x /tmp; echo up; sleep 100").but()
                .security(idle("{'capAdd': ['SYS_ADMIN'], 'devices': [{'path': '/dev/kmsg'}]}").security()).build();
        with(spec, Set.of(), (report, script) -> {
            assertThat(grades(report)).isEqualTo(script).containsEntry("devices", Grade.B).containsEntry("masked-paths", Grade.C).containsEntry("capabilities", Grade.C);
            assertThat(report.findings().toString()).contains("c 1:11 rwm", "open: /tmp", "SYS_ADMIN");
        });
        host.runtime.close();
        host.boot(Means.usual().planning(input -> Protection.without(ContainerPlanner.plan(input), off)));
    }

    /** The weakest process counts, and the name that a program gives itself does not. */
    @Test
    void aProcessThatPosesAsOursIsLookedAt() throws Exception {
        ContainerSpec spec = TestHost.shell("sleep 100 & printf gantry-init > /proc/$$/comm; echo up; wait").but().init(false).build();
        with(spec, Set.of(Protection.SYSTEM_CALL_FILTER), (report, script) -> {
            assertThat(grades(report)).isEqualTo(script).containsEntry("system-call-filter", Grade.C);
            assertThat(report.processes()).isEqualTo(2);
        });
    }

    @Test
    void whatDoesNotRunHasNoReport() {
        assertThatThrownBy(() -> host.runtime.isolation(TestHost.newId())).isInstanceOf(IllegalStateException.class).hasMessageEndingWith("is not running");
    }
}
