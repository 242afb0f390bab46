package io.gantry.bench.answers;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class ExplainedTest {
    private static final Explained PAGE = Explained.read("""
            # Differences

            | request | where | why |
            |---|---|---|
            | `inspect*; list of running` | `HostConfig.Cpu*; [0].Ports` | limits are said in one way |
            | `ping` | `text` | words |
            """);

    private static Difference at(String what, String place) {
        return new Difference(what, place, "1", "2");
    }

    @Test
    void differencesAreWhatIsOtherwiseOrMissingOnOneSide() {
        Facts here = new Facts(new TreeMap<>(Map.of("a", "1", "b", "2", "c", "3")));
        Facts docker = new Facts(new TreeMap<>(Map.of("a", "1", "b", "5", "d", "4")));

        assertThat(Difference.between("ping", here, docker))
                .containsExactly(new Difference("ping", "b", "2", "5"), new Difference("ping", "c", "3", Difference.ABSENT), new Difference("ping", "d", Difference.ABSENT, "4"));
    }

    @Test
    void explainsWhatARowNamesAndNothingElse() {
        Difference other = at("inspect, running", "HostConfig.Memory");
        assertThat(PAGE.rows()).hasSize(2);
        assertThat(PAGE.missing(List.of(at("inspect, running", "HostConfig.CpuShares"), at("list of running", "[0].Ports"), other, at("create", "[0].Ports")))).containsExactly(other, at("create", "[0].Ports"));
    }

    @Test
    void namesEachPartOfARowThatIsntSoAnyMore() {
        assertThat(PAGE.outdated(List.of(at("inspect", "HostConfig.CpuShares"), at("ping", "text"))))
                .containsExactly("list of running | HostConfig.Cpu*; [0].Ports", "inspect*; list of running | [0].Ports");
        assertThat(PAGE.outdated(List.of())).endsWith("ping | text", "ping | text");
    }
}
