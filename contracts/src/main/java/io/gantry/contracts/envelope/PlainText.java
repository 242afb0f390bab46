package io.gantry.contracts.envelope;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.KeyDeserializer;
import com.fasterxml.jackson.databind.deser.std.StringDeserializer;
import com.fasterxml.jackson.databind.module.SimpleModule;
import java.io.IOException;
import java.util.OptionalInt;

/** Text without the character U+0000, which neither a C string nor PostgreSQL's text can hold, and without half of a pair of surrogates, which isn't UTF-8 and would come out as {@code ?}. */
final class PlainText extends StringDeserializer {
    private static final long serialVersionUID = 1L;

    private PlainText() {}

    static SimpleModule module() {
        return new SimpleModule("plain text").addDeserializer(String.class, new PlainText()).addKeyDeserializer(String.class, new Key());
    }

    @Override
    public String deserialize(JsonParser parser, DeserializationContext context) throws IOException {
        return checked(super.deserialize(parser, context));
    }

    private static String checked(String text) {
        if (text != null && text.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("has the character U+0000, which no text here can hold");
        }
        if (text != null) {
            halfPair(text).ifPresent(half -> {
                throw new IllegalArgumentException("has U+%04X without its other half, which is no character".formatted(half));
            });
        }
        return text;
    }

    private static OptionalInt halfPair(String text) {
        // a whole pair is one code point, above them
        return text.codePoints().filter(point -> point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE).findFirst();
    }

    private static final class Key extends KeyDeserializer {
        @Override
        public Object deserializeKey(String key, DeserializationContext context) {
            return checked(key);
        }
    }
}
