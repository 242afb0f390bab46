package io.gantry.e2e.script;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** {@code script/hosts.sh}: a test host is whole after {@code up}, whatever an earlier one left of it. */
@Timeout(60)
class HostsIT {
    private static final String UP = "up_underlay; make_host 1";
    private final int tag = new SecureRandom().nextInt(1, 255);
    private final String prefix = "gh%02x".formatted(tag);
    private final String underlay = "10.90." + tag;
    private final String bridge = prefix + "0";
    private final String host = prefix + "-h1";

    @BeforeEach
    void nothingOfThisNameIsThere() throws Exception {
        assertThat(shell("ip -br link show; ls /run/netns 2>/dev/null || true")).doesNotContain(prefix);
    }

    @AfterEach
    void remove() throws Exception {
        shell("remove_host 1; delete_link " + bridge);
        assertThat(shell("ip -br link show; ls /run/netns 2>/dev/null || true")).doesNotContain(prefix);
    }

    @Test
    void makesAHostAndLeavesAWholeOneAsItIs() throws Exception {
        shell(UP);
        assertWhole();
        String before = links();
        shell(UP);
        assertWhole();
        assertThat(links()).as("the same links: connections of a running host go on").isEqualTo(before);
    }

    @Test
    void completesABridgeWithoutItsAddress() throws Exception {
        shell("ip link add " + bridge + " type bridge");
        shell(UP);
        assertWhole();
    }

    @Test
    void completesAHostWithoutItsCable() throws Exception {
        shell("ip netns add " + host);
        shell(UP);
        assertWhole();
    }

    @Test
    void completesAHostWhoseNamespaceWasNotMounted() throws Exception {
        shell("mkdir -p /run/netns; touch /run/netns/" + host);
        shell(UP);
        assertWhole();
    }

    @Test
    void completesAHostWhoseCableHasNoAddress() throws Exception {
        shell("up_underlay; ip netns add %s; ip link add %s type veth peer name eth0 netns %s".formatted(host, host, host));
        shell(UP);
        assertWhole();
    }

    @Test
    void replacesACableThatLeadsToAnotherNamespace() throws Exception {
        shell("up_underlay; ip netns add %s; ip link add %s type veth peer name %s-old".formatted(host, host, prefix));
        shell(UP);
        assertWhole();
    }

    private void assertWhole() throws Exception {
        assertThat(shell("ip -4 -o address show dev " + bridge)).contains(underlay + ".1/24");
        assertThat(shell("ip -o link show master " + bridge)).contains(host + "@").contains("state UP");
        assertThat(shell("in_host 1 ip -4 -o address show dev eth0")).contains(underlay + ".11/24");
        assertThat(shell("in_host 1 ip -4 -o address show dev lo")).contains("127.0.0.1");
        assertThat(shell("in_host 1 ip route show default")).contains("via " + underlay + ".1 ");
    }

    private String links() throws Exception {
        return shell("ip -o link show dev %s | cut -d: -f1; in_host 1 ip -o link show dev eth0 | cut -d: -f1".formatted(host));
    }

    /** What it says, if it ends well. */
    private String shell(String commands) throws Exception {
        Path root = Path.of("..").toAbsolutePath().normalize();
        ProcessBuilder bash = new ProcessBuilder(
                List.of("bash", "-euo", "pipefail", "-c", "PATH=$PATH:/usr/sbin:/sbin; . script/say.sh; . script/hosts.sh; " + commands));
        bash.environment().put("GANTRY_HOSTS", "1");
        bash.environment().put("GANTRY_PREFIX", prefix);
        bash.environment().put("GANTRY_UNDERLAY", underlay);
        Process process = bash.directory(root.toFile()).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(commands + ": " + said).isZero();
        return said;
    }
}
