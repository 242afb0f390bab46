package io.gantry.gateway.known;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.view.ContainerChanges;
import io.gantry.contracts.view.ContainerView;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Reads {@link ContainerChanges} so that each container is there as it came, too: what a newer service tells is handed on, though we don't know it. */
final class NewsReader {
    private final byte[] bytes;
    private String mark;
    private boolean whole;
    private final List<KnownContainer> changed = new ArrayList<>();
    private final List<String> gone = new ArrayList<>();

    private NewsReader(byte[] bytes) {
        this.bytes = bytes;
    }

    /** @throws IllegalStateException if they are nothing of the kind */
    static KnownContainers.News read(byte[] bytes) {
        NewsReader reader = new NewsReader(bytes);
        try (JsonParser parser = Json.mapper().createParser(bytes)) {
            parser.nextToken();
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String field = parser.currentName();
                parser.nextToken();
                reader.field(field, parser);
            }
        } catch (IOException e) {
            throw new IllegalStateException("container-service answers with what is no list of changes: " + e.getMessage(), e);
        }
        if (reader.mark == null) {
            throw new IllegalStateException("container-service answers with a list of changes without a mark");
        }
        return new KnownContainers.News(reader.mark, reader.whole, reader.changed, reader.gone);
    }

    private void field(String field, JsonParser parser) throws IOException {
        switch (field) {
            case "mark" -> mark = parser.getText();
            case "whole" -> whole = parser.getBooleanValue();
            case "changed" -> {
                while (parser.nextToken() == JsonToken.START_OBJECT) {
                    changed.add(container(parser));
                }
            }
            case "gone" -> {
                while (parser.nextToken() == JsonToken.VALUE_STRING) {
                    gone.add(parser.getText());
                }
            }
            default -> parser.skipChildren();
        }
    }

    private KnownContainer container(JsonParser parser) throws IOException {
        String version = null;
        ContainerView view = null;
        Buffer json = null;
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            String field = parser.currentName();
            parser.nextToken();
            if (field.equals("version")) {
                version = parser.getText();
            } else if (field.equals("container")) {
                int from = (int) parser.currentTokenLocation().getByteOffset();
                view = parser.readValueAs(ContainerView.class);
                int end = (int) parser.currentLocation().getByteOffset();
                json = Buffer.buffer(end - from).appendBytes(bytes, from, end - from);
            } else {
                parser.skipChildren();
            }
        }
        if (version == null || view == null) {
            throw new IllegalStateException("container-service tells of a change without " + (view == null ? "its container" : "a version"));
        }
        return new KnownContainer(view, version, json);
    }
}
