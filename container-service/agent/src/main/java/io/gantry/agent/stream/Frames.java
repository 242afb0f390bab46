package io.gantry.agent.stream;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.gantry.contracts.envelope.Json;
import io.vertx.core.buffer.Buffer;

/** The binary messages of attach and exec: the first byte says which stream, the rest is its bytes. */
final class Frames {
    static final byte STDIN = 0;
    static final byte STDOUT = 1;
    static final byte STDERR = 2;
    static final byte CONTROL = 3;

    /** What is said beside the streams, as JSON. */
    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
    @JsonSubTypes({
        @JsonSubTypes.Type(value = Control.Resize.class, name = "resize"),
        @JsonSubTypes.Type(value = Control.StdinClosed.class, name = "stdin-closed"),
        @JsonSubTypes.Type(value = Control.Detach.class, name = "detach"),
        @JsonSubTypes.Type(value = Control.Exit.class, name = "exit")
    })
    sealed interface Control {
        record Resize(int rows, int columns) implements Control {}

        record StdinClosed() implements Control {}

        /** The client leaves on purpose: what runs goes on, and its input stays open. */
        record Detach() implements Control {}

        /** @param error why it could not be started; {@code null} if it ran */
        record Exit(int code, String error) implements Control {}
    }

    private Frames() {}

    static Buffer of(byte stream, byte[] bytes, int length) {
        return Buffer.buffer(length + 1).appendByte(stream).appendBytes(bytes, 0, length);
    }

    static Buffer of(Control control) {
        return Buffer.buffer().appendByte(CONTROL).appendString(Json.write(control));
    }
}
