package io.gantry.cli.image;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Where builds keep layers for others: an image's name, or that in Docker's words, {@code type=registry,ref=host/cache:1}. */
record CacheOption(String image) {
    /** Of {@code mode} all is done here that can be asked for. */
    private static final Set<String> KNOWN = Set.of("type", "ref", "mode");

    static final class Converter implements ITypeConverter<CacheOption> {
        @Override
        public CacheOption convert(String text) {
            return parse(text);
        }
    }

    static CacheOption parse(String text) {
        if (!text.contains("=")) {
            return new CacheOption(text);
        }
        Map<String, String> words = new LinkedHashMap<>();
        for (String each : text.split(",")) {
            String[] pair = each.split("=", 2);
            if (pair.length < 2 || !KNOWN.contains(pair[0])) {
                throw new TypeConversionException("'" + each + "' is not known here: write the image's name, or type=registry,ref=NAME");
            }
            words.put(pair[0], pair[1]);
        }
        if (!words.getOrDefault("type", "registry").equals("registry")) {
            throw new TypeConversionException("type=" + words.get("type") + " is not supported: what builds keep goes by a registry alone, type=registry,ref=NAME");
        }
        if (words.getOrDefault("ref", "").isEmpty()) {
            throw new TypeConversionException("'" + text + "' names no image: add ref=NAME");
        }
        return new CacheOption(words.get("ref"));
    }
}
