package io.gantry.gateway.stream;

import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.link.StreamControl;
import io.vertx.core.buffer.Buffer;

/** The messages of attach and exec streams: one byte that says what, then the bytes. */
public final class Frames {
    private Frames() {}

    public static Buffer stdin(Buffer bytes) {
        return Buffer.buffer(bytes.length() + 1).appendByte(StreamControl.STDIN).appendBuffer(bytes);
    }

    public static Buffer control(StreamControl control) {
        return Buffer.buffer().appendByte(StreamControl.CONTROL).appendString(Json.write(control));
    }

    /** Of a message whose first byte is {@link StreamControl#CONTROL}. */
    public static StreamControl control(Buffer message) {
        return Json.read(message.getString(1, message.length()), StreamControl.class);
    }
}
