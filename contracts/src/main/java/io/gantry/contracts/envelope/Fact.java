package io.gantry.contracts.envelope;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.gantry.contracts.event.Event;
import java.time.Instant;
import java.util.UUID;

/**
 * An event on its way: CloudEvents 1.0 in JSON (structured mode). Its identity is {@code id}, a UUIDv7; consumers know by it
 * what they have handled.
 *
 * @param source the service that says so, {@code /gantry/scheduler-service}
 * @param subject the aggregate's id; also the Kafka key
 * @param cause the event that led to this one, or {@code null}
 */
public record Fact(UUID id, String source, String subject, Instant time, UUID cause, Event event) {
    public static final String CONTENT_TYPE = "application/cloudevents+json";

    public String topic() {
        return EventTypes.of(event).topic();
    }

    public String type() {
        return EventTypes.of(event).type();
    }

    public String toJson() {
        ObjectNode json = Json.mapper().createObjectNode();
        json.put("specversion", "1.0");
        json.put("id", id.toString());
        json.put("source", source);
        json.put("type", type());
        json.put("subject", subject);
        json.put("time", time.toString());
        json.put("datacontenttype", "application/json");
        if (cause != null) {
            json.put("causationid", cause.toString());
        }
        json.set("data", Json.mapper().valueToTree(event));
        return json.toString();
    }

    /** @throws IllegalArgumentException for anything that is not one of our events */
    public static Fact fromJson(String text) {
        JsonNode json = Json.read(text, JsonNode.class);
        EventTypes.Entry entry = EventTypes.named(json.path("type").asText());
        String cause = json.path("causationid").asText("");
        return new Fact(
                UUID.fromString(json.path("id").asText()),
                json.path("source").asText(),
                json.path("subject").asText(),
                Instant.parse(json.path("time").asText()),
                cause.isEmpty() ? null : UUID.fromString(cause),
                Json.mapper().convertValue(json.path("data"), entry.record()));
    }
}
