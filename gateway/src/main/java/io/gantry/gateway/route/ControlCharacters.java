package io.gantry.gateway.route;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * U+0000 to U+001F and U+007F in a URI: no name here can hold them, and in a log or a header they are somebody else's words. And escapes that are none, which
 * whoever decodes them reads in a way of its own.
 */
public final class ControlCharacters {
    /** As they are, and a space, which would end a request line. */
    private static final Pattern RAW = Pattern.compile("[\\x00-\\x20\\x7f]");
    private static final Pattern ENCODED = Pattern.compile("%(?:[01][0-9a-fA-F]|7[fF])");
    private static final Pattern BROKEN = Pattern.compile("%(?![0-9a-fA-F]{2}).{0,2}");

    private ControlCharacters() {}

    /** What is wrong with a URI as it was sent; empty for a good one. */
    public static Optional<String> in(String uri) {
        return raw(uri).or(() -> encoded(uri)).or(() -> broken(uri));
    }

    /** The same, but that its query may hold them as escapes: a value there may be a text of several lines. */
    public static Optional<String> inPathOf(String uri) {
        int query = uri.indexOf('?');
        return raw(uri).or(() -> encoded(query < 0 ? uri : uri.substring(0, query))).or(() -> broken(uri));
    }

    private static Optional<String> raw(String uri) {
        var raw = RAW.matcher(uri);
        return raw.find() ? Optional.of("the path or query has the character U+%04X as it is: no name here can hold it".formatted((int) raw.group().charAt(0))) : Optional.empty();
    }

    private static Optional<String> encoded(String uri) {
        var found = ENCODED.matcher(uri);
        return found.find() ? Optional.of("the path or query has the character U+00" + found.group().substring(1).toUpperCase(Locale.ROOT) + ": no name here can hold it") : Optional.empty();
    }

    private static Optional<String> broken(String uri) {
        var broken = BROKEN.matcher(uri);
        return broken.find() ? Optional.of("the path or query has '" + broken.group() + "', which is no escape: after each % come two hexadecimal digits") : Optional.empty();
    }
}
