package io.gantry.cli.progress;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** A terminal as far as we use one: it wraps, scrolls, moves its cursor up and erases to the end (ECMA-48). Anything else is an error. */
public final class FakeTerminal {
    private static final Pattern CONTROL = Pattern.compile("\033\\[([\\d;]*)([A-Za-z])");

    private final int rows;
    private final int columns;
    private final List<StringBuilder> lines = new ArrayList<>(List.of(new StringBuilder()));
    private int row;
    private int column;

    public FakeTerminal(int rows, int columns) {
        this.rows = rows;
        this.columns = columns;
    }

    public FakeTerminal write(String text) {
        Matcher control = CONTROL.matcher(text);
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\033') {
                if (!control.find(i) || control.start() != i) {
                    throw new AssertionError("no control that we use at " + i + " of " + text);
                }
                control(control.group(2), control.group(1));
                i = control.end() - 1;
            } else if (c == '\n') {
                newLine();
            } else if (c == '\r') {
                column = 0;
            } else {
                put(c);
            }
        }
        return this;
    }

    private void control(String name, String value) {
        switch (name) {
            case "A" -> row = Math.max(Math.max(0, lines.size() - rows), row - Integer.parseInt(value));
            case "J" -> {
                lines.get(row).setLength(Math.min(lines.get(row).length(), column));
                lines.subList(row + 1, lines.size()).clear();
            }
            case "m" -> { /* colours */ }
            default -> throw new AssertionError("nobody needs control " + name);
        }
    }

    private void newLine() {
        column = 0;
        row++;
        if (row == lines.size()) {
            lines.add(new StringBuilder());
        }
    }

    private void put(char c) {
        if (column == columns) {
            newLine();
        }
        StringBuilder line = lines.get(row);
        line.append(" ".repeat(Math.max(0, column - line.length())));
        if (column < line.length()) {
            line.setCharAt(column, c);
        } else {
            line.append(c);
        }
        column++;
    }

    /** All that can be seen and scrolled to. */
    public String seen() {
        return lines.stream().map(line -> line.toString().stripTrailing()).collect(Collectors.joining("\n"));
    }
}
