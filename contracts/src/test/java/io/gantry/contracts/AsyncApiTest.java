package io.gantry.contracts;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.gantry.contracts.envelope.EventTypes;
import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.envelope.Topics;
import io.gantry.contracts.state.DesiredRecord;
import io.gantry.contracts.state.ObservedRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * {@code docs/reference/events.asyncapi.json} describes every topic and every event, and says what the records say:
 * {@code mvn test -Dgantry.golden=write} writes it anew.
 */
class AsyncApiTest {
    private static final Path DOCUMENT = Path.of("../docs/reference/events.asyncapi.json");

    @Test
    void theDocumentSaysWhatTheRecordsSay() throws IOException {
        String expected = document().toPrettyString() + "\n";
        if ("write".equals(System.getProperty("gantry.golden"))) {
            Files.writeString(DOCUMENT, expected);
        }
        assertThat(DOCUMENT).as("run with -Dgantry.golden=write").exists();
        assertThat(Files.readString(DOCUMENT)).isEqualTo(expected);
    }

    private static ObjectNode document() {
        ObjectNode root = Json.mapper().createObjectNode();
        root.put("asyncapi", "3.0.0");
        root.putObject("info")
                .put("title", "Gantry events and state")
                .put("version", "1.0.0")
                .put("description", "Facts are CloudEvents 1.0 in structured mode; state records are whole values on compacted topics.");
        root.put("defaultContentType", "application/json");
        ObjectNode channels = root.putObject("channels");
        ObjectNode components = root.putObject("components");
        ObjectNode messages = components.putObject("messages");
        JsonSchemas schemas = new JsonSchemas(components.putObject("schemas"));
        for (String topic : Topics.FACTS) {
            ObjectNode channel = channels.putObject(topic).put("address", topic);
            channel.put("description", "Key: the aggregate's id. " + Topics.FACT_PARTITIONS + " partitions, kept 30 days.");
            ObjectNode references = channel.putObject("messages");
            for (EventTypes.Entry entry : of(topic)) {
                references.putObject(entry.type()).put("$ref", "#/components/messages/" + entry.type());
                ObjectNode message = messages.putObject(entry.type());
                message.put("name", entry.type()).put("contentType", "application/cloudevents+json");
                message.set("payload", cloudEvent(entry, schemas));
            }
        }
        state(channels, messages, schemas, Topics.NODE_DESIRED, DesiredRecord.class, "What a node shall hold.");
        state(channels, messages, schemas, Topics.NODE_OBSERVED, ObservedRecord.class, "What a node saw.");
        return root;
    }

    private static void state(
            ObjectNode channels, ObjectNode messages, JsonSchemas schemas, String topic, Class<?> record, String what) {
        ObjectNode channel = channels.putObject(topic).put("address", topic);
        channel.put("description", what + " Compacted; key node/kind/id; partitioned by node over " + Topics.STATE_PARTITIONS + "; a tombstone means gone.");
        channel.putObject("messages").putObject("record").put("$ref", "#/components/messages/" + topic);
        ObjectNode message = messages.putObject(topic).put("name", topic);
        message.set("payload", schemas.of(record));
    }

    private static ObjectNode cloudEvent(EventTypes.Entry entry, JsonSchemas schemas) {
        ObjectNode schema = Json.mapper().createObjectNode().put("type", "object");
        ObjectNode fields = schema.putObject("properties");
        fields.putObject("specversion").put("const", "1.0");
        fields.putObject("id").put("type", "string").put("format", "uuid");
        fields.putObject("source").put("type", "string");
        fields.putObject("type").put("const", entry.type());
        fields.putObject("subject").put("type", "string");
        fields.putObject("time").put("type", "string").put("format", "date-time");
        fields.putObject("causationid").put("type", "string").put("format", "uuid");
        fields.set("data", schemas.of(entry.record()));
        schema.putArray("required").add("specversion").add("id").add("source").add("type").add("subject").add("time").add("data");
        return schema;
    }

    private static List<EventTypes.Entry> of(String topic) {
        return EventTypes.all().stream().filter(entry -> entry.topic().equals(topic)).toList();
    }
}
