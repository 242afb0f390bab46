package io.gantry.e2e.onehost;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.gantry.e2e.observe.Rest;
import io.gantry.e2e.stage.Busybox;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** A TypeScript client that was made of the contract alone: what compiles is what the contract says, and a program in Node works with it. */
interface GeneratedTypeScriptClient {
    Rest rest();

    private Shell node() {
        return new Shell(Map.of("GANTRY_URL", rest().url(), "GANTRY_TOKEN", rest().token(), "IMAGE", Busybox.IMAGE));
    }

    @Test
    default void aGeneratedTypeScriptClientMakesPagesChangesHearsOfAndRemovesContainers() throws IOException {
        Path folder = Path.of("target/typescript").toAbsolutePath();
        var compiled = node().run("node " + folder.resolve("compiler/tsc.js") + " -p src/test/typescript");
        assertThat(compiled.code()).as(compiled.out() + compiled.err()).isZero();
        String program = "node " + folder.resolve("program/src/test/typescript/containers.js") + " ";
        String label = UUID.randomUUID().toString();

        JsonNode told = new ObjectMapper().readTree(node().must(program + "make " + label));

        String id = told.path("id").asText();
        assertThat(told.path("state").asText()).isEqualTo("RUNNING");
        assertThat(told.path("age").asLong()).as("milliseconds since it was made, by a Date").isBetween(0L, 90_000L);
        assertThat(told.path("again").asText()).as("sent again with its key").isEqualTo(id);
        assertThat(told.path("pages")).extracting(JsonNode::size).containsExactly(2, 1);
        assertThat(told.at("/pages/1/0").asText()).as("the oldest is the last").isEqualTo(id);
        assertThat(told.path("memory").asLong()).isEqualTo(128L << 20);
        assertThat(told.at("/stale/type").asText()).isEqualTo("https://gantry.io/problems/precondition-failed");
        assertThat(told.at("/stale/status").asInt()).isEqualTo(412);
        assertThat(told.at("/missing/type").asText()).isEqualTo("https://gantry.io/problems/not-found");
        assertThat(told.at("/missing/detail").asText()).contains("nowhere");
        assertThat(texts(told.path("events"))).startsWith("io.gantry.container.requested.v1").contains("io.gantry.container.started.v1");
        assertThat(rest().get("/containers/" + id).at("/spec/resources/memory").asLong()).as("seen from outside").isEqualTo(128L << 20);
        assertThat(rest().get("/containers?label=client=" + label).path("items")).hasSize(3);

        JsonNode removed = new ObjectMapper().readTree(node().must(program + "remove " + label));

        assertThat(texts(removed.path("removed"))).hasSize(3).contains(id);
        assertThat(rest().get("/containers?all=true&label=client=" + label).path("items")).isEmpty();
    }

    private static List<String> texts(JsonNode array) {
        List<String> texts = new ArrayList<>();
        array.forEach(each -> texts.add(each.asText()));
        return texts;
    }
}
