package io.gantry.agent.execute;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gantry.agent.plan.Identity;
import java.util.List;
import org.junit.jupiter.api.Test;

class UserLookupTest {
    private final UserLookup lookup =
            new UserLookup("root:x:0:0:root:/root:/bin/sh\nweb:x:33:34:w:/srv:/bin/sh\nbroken\n", "web:x:34:\nlogs:x:40:web,root\n");

    @Test
    void findsNamesNumbersAndFurtherGroups() {
        assertThat(lookup.resolve("web")).isEqualTo(new Identity(33, 34, List.of(40), "/srv"));
        assertThat(lookup.resolve("33")).isEqualTo(new Identity(33, 34, List.of(40), "/srv"));
        assertThat(lookup.resolve("")).isEqualTo(new Identity(0, 0, List.of(40), "/root"));
    }

    @Test
    void aGivenGroupReplacesTheOthers() {
        assertThat(lookup.resolve("web:logs")).isEqualTo(new Identity(33, 40, List.of(), "/srv"));
        assertThat(lookup.resolve("1000:1001")).isEqualTo(new Identity(1000, 1001, List.of(), "/"));
    }

    @Test
    void furtherGroupsComeBesideThoseItIsInAnyway() {
        assertThat(lookup.resolve("web", List.of("logs", "web", "0", "1234"))).isEqualTo(new Identity(33, 34, List.of(40, 34, 0, 1234), "/srv"));
        assertThat(lookup.resolve("1000:1001", List.of("logs"))).isEqualTo(new Identity(1000, 1001, List.of(40), "/"));
        assertThatThrownBy(() -> lookup.resolve("web", List.of("ghosts"))).hasMessage("the image has no group 'ghosts' in /etc/group");
    }

    @Test
    void refusesUnknownNamesAndNumbersOutsideTheRange() {
        assertThatThrownBy(() -> lookup.resolve("ghost")).hasMessage("the image has no user 'ghost' in /etc/passwd");
        assertThatThrownBy(() -> lookup.resolve("web:ghosts")).hasMessage("the image has no group 'ghosts' in /etc/group");
        assertThatThrownBy(() -> lookup.resolve("70000")).hasMessage("ids in a container are 0 to 65535, got 70000");
    }
}
