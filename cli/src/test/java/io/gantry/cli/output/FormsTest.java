package io.gantry.cli.output;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FormsTest {
    @Test
    void yamlIsPlainWhereItCanBe() {
        assertThat(Document.yaml(Map.of("items", List.of(Map.of("name", "shop"), Map.of("name", "1.0")))))
                .isEqualTo("""
                        ---
                        items:
                          - name: shop
                          - name: "1.0"
                        """);
    }

    @Test
    void coloursDontMoveColumns() {
        Table table = new Table("NAME", "STATE", "AGE").row("a", Tint.good("ready"), "1 s").row("b", Tint.bad("lost"), "2 s");

        assertThat(table.toString()).isEqualTo("NAME   STATE   AGE\na      ready   1 s\nb      lost    2 s\n");
        assertThat(table.text(true)).isEqualTo("NAME   STATE   AGE\na      \033[32mready\033[0m   1 s\nb      \033[31mlost\033[0m    2 s\n");
    }

    @Test
    void whereNobodyLooksThereAreNoColours() {
        assertThat(Screen.of(Map.of("TERM", "xterm"))).isEqualTo(Screen.PLAIN);
    }
}
