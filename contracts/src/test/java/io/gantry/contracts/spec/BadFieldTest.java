package io.gantry.contracts.spec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.problem.BadField;
import io.gantry.contracts.unit.Capability;
import java.time.Duration;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BadFieldTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "{'image': null} | image | image is missing",
        "{'command': ['ls', null]} | command[1] | command has null at 1",
        "{'entrypoint': [null]} | entrypoint[0] | entrypoint has null at 0",
        "{'env': {'': 'x'}} | env | env has an entry without a name",
        "{'env': {'A=B': 'x'}} | env.A=B | env has a variable named 'A=B': a name has neither = nor U+0000",
        "{'env': {'A': null}} | env.A | env.A is null",
        "{'labels': {'': 'x'}} | labels | labels has an entry without a name",
        "{'workingDir': 'srv'} | workingDir | workingDir is an absolute path inside, got 'srv'",
        "{'workingDir': ''} | workingDir | workingDir is an absolute path inside, got ''",
        "{'user': ''} | user | user is a name or number, and perhaps a group, got ''",
        "{'user': 'a b'} | user | user is a name or number, and perhaps a group, got 'a b'",
        "{'user': '1:2:3'} | user | user is a name or number, and perhaps a group, got '1:2:3'",
        "{'user': '70000'} | user | user has the number 70000; a container has the ids 0 to 65535",
        "{'hostname': 'a b'} | hostname | hostname is letters, digits and - between them, at most 64 (RFC 1123), got 'a b'",
        "{'domainname': 'a_b'} | domainname | domainname is letters, digits and - between them, at most 64 (RFC 1123), got 'a_b'",
        "{'hostname': '-a'} | hostname | hostname is letters, digits and - between them, at most 64 (RFC 1123), got '-a'",
        "{'aliases': ['ok', 'not ok']} | aliases[1] | aliases are DNS names: letters, digits and - between them; got 'not ok'",
        "{'runtime': ''} | runtime | runtime is the name of a runtime class: small letters, digits, and - or . between them, got ''",
        "{'runtime': 'Kata!'} | runtime | runtime is the name of a runtime class: small letters, digits, and - or . between them, got 'Kata!'",
        "{'mounts': [null]} | mounts[0] | mounts has null at 0",
        "{'mounts': [{'kind': 'secret', 'source': 'a', 'env': 'T'}, {'kind': 'secret', 'source': 'b', 'env': 'T'}]} | mounts[1].env | two secrets are to be the variable T",
        "{'mounts': [{'kind': 'tmpfs', 'target': '/a'}, {'kind': 'tmpfs', 'target': '/a/'}]} | mounts[1].target | two mounts have the target /a",
        "{'network': 'none', 'ports': [{'containerPort': 80}]} | ports | ports can't be published from the network none"
    })
    void aContainerSaysWhichFieldCannotWork(String spec, String field, String detail) {
        String given = spec.contains("'image'") ? spec : spec.replaceFirst("\\{", "{'image': 'web', ");
        assertRefused(given, ContainerSpec.class, field, detail);
    }

    /** The JDK's matcher calls itself for each repetition of a group. */
    @ParameterizedTest
    @ValueSource(strings = {"{'resources': {'cpuset': 'LONG'}}", "{'security': {'sysctls': {'LONG': '1'}}}", "{'hostname': 'LONG'}", "{'aliases': ['LONG']}"})
    void whatIsTooLongToBeMatchedIsRefused(String spec) {
        String given = spec.replace("LONG", spec.contains("cpuset") ? "1,".repeat(50_000) + "1" : "a.".repeat(20_000) + "a").replace('\'', '"').replaceFirst("\\{", "{\"image\": \"web\", ");
        assertThat(catchThrowable(() -> Json.strict().readValue(given, ContainerSpec.class))).hasRootCauseInstanceOf(BadField.class);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "{'kind': 'tmpfs'} | target | target is missing: where in the container",
        "{'kind': 'tmpfs', 'target': 'run'} | target | target is an absolute path inside, got 'run'",
        "{'kind': 'tmpfs', 'target': '/'} | target | target is the root itself, which the image makes",
        "{'kind': 'tmpfs', 'target': '/a/../b'} | target | target has neither . nor .. in it, got '/a/../b'",
        "{'kind': 'tmpfs', 'target': '/proc/self'} | target | target is the kernel's own, got '/proc/self'",
        "{'kind': 'tmpfs', 'target': '/sys'} | target | target is the kernel's own, got '/sys'",
        "{'kind': 'tmpfs', 'target': '/dev/pts/'} | target | target is the kernel's own, got '/dev/pts/'",
        "{'kind': 'tmpfs', 'target': '/run', 'size': 10} | size | size is at least 4096 bytes, a page, got 10",
        "{'kind': 'secret', 'target': '/a'} | source | source is missing: which secret",
        "{'kind': 'config', 'source': '../x'} | source | source is a config's name: letters, digits and . _ - between them, at most 128; got '../x'",
        "{'kind': 'secret', 'source': 'db', 'target': 'etc'} | target | target is an absolute path inside, got 'etc'",
        "{'kind': 'secret', 'source': 'db', 'mode': 512} | mode | mode is 0 to 511, got 512",
        "{'kind': 'secret', 'source': 'db', 'uid': 65536} | uid | uid is 0 to 65535, got 65536",
        "{'kind': 'config', 'source': 'db', 'signal': 'SIGNONE'} | signal | 'SIGNONE' is not a signal",
        "{'kind': 'volume', 'source': '../x', 'target': '/a'} | source | source is a volume's name: letters, digits and . _ - between them, at most 128; got '../x'",
        "{'kind': 'bind', 'target': '/a'} | source | source is missing: which folder of the host",
        "{'kind': 'bind', 'source': 'srv', 'target': '/a'} | source | source is an absolute path inside, got 'srv'",
        "{'kind': 'bind', 'source': '/', 'target': '/a'} | source | source is the host's root, which no container gets",
        "{'kind': 'bind', 'source': '/srv/../etc', 'target': '/a'} | source | source has neither . nor .. in it, got '/srv/../etc'",
        "{'kind': 'tmpfs', 'target': '/run', 'mode': 4096} | mode | mode is 0 to 4095, got 4096"
    })
    void aMountSaysWhichFieldCannotWork(String mount, String field, String detail) {
        assertRefused(mount, Mount.class, field, detail);
    }

    @ParameterizedTest
    @CsvSource({"/run/, /run", "//var//lib, /var/lib", "/dev/shm, /dev/shm", "/process, /process"})
    void aTargetIsAPathInside(String given, String kept) {
        assertThat(Mount.Tmpfs.at(given).target()).isEqualTo(kept);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "web-1", "web.example.com", "A1", "0"})
    void aHostNameMayHaveLettersDigitsHyphensAndDots(String name) {
        assertThat(Json.read("{\"image\": \"web\", \"hostname\": \"" + name + "\"}", ContainerSpec.class).hostname()).isEqualTo(name);
    }

    @ParameterizedTest
    @ValueSource(strings = {"www-data", "33", "33:33", "0:adm", "65535"})
    void aUserIsANameOrANumber(String user) {
        assertThat(Json.read("{\"image\": \"web\", \"user\": \"" + user + "\"}", ContainerSpec.class).user()).isEqualTo(user);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "{'pids': 0} | pids | pids is 1 to 4194304, got 0",
        "{'pids': 5000000} | pids | pids is 1 to 4194304, got 5000000",
        "{'cpuWeight': 0} | cpuWeight | cpuWeight is 1 to 10000, got 0",
        "{'cpuset': '0-'} | cpuset | cpuset is a list of cores, got '0-'",
        "{'cpuset': '3-1'} | cpuset | cpuset is a list of cores, got '3-1'",
        "{'cpuset': '99999'} | cpuset | cpuset is a list of cores, got '99999'",
        "{'exclusiveCores': 0} | exclusiveCores | exclusiveCores is 1 to 8192, got 0",
        "{'exclusiveCores': 1, 'cpuset': '0'} | exclusiveCores | exclusiveCores and cpuset contradict each other: which cores are its own is its node's choice",
        "{'memory': 1024} | memory | memory is at least 4 MiB, got 1 KiB",
        "{'memoryReservation': 1073741824} | memoryReservation | memoryReservation is at most memory, which is 512 MiB; got 1 GiB",
        "{'memoryRequest': 1073741824} | memoryRequest | memoryRequest is at most memory, which is 512 MiB; got 1 GiB",
        "{'cpu': 500, 'cpuRequest': 501} | cpuRequest | cpuRequest is at most cpu, which is 0.5; got 0.501",
        "{'memoryNodes': 'a'} | memoryNodes | memoryNodes is a list of memory nodes, got 'a'",
        "{'oomScore': -1} | oomScore | oomScore is 0 to 1000, got -1",
        "{'ioWeight': 0} | ioWeight | ioWeight is 1 to 10000, got 0",
        "{'shm': 1} | shm | shm is at least 4 KiB, got 1 B",
        "{'hugePages': {'2': 1}} | hugePages | hugePages has the size '2'",
        "{'rlimits': {'files': {'soft': 1}}} | rlimits.files | rlimits has 'files', which setrlimit(2) doesn't know",
        "{'rlimits': {'nofile': {'soft': 2, 'hard': 1}}} | soft | soft is at most hard, got 2 and 1",
        "{'rlimits': {'nofile': {'soft': -2}}} | soft | a limit is a number from 0, or -1 for none, got -2 and -2",
        "{'devices': [{'device': 'vda', 'readBytes': 1}]} | device | device is a path below /dev or a number, got 'vda'",
        "{'devices': [{'device': '/dev/vda'}]} | device | /dev/vda has no limit",
        "{'devices': [{'device': '/dev/vda', 'readBytes': 0}]} | readBytes | readBytes is at least 1 per second, got 0",
        "{'devices': [{'device': '8:0', 'readBytes': 1}, {'device': '8:0', 'writeBytes': 1}]} | devices[1] | devices has 8:0 twice",
        "{'networkIn': 5} | networkIn | networkIn is at least 1 KiB per second, got 5 B",
        "{'cpu': 1} | cpu | cpu is at least 10 thousandths of a core, got 1"
    })
    void limitsSayWhichFieldCannotWork(String limits, String field, String detail) {
        assertRefused(limits, Resources.class, field, detail);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "{'port': 80} | kind | kind is missing: HTTP, TCP or COMMAND",
        "{'kind': 'TCP', 'port': 0} | port | port is 1 to 65535 for TCP, got 0",
        "{'kind': 'COMMAND', 'command': []} | command | command is missing",
        "{'kind': 'TCP', 'port': 1, 'interval': 'PT0S'} | interval | interval is PT0.01S to PT1H, got PT0S",
        "{'kind': 'TCP', 'port': 1, 'interval': 'PT-1S'} | interval | interval is PT0.01S to PT1H, got PT-1S",
        "{'kind': 'TCP', 'port': 1, 'timeout': 'PT999H'} | timeout | timeout is PT0.01S to PT1H, got PT999H",
        "{'kind': 'TCP', 'port': 1, 'failures': 0} | failures | failures is 1 to 1000, got 0",
        "{'kind': 'HTTP', 'port': 1, 'path': 'health'} | path | path begins with / and has neither spaces nor control characters, got 'health'",
        "{'kind': 'HTTP', 'port': 1, 'path': '/a b'} | path | path begins with / and has neither spaces nor control characters, got '/a b'"
    })
    void aProbeSaysWhichFieldCannotWork(String probe, String field, String detail) {
        assertRefused(probe, Probe.class, field, detail);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "{'capAdd': ['NET_ADMIN', 'FLY']} | capAdd[1] | capAdd has 'FLY', which is no capability",
        "{'capDrop': [null]} | capDrop[0] | capDrop has null at 0",
        "{'unconfined': true, 'seccomp': {'defaultAction': 'SCMP_ACT_ALLOW'}} | unconfined | unconfined and seccomp contradict each other",
        "{'maskedPaths': ['proc']} | maskedPaths[0] | maskedPaths[0] is an absolute path inside, got 'proc'",
        "{'sysctls': {'kernel.core_pattern': 'x'}} | sysctls.kernel.core_pattern | kernel.core_pattern is a setting of the whole host",
        "{'sysctls': {'vm.overcommit_memory': '1'}} | sysctls.vm.overcommit_memory | vm.overcommit_memory is a setting of the whole host",
        "{'sysctls': {'net.../../kernel.sysrq': '1'}} | sysctls.net.../../kernel.sysrq | 'net.../../kernel.sysrq' is not the name of a setting",
        "{'sysctls': {'net.core.somaxconn': ''}} | sysctls.net.core.somaxconn | net.core.somaxconn has a value that is no line of text: ''",
        "{'devices': [{'path': '/etc/passwd'}]} | path | path is a device below /dev, got '/etc/passwd'",
        "{'devices': [{'path': '/dev/../etc/x'}]} | path | path is a device below /dev, got '/dev/../etc/x'",
        "{'devices': [{'path': '/dev/fuse', 'as': '/srv/fuse'}]} | as | as is a name below the container's /dev, got '/srv/fuse'",
        "{'devices': [{'path': '/dev/fuse', 'access': 'x'}]} | access | access is letters of rwm, got 'x'",
        "{'seccomp': {}} | defaultAction | defaultAction is missing",
        "{'seccomp': {'defaultAction': 'SCMP_ACT_ERRNO', 'defaultErrnoRet': 5000}} | defaultErrnoRet | defaultErrnoRet is 0 to 4095, got 5000",
        "{'seccomp': {'defaultAction': 'SCMP_ACT_ERRNO', 'syscalls': [{'action': 'SCMP_ACT_ALLOW'}]}} | names | names is a list of system calls"
    })
    void securitySaysWhichFieldCannotWork(String security, String field, String detail) {
        assertRefused(security, Security.class, field, detail);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "{}|KILL,NET_RAW",
        "{'capDrop': ['cap_kill']}|NET_RAW",
        "{'capDrop': ['ALL'], 'capAdd': ['CAP_CHOWN']}|CHOWN",
        "{'capAdd': ['net_admin']}|KILL,NET_ADMIN,NET_RAW",
        "{'capDrop': ['ALL']}|''"
    })
    void capabilitiesAreTheUsualOnesWithThoseAddedAndWithoutThoseDropped(String security, String expected) {
        var set = Json.read(security.replace('\'', '"'), Security.class).capabilities(Set.of(Capability.KILL, Capability.NET_RAW));
        assertThat(set.stream().map(Enum::name).sorted().collect(Collectors.joining(","))).isEqualTo(expected);
    }

    @Test
    void allCapabilitiesAreAllButThoseDropped() {
        assertThat(Json.read("{\"capAdd\": [\"all\"], \"capDrop\": [\"SYS_ADMIN\"]}", Security.class).capabilities(Set.of()))
                .hasSize(Capability.values().length - 1)
                .doesNotContain(Capability.SYS_ADMIN);
    }

    @Test
    void aProbesPathStartsNoRequestOfItsOwn() {
        assertThat(catchThrowable(() -> Probe.http(80, "/\r\nX: y"))).isInstanceOfSatisfying(BadField.class, bad -> assertThat(bad.field()).isEqualTo("path"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "{'maxSurge': -1} | maxSurge | maxSurge is 0 to 1000, got -1",
        "{'maxSurge': 2147483647, 'maxUnavailable': 1} | maxSurge | maxSurge is 0 to 1000, got 2147483647",
        "{'maxSurge': 0} | maxSurge | maxSurge and maxUnavailable are both 0: nothing could be replaced",
        "{'drain': 'PT-1S'} | drain | drain is PT0S to PT1H, got PT-1S",
        "{'progressDeadline': 'PT0S'} | progressDeadline | progressDeadline is PT1S to PT24H, got PT0S"
    })
    void aRolloutSaysWhichFieldCannotWork(String rollout, String field, String detail) {
        assertRefused(rollout, DeploymentSpec.Rollout.class, field, detail);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "{'signal': 'SIGSTOPPED'} | signal | 'SIGSTOPPED' is not a signal",
        "{'signal': ''} | signal | '' is not a signal",
        "{'signal': '99'} | signal | '99' is not a signal",
        "{'grace': 'PT-1S'} | grace | grace is PT0S to PT596523H14M7S, got PT-1S"
    })
    void aStopSaysWhichFieldCannotWork(String stop, String field, String detail) {
        assertRefused(stop, StopPolicy.class, field, detail);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Shop", "../x", "web@sha256:a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1", ""})
    void aRuleWatchesATag(String image) {
        assertRefused("{'event': 'image-tagged', 'image': '" + image + "'}", RuleSpec.When.class, "image", "image is a repository and a tag, got '" + image + "'");
    }

    @ParameterizedTest
    @CsvSource({"SIGTERM, SIGTERM", "term, SIGTERM", "15, SIGTERM", "SIGRTMIN+3, SIGRTMIN+3", "37, SIGRTMIN+3"})
    void aSignalIsKeptByItsName(String given, String kept) {
        assertThat(new StopPolicy(given, Duration.ZERO).signal()).isEqualTo(kept);
    }

    private static void assertRefused(String json, Class<?> type, String field, String detail) {
        assertThat(catchThrowable(() -> Json.read(json.replace('\'', '"'), type)))
                .rootCause()
                .isInstanceOfSatisfying(BadField.class, bad -> assertThat(bad.field()).isEqualTo(field))
                .hasMessage(detail);
    }
}
