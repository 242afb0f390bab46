package io.gantry.e2e.onehost;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.Test;

/** The same requests to Docker's own engine, where Debian's is installed, which nothing here does: it would change the host's firewall. */
interface BesideDocker {
    Shell shell();

    @Test
    default void answersAreDockersButForWhatIsExplained() {
        assumeTrue(shell().run("PATH=$PATH:/usr/sbin dockerd --version").out().contains(" 20.10."), "Docker's engine 20.10 isn't installed here, to compare answers with");

        var compared = shell().run("gantry bench answers");

        assertThat(compared.code()).as(compared.out() + compared.err()).isZero();
        assertThat(compared.out()).containsPattern("^1\\d\\d requests, [1-9]\\d{2,} values compared, \\d+ differ and are explained\n$");
    }
}
