package io.gantry.contracts.link;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;

/**
 * The control frames of an attach or exec stream. The first byte of each frame says what
 * follows: bytes of a standard stream, or one of these in JSON.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
    @JsonSubTypes.Type(value = StreamControl.Resize.class, name = "resize"),
    @JsonSubTypes.Type(value = StreamControl.StdinClosed.class, name = "stdin-closed"),
    @JsonSubTypes.Type(value = StreamControl.Detach.class, name = "detach"),
    @JsonSubTypes.Type(value = StreamControl.Exit.class, name = "exit")
})
public sealed interface StreamControl {
    byte STDIN = 0;
    byte STDOUT = 1;
    byte STDERR = 2;
    byte CONTROL = 3;

    /** Client → agent: the size of the terminal. */
    record Resize(int rows, int columns) implements StreamControl {}

    /** Client → agent: end of standard input, after all of it. */
    record StdinClosed() implements StreamControl {}

    /** Client → agent, before it closes: what runs goes on as if the client were there, and its input stays open. */
    record Detach() implements StreamControl {}

    /**
     * Agent → client, after all output: how it ended, 0 to 255. The stream closes.
     *
     * @param error why it could not be started; {@code null} if it ran
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Exit(int code, String error) implements StreamControl {}
}
