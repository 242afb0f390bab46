package io.gantry.contracts.envelope;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.gantry.contracts.event.Event;
import java.io.IOException;
import java.io.StringWriter;
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
        StringWriter text = new StringWriter();
        try (JsonGenerator json = Json.mapper().createGenerator(text)) {
            json.writeStartObject();
            json.writeStringField("specversion", "1.0");
            json.writeStringField("id", id.toString());
            json.writeStringField("source", source);
            json.writeStringField("type", type());
            json.writeStringField("subject", subject);
            json.writeStringField("time", time.toString());
            json.writeStringField("datacontenttype", "application/json");
            if (cause != null) {
                json.writeStringField("causationid", cause.toString());
            }
            json.writePOJOField("data", event);
            json.writeEndObject();
        } catch (IOException e) {
            throw new IllegalArgumentException("can't be written as JSON: " + e.getMessage(), e);
        }
        return text.toString();
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
                data(json.path("data"), entry.record()));
    }

    private static Event data(JsonNode json, Class<? extends Event> record) {
        try {
            return Json.mapper().treeToValue(json, record);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(e.getOriginalMessage(), e);
        }
    }
}
