package io.gantry.contracts.spec;

import io.gantry.contracts.problem.BadField;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;

/** What more than one record asks of its values. */
final class Check {
    /** RFC 1123, section 2.1: labels of letters, digits and hyphens. */
    private static final Pattern HOST_NAME = Pattern.compile("[a-zA-Z0-9]([a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?(\\.[a-zA-Z0-9]([a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?)*");

    /** As host names, and the underscore that people give services. */
    private static final Pattern ALIAS = Pattern.compile("[a-zA-Z0-9_]([a-zA-Z0-9_-]{0,61}[a-zA-Z0-9_])?(\\.[a-zA-Z0-9_]([a-zA-Z0-9_-]{0,61}[a-zA-Z0-9_])?)*");

    private static final Pattern RUNTIME = Pattern.compile("[a-z0-9]([a-z0-9.-]{0,61}[a-z0-9])?");

    /** The kernel's HOST_NAME_MAX. */
    private static final int LONGEST_HOST_NAME = 64;

    private static final int LONGEST_ALIAS = 200;
    private static final Pattern GROUP = Pattern.compile("[^:\\s\\p{Cntrl}]+");
    private static final Pattern USER = Pattern.compile("[^:\\s\\p{Cntrl}]+(:[^:\\s\\p{Cntrl}]+)?");

    /** Every container has so many ids. */
    static final int IDS = 65_536;

    private Check() {}

    static int within(String field, int value, int least, int most) {
        if (value < least || value > most) {
            throw new BadField(field, field + " is " + least + " to " + most + ", got " + value);
        }
        return value;
    }

    static Duration within(String field, Duration value, Duration least, Duration most) {
        if (value.compareTo(least) < 0 || value.compareTo(most) > 0) {
            throw new BadField(field, field + " is " + least + " to " + most + ", got " + value);
        }
        return value;
    }

    /** A command's words; {@code null} stays. */
    static List<String> words(String field, List<String> words) {
        return words == null ? null : complete(field, words);
    }

    static <T> List<T> complete(String field, List<T> all) {
        if (all.stream().anyMatch(Objects::isNull)) {
            throw new BadField(field + "[" + all.indexOf(null) + "]", field + " has null at " + all.indexOf(null));
        }
        return List.copyOf(all);
    }

    /** @return never {@code null} */
    static <T> Map<String, T> complete(String field, Map<String, T> given) {
        if (given == null) {
            return Map.of();
        }
        given.forEach((name, value) -> {
            if (value == null) {
                throw new BadField(field + "." + name, field + "." + name + " is null", "leave it out");
            }
        });
        return Map.copyOf(given);
    }

    /** @return never {@code null} */
    static Map<String, String> environment(Map<String, String> env) {
        Map<String, String> all = named("env", env);
        all.keySet().stream().filter(name -> name.contains("=") || name.indexOf('\0') >= 0).findFirst().ifPresent(name -> {
            throw new BadField("env." + name, "env has a variable named '" + name + "': a name has neither = nor U+0000");
        });
        return all;
    }

    /** @return never {@code null} */
    static Map<String, String> named(String field, Map<String, String> given) {
        if (given == null) {
            return Map.of();
        }
        given.forEach((name, value) -> {
            if (name == null || name.isEmpty()) {
                throw new BadField(field, field + " has an entry without a name", "write {\"NAME\": \"value\"}");
            }
            if (value == null) {
                throw new BadField(field + "." + name, field + "." + name + " is null", "leave it out, or write \"\"");
            }
        });
        return Map.copyOf(given);
    }

    static void absolute(String field, String path) {
        if (path != null && !path.startsWith("/")) {
            throw new BadField(field, field + " is an absolute path inside, got '" + path + "'", "write for example /srv");
        }
    }

    static void user(String user) {
        if (user == null) {
            return;
        }
        if (!USER.matcher(user).matches()) {
            throw new BadField("user", "user is a name or number, and perhaps a group, got '" + user + "'", "write for example www-data, 33 or 33:33");
        }
        for (String part : user.split(":")) {
            idWithin("user", part);
        }
    }

    /** Each as the group of a user is said. */
    static List<String> groups(List<String> given) {
        List<String> groups = complete("groups", given);
        if (groups.size() > ContainerSpec.MOST_GROUPS) {
            throw new BadField("groups", "groups are at most " + ContainerSpec.MOST_GROUPS + ", got " + groups.size());
        }
        for (int i = 0; i < groups.size(); i++) {
            String field = "groups[" + i + "]";
            if (!GROUP.matcher(groups.get(i)).matches()) {
                throw new BadField(field, field + " is a name or number, got '" + groups.get(i) + "'", "write for example audio, or 29");
            }
            idWithin(field, groups.get(i));
        }
        return groups;
    }

    private static void idWithin(String field, String text) {
        if (text.matches("\\d+") && (text.length() > 5 || Integer.parseInt(text) >= IDS)) {
            throw new BadField(field, field + " has the number " + text + "; a container has the ids 0 to " + (IDS - 1));
        }
    }

    static void hostName(String field, String name) {
        if (name != null && (name.length() > LONGEST_HOST_NAME || !HOST_NAME.matcher(name).matches())) {
            throw new BadField(
                    field, field + " is letters, digits and - between them, at most " + LONGEST_HOST_NAME + " (RFC 1123), got '" + name + "'", null);
        }
    }

    static String runtime(String name) {
        if (!RUNTIME.matcher(name).matches()) {
            throw new BadField(
                    "runtime", "runtime is the name of a runtime class: small letters, digits, and - or . between them, got '" + name + "'",
                    "leave it out for " + ContainerSpec.DEFAULT_RUNTIME);
        }
        return name;
    }

    static boolean isAlias(String name) {
        return name.length() <= LONGEST_ALIAS && ALIAS.matcher(name).matches();
    }

    static List<String> aliases(List<String> given) {
        List<String> aliases = complete("aliases", given);
        for (int i = 0; i < aliases.size(); i++) {
            String alias = aliases.get(i);
            if (!isAlias(alias)) {
                throw new BadField("aliases[" + i + "]", "aliases are DNS names: letters, digits and - between them; got '" + alias + "'");
            }
        }
        return aliases;
    }
}
