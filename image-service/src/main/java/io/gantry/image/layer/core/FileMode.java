package io.gantry.image.layer.core;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A mode as {@code --chmod} says it: octal, or in chmod(1)'s words, which change the one that a file has; who is left out is everybody, but for what a umask of
 * 022 keeps back.
 *
 * @param octal the whole mode; else {@code changes} say it
 */
public record FileMode(Optional<Integer> octal, List<Change> changes) {
    private static final Pattern OCTAL = Pattern.compile("[0-7]{3,4}");
    private static final Pattern CLAUSE = Pattern.compile("([ugoa]*)((?:[-+=](?:[rwxXst]+|[ugo]|))+)");
    private static final Pattern ACTION = Pattern.compile("([-+=])([ugo]|[rwxXst]*)");
    private static final int ALL = 07777;
    private static final int UMASK = 0022;

    /** @param who the bits that it is about; 0: nobody was named */
    record Change(int who, char operator, String bits) {}

    /** @throws IllegalArgumentException for what is neither */
    public static FileMode parse(String text) {
        if (OCTAL.matcher(text).matches()) {
            return new FileMode(Optional.of(Integer.parseInt(text, 8)), List.of());
        }
        List<Change> changes = new ArrayList<>();
        for (String each : text.split(",", -1)) {
            Matcher clause = CLAUSE.matcher(each);
            if (!clause.matches()) {
                throw new IllegalArgumentException("'" + text + "' is neither an octal mode nor one in chmod's words");
            }
            int who = clause.group(1).chars().map(FileMode::of).reduce(0, (a, b) -> a | b);
            ACTION.matcher(clause.group(2)).results().forEach(action -> changes.add(new Change(who, action.group(1).charAt(0), action.group(2))));
        }
        return new FileMode(Optional.empty(), List.copyOf(changes));
    }

    private static int of(int who) {
        return switch (who) {
            case 'u' -> 04700;
            case 'g' -> 02070;
            case 'o' -> 01007;
            default -> ALL;
        };
    }

    /** @param before of which the nine bits of permission and the three above them count */
    public int of(int before, boolean folder) {
        if (octal.isPresent()) {
            return octal.get();
        }
        int mode = before & ALL;
        for (Change change : changes) {
            int affected = change.who() == 0 ? ALL : change.who();
            int value = bits(change.bits(), mode, folder) & (change.who() == 0 ? ALL & ~UMASK : affected);
            mode = switch (change.operator()) {
                case '+' -> mode | value;
                case '-' -> mode & ~value;
                default -> mode & ~affected | value;
            };
        }
        return mode;
    }

    private static int bits(String letters, int mode, boolean folder) {
        int bits = 0;
        for (char letter : letters.toCharArray()) {
            bits |= switch (letter) {
                case 'r' -> 0444;
                case 'w' -> 0222;
                case 'x' -> 0111;
                case 'X' -> folder || (mode & 0111) != 0 ? 0111 : 0;
                case 's' -> 06000;
                case 't' -> 01000;
                case 'u' -> (mode >> 6 & 7) * 0111;
                case 'g' -> (mode >> 3 & 7) * 0111;
                default -> (mode & 7) * 0111;
            };
        }
        return bits;
    }
}
