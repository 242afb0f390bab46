package io.gantry.agent.execute;

import io.gantry.agent.plan.Identity;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Finds {@code name}, {@code uid}, {@code name:group} or {@code uid:gid} in the texts of an image's own {@code /etc/passwd} and
 * {@code /etc/group}, as Docker does: a number needs no entry; a user's further groups count only if no group was given.
 */
record UserLookup(String passwd, String group) {
    private static final int LAST_ID = 65_535;

    /** @throws IllegalArgumentException saying which name isn't there */
    Identity resolve(String text) {
        String[] parts = (text.isEmpty() ? "0" : text).split(":", 2);
        Optional<String[]> entry = user(parts[0]);
        int uid = entry.map(fields -> number(fields[2])).orElseGet(() -> numeric("user", parts[0], "/etc/passwd"));
        int gid = entry.map(fields -> number(fields[3])).orElse(0);
        String home = entry.map(fields -> fields[5]).filter(path -> !path.isEmpty()).orElse("/");
        if (parts.length == 2 && !parts[1].isEmpty()) {
            return new Identity(uid, groupNumber(parts[1]), List.of(), home);
        }
        return new Identity(uid, gid, entry.map(fields -> groupsOf(fields[0])).orElse(List.of()), home);
    }

    /** The same, in these groups besides. */
    Identity resolve(String text, List<String> further) {
        Identity found = resolve(text);
        List<Integer> all = Stream.concat(found.groups().stream(), further.stream().map(this::groupNumber)).distinct().toList();
        return new Identity(found.uid(), found.gid(), all, found.home());
    }

    /** Of any number, also of one that the texts don't know; of home and number alone. */
    Identity byNumber(int uid) {
        String home = user(Integer.toUnsignedString(uid)).map(fields -> fields[5]).filter(path -> !path.isEmpty()).orElse("/");
        return new Identity(uid, 0, List.of(), home);
    }

    private Optional<String[]> user(String nameOrNumber) {
        return lines(passwd, 7).stream()
                .filter(fields -> fields[0].equals(nameOrNumber) || fields[2].equals(nameOrNumber))
                .findFirst();
    }

    private int groupNumber(String nameOrNumber) {
        return lines(group, 4).stream()
                .filter(fields -> fields[0].equals(nameOrNumber) || fields[2].equals(nameOrNumber))
                .findFirst()
                .map(fields -> number(fields[2]))
                .orElseGet(() -> numeric("group", nameOrNumber, "/etc/group"));
    }

    private List<Integer> groupsOf(String name) {
        return lines(group, 4).stream()
                .filter(fields -> List.of(fields[3].split(",")).contains(name))
                .map(fields -> number(fields[2]))
                .toList();
    }

    private static List<String[]> lines(String file, int fields) {
        List<String[]> entries = new ArrayList<>();
        for (String line : file.split("\n")) {
            String[] parts = line.split(":", -1);
            if (parts.length >= fields && isNumber(parts[2]) && (fields == 4 || isNumber(parts[3]))) {
                entries.add(parts);
            }
        }
        return entries;
    }

    private static boolean isNumber(String text) {
        return !text.isEmpty() && text.length() <= 9 && text.chars().allMatch(each -> each >= '0' && each <= '9');
    }

    private static int numeric(String what, String text, String file) {
        if (!isNumber(text)) {
            throw new IllegalArgumentException("the image has no " + what + " '" + text + "' in " + file);
        }
        return number(text);
    }

    private static int number(String digits) {
        int id = Integer.parseInt(digits);
        if (id > LAST_ID) {
            throw new IllegalArgumentException("ids in a container are 0 to " + LAST_ID + ", got " + id);
        }
        return id;
    }
}
