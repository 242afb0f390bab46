package io.gantry.kit.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class NumberedTest {
    private final List<String> names = new ArrayList<>();

    @Test
    void parametersAreNumberedAsTheyCome() {
        assertThat(numbered("select a from t where b = :b and (c = :second or b <> :b)")).isEqualTo("select a from t where b = $1 and (c = $2 or b <> $1)");
        assertThat(names).containsExactly("b", "second");
    }

    @Test
    void aCastIsNoParameter() {
        assertThat(numbered("select t.facts::json ->> 'labels', cast(:x as text)")).isEqualTo("select t.facts::json ->> 'labels', cast($1 as text)");
        assertThat(names).containsExactly("x");
    }

    private String numbered(String sql) {
        return Numbered.of(sql, name -> Numbered.among(names, name));
    }
}
