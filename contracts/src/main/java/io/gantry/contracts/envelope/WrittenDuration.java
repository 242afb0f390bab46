package io.gantry.contracts.envelope;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.deser.std.StdDeserializer;
import com.fasterxml.jackson.databind.module.SimpleModule;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Duration;

/** A duration with its unit, {@code "PT5S"}: a bare number could be seconds or milliseconds. */
final class WrittenDuration extends StdDeserializer<Duration> {
    private static final long serialVersionUID = 1L;

    private WrittenDuration() {
        super(Duration.class);
    }

    static SimpleModule module() {
        return new SimpleModule("written duration").addDeserializer(Duration.class, new WrittenDuration());
    }

    @Override
    public Duration deserialize(JsonParser parser, DeserializationContext context) throws IOException {
        if (!parser.hasToken(JsonToken.VALUE_STRING)) {
            return parser.currentToken().isNumeric()
                    ? (Duration) context.handleWeirdNumberValue(Duration.class, parser.getNumberValue(), "a number")
                    : (Duration) context.handleUnexpectedToken(Duration.class, parser);
        }
        try {
            return Duration.parse(parser.getText());
        } catch (DateTimeException | ArithmeticException e) {
            return (Duration) context.handleWeirdStringValue(Duration.class, parser.getText(), "not ISO 8601");
        }
    }
}
