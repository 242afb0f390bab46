package io.gantry.kernel.nftables;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gantry.kernel.netlink.socket.NetworkNamespace;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Against the kernel, in a network namespace of its own. */
class NftablesIT {
    private final String name = "nf" + Long.toHexString(System.nanoTime());
    private Nftables nftables;

    @BeforeEach
    void makeNamespace() throws Exception {
        assertThat(new ProcessBuilder("ip", "netns", "add", name).start().waitFor()).isZero();
        nftables = Nftables.open(NetworkNamespace.at(Path.of("/run/netns", name)));
    }

    @AfterEach
    void removeNamespace() throws Exception {
        nftables.close();
        assertThat(new ProcessBuilder("ip", "netns", "del", name).start().waitFor()).isZero();
    }

    @Test
    void whatWasSetIsReadBack() {
        nftables.run("table ip t {\n comment \"seven\"\n set s {\n type ipv4_addr\n elements = { 10.0.0.1 }\n }\n}\n");
        assertThat(nftables.list("ip t"))
                .contains("table ip t {\n\tcomment \"seven\"\n\tset s {\n\t\ttype ipv4_addr\n\t\telements = { 10.0.0.1 }\n\t}\n}\n");
    }

    @Test
    void staysInItsNamespace() throws Exception {
        nftables.run("add table ip " + name);
        try (Nftables here = Nftables.open(NetworkNamespace.current())) {
            assertThat(here.list("ip " + name)).isEmpty();
        }
    }

    @Test
    void aTransactionIsWholeOrNothing() {
        nftables.run("add table ip t");
        assertThatThrownBy(() -> nftables.run("add chain ip t good\nadd rule ip t absent counter"))
                .isInstanceOfSatisfying(
                        RulesetFailure.class, e -> assertThat(e.commands()).contains("add rule ip t absent counter"))
                .hasMessageContaining("Could not process rule: No such file or directory");
        assertThat(nftables.list("ip t").orElseThrow()).doesNotContain("good");
    }

    @Test
    void aSyntaxErrorIsExplained() {
        assertThatThrownBy(() -> nftables.run("add tabel ip t"))
                .isInstanceOf(RulesetFailure.class)
                .hasMessageContaining("syntax error");
    }

    @Test
    void deletingWhatIsNotThereIsFine() {
        nftables.delete("ip nothing");
        assertThat(nftables.list("ip nothing")).isEmpty();
    }

    @Test
    void whoElseChangesTablesIsNoticedAndWhatIsChangedFromHereIsNot() throws Exception {
        long before = nftables.others();
        nftables.run("add table ip t");
        nftables.run("add table ip t");
        nftables.list("ip t");
        nftables.delete("ip t");
        assertThatThrownBy(() -> nftables.run("add rule ip t absent counter")).isInstanceOf(RulesetFailure.class);
        assertThat(nftables.others()).isEqualTo(before);
        try (Nftables other = Nftables.open(NetworkNamespace.at(Path.of("/run/netns", name)))) {
            other.run("add table ip6 theirs");
        }
        assertThat(nftables.others()).isEqualTo(before + 1);
        assertThat(nftables.others()).isEqualTo(before + 1);
    }
}
