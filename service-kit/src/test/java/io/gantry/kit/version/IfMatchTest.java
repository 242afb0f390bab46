package io.gantry.kit.version;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gantry.contracts.problem.BadField;
import io.gantry.contracts.problem.ProblemType;
import io.gantry.kit.problem.Refused;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class IfMatchTest {
    @ParameterizedTest
    @NullSource
    @ValueSource(strings = {"*", " * ", "\"7\"", "\"6\", \"7\"", " \"6\",\"7\" ", "W/\"6\", \"7\""})
    void letsTheSameVersionPass(String header) {
        assertThatCode(() -> IfMatch.of(header).check(Tag.of(7))).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"6\"", "\"6\", \"8\"", "W/\"7\"", "\"77\"", "\"\""})
    void refusesAnother(String header) {
        assertThatThrownBy(() -> IfMatch.of(header).check(Tag.of(7)))
                .isInstanceOfSatisfying(Refused.class, e -> assertThat(e.refusal().type()).isEqualTo(ProblemType.PRECONDITION_FAILED))
                .hasMessage("its version is \"7\" by now");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "7", "\"7", "\"7\" \"8\"", "\"7\",", "*, \"7\"", "\"a b\""})
    void refusesWhatIsNoTag(String header) {
        assertThatThrownBy(() -> IfMatch.of(header)).isInstanceOf(BadField.class);
    }

    @Test
    void manyTagsAreRefusedBeforeTheyAreRead() {
        assertThatThrownBy(() -> IfMatch.of("\"\",".repeat(20_000) + "\"7\"")).isInstanceOf(BadField.class);
    }

    @Test
    void aTagOfAValueIsThatOfItsJson() {
        assertThat(Tag.of(Map.of("a", 1))).isEqualTo(Tag.of(Map.of("a", 1))).matches("\"[0-9a-f]{16}\"").isNotEqualTo(Tag.of(Map.of("a", 2)));
    }

    /** Each process has its own order of maps that have none. */
    @Test
    void aTagDoesNotDependOnTheOrderOfAMap() {
        Map<String, Integer> oneWay = new LinkedHashMap<>();
        oneWay.put("a", 1);
        oneWay.put("b", 2);
        Map<String, Integer> theOther = new LinkedHashMap<>();
        theOther.put("b", 2);
        theOther.put("a", 1);
        assertThat(Tag.of(oneWay)).isEqualTo(Tag.of(theOther));
    }
}
