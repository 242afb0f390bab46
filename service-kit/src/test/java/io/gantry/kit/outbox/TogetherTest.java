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
                .isEqualTo("with w0 as (insert into note (text) values (:text_w0)), w1 as (insert into note (text) values (:text_w1)) select cast(0 as bigint)");
        assertThat(two.parameters()).containsEntry("text_w0", "a").containsEntry("text_w1", "b").hasSize(2);
    }

    @Test
    void whoMustFindItsRowSaysWhyItEndsOtherwise() {
        Together guarded = new Together(List.of(Write.ofOne("delete from note where id = :id").with("id", 7)), null, List.of());
        assertThat(guarded.sql())
                .isEqualTo("with w0 as (delete from note where id = :id_w0 returning 1) select must_be_one((select count(*) from w0), 'GA001')");
    }

    @Test
    void anEventIsHandledOnceAndTheOutboxSaysItsNumbers() {
        Together all = new Together(List.of(), new Together.Handled("me", EVENT), List.of(new OutboxRow("facts", null, "k", null), new OutboxRow("state", 3, "l", "{}")));
        assertThat(all.sql())
                .contains("handled as (insert into inbox (consumer, event_id) values (:consumer_handled, :event_handled) on conflict do nothing returning 1)")
                .contains("(:topic1_sent, cast(cast(:partition1_sent as text) as integer), :key1_sent, cast(:payload1_sent as text)) returning id)")
                .endsWith("select must_be_one((select count(*) from handled), 'GA002') union all select id from sent");
        assertThat(all.parameters())
                .containsEntry("consumer_handled", "me")
                .containsEntry("event_handled", EVENT)
                .containsEntry("partition0_sent", null)
                .containsEntry("partition1_sent", "3");
    }

    private static Write note(String text) {
        return Write.of("insert into note (text) values (:text)").with("text", text);
    }
}
