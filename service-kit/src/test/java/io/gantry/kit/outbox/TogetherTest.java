package io.gantry.kit.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class TogetherTest {
    private static final UUID EVENT = new UUID(1, 2);

    @Test
    void nothingIsNoStatement() {
        assertThat(new Together(List.of(), null, List.of()).isEmpty()).isTrue();
    }

    @Test
    void eachWritesParametersAreItsOwn() {
        Together two = new Together(List.of(note("a"), note("b")), null, List.of());
        assertThat(two.sql())
                .isEqualTo("with w0 as (insert into note (text) values ($1)), w1 as (insert into note (text) values ($2)) select cast(0 as bigint)");
        assertThat(two.parameters()).containsExactly("a", "b");
    }

    @Test
    void whoMustFindItsRowSaysWhyItEndsOtherwise() {
        Together guarded = new Together(List.of(Write.ofOne("delete from note where id = :id").with("id", 7)), null, List.of());
        assertThat(guarded.sql())
                .isEqualTo("with w0 as (delete from note where id = $1 returning 1) select must_be_one((select count(*) from w0), 'GA001')");
    }

    @Test
    void anEventIsHandledOnceAndTheOutboxSaysItsNumbers() {
        Together all = new Together(List.of(), new Together.Handled("me", EVENT), List.of(new OutboxRow("facts", null, "k", null), new OutboxRow("state", 3, "l", "{}")));
        assertThat(all.sql())
                .contains("handled as (insert into inbox (consumer, event_id) values ($1, $2) on conflict do nothing returning 1)")
                .contains("($7, cast(cast($8 as text) as integer), $9, cast($10 as text)) returning id)")
                .endsWith("select must_be_one((select count(*) from handled), 'GA002') union all select id from sent");
        assertThat(all.parameters()).containsExactly("me", EVENT, "facts", null, "k", null, "state", "3", "l", "{}");
    }

    @Test
    void aParameterThatStandsTwiceIsGivenOnce() {
        Together twice = new Together(List.of(Write.of("update note set text = :text where text <> :text and id = :id").with("text", "a").with("id", 7)), null, List.of());
        assertThat(twice.sql()).contains("set text = $1 where text <> $1 and id = $2");
        assertThat(twice.parameters()).containsExactly("a", 7);
    }

    private static Write note(String text) {
        return Write.of("insert into note (text) values (:text)").with("text", text);
    }
}
