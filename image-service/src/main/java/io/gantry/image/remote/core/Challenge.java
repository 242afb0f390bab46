package io.gantry.image.remote.core;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a server wants before it answers (RFC 9110, section 11.6.1; distribution's token authentication).
 *
 * @param scheme in lower case: {@code bearer}, {@code basic}
 * @param parameters names in lower case
 */
public record Challenge(String scheme, Map<String, String> parameters) {
    private static final Pattern PARAMETER = Pattern.compile("\\G\\s*,?\\s*([A-Za-z0-9!#$%&'*+.^_`|~-]+)\\s*=\\s*(?:\"((?:[^\"\\\\]|\\\\.)*)\"|([^\\s,\"]+))");
    private static final Pattern SCHEME = Pattern.compile("\\G\\s*,?\\s*([A-Za-z][A-Za-z0-9-]*)(?:\\s+|\\s*,|\\s*$)(?!=)");

    /** All of a header; what can't be understood ends the list. */
    public static List<Challenge> parse(String header) {
        List<Challenge> all = new ArrayList<>();
        Matcher scheme = SCHEME.matcher(header);
        Matcher parameter = PARAMETER.matcher(header);
        int at = 0;
        while (at < header.length() && scheme.find(at) && scheme.start() == at) {
            Map<String, String> parameters = new LinkedHashMap<>();
            String name = scheme.group(1).toLowerCase(Locale.ROOT);
            at = scheme.end();
            while (at < header.length() && parameter.find(at) && parameter.start() == at) {
                String quoted = parameter.group(2);
                String value = quoted == null ? parameter.group(3) : quoted.replaceAll("\\\\(.)", "$1");
                parameters.put(parameter.group(1).toLowerCase(Locale.ROOT), value);
                at = parameter.end();
            }
            all.add(new Challenge(name, parameters));
        }
        return all;
    }
}
