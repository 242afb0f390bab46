package io.gantry.bench.answers;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.gantry.contracts.envelope.Json;
import org.junit.jupiter.api.Test;

class ConversationTest {
    @Test
    void eachRequestHasANameOfItsOwn() {
        assertThat(Conversation.all()).extracting(Exchange::what).hasSizeGreaterThan(100).doesNotHaveDuplicates().noneMatch(what -> what.contains(";") || what.contains("|") || what.contains("*"));
    }

    @Test
    void bodiesAreJsonButForTheOneThatIsMeantNotToBe() {
        assertThat(Conversation.all()).filteredOn(exchange -> exchange.body() != null && !exchange.what().endsWith("no JSON"))
                .allSatisfy(exchange -> assertThat(Json.read(exchange.body(), JsonNode.class).isObject()).isTrue());
    }
}
