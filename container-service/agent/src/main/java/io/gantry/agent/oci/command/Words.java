package io.gantry.agent.oci.command;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/** A command line, read from its beginning: {@code --name value}, {@code --name=value}, and words. */
final class Words {
    private final Deque<String> left;
    private String value;

    Words(List<String> args) {
        left = new ArrayDeque<>(args);
    }

    /** The next option's name, without dashes; empty when a word comes, or the end. */
    Optional<String> option() {
        if (left.isEmpty() || !left.peek().startsWith("-") || left.peek().equals("-")) {
            return Optional.empty();
        }
        String option = left.pop();
        if (option.equals("--")) {
            return Optional.empty();
        }
        int sign = option.indexOf('=');
        value = sign < 0 ? null : option.substring(sign + 1);
        return Optional.of((sign < 0 ? option : option.substring(0, sign)).replaceFirst("^--?", ""));
    }

    /** Of the option that was just read. */
    String value(String option) {
        if (value != null) {
            return value;
        }
        if (left.isEmpty()) {
            throw new IllegalArgumentException("--" + option + " needs a value");
        }
        return left.pop();
    }

    /** Of the option that was just read, which may stand alone. */
    boolean yes() {
        return value == null || value.equals("true");
    }

    String word(String what) {
        if (left.isEmpty()) {
            throw new IllegalArgumentException(what + " is missing; see gantry-runc --help");
        }
        return left.pop();
    }

    Optional<String> word() {
        return Optional.ofNullable(left.poll());
    }

    List<String> rest() {
        List<String> rest = new ArrayList<>(left);
        left.clear();
        return rest;
    }

    void end() {
        if (!left.isEmpty()) {
            throw new IllegalArgumentException("'" + left.peek() + "' is too much; see gantry-runc --help");
        }
    }
}
