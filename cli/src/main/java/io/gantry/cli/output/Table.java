package io.gantry.cli.output;

import java.util.ArrayList;
import java.util.List;

/** Left-aligned columns, three spaces between; the last is not padded. */
public final class Table {
    private final List<List<Object>> rows = new ArrayList<>();

    public Table(String... header) {
        rows.add(List.of((Object[]) header));
    }

    Table(List<String> header) {
        rows.add(List.copyOf(header));
    }

    /** {@code null} cells are empty; a {@link Tint} has a colour. */
    public Table row(Object... cells) {
        List<Object> row = new ArrayList<>();
        for (Object cell : cells) {
            row.add(cell == null ? "" : cell);
        }
        rows.add(row);
        return this;
    }

    /** Without colours. */
    @Override
    public String toString() {
        return text(false);
    }

    public String text(boolean colours) {
        int columns = rows.getFirst().size();
        int[] widths = new int[columns];
        for (List<Object> row : rows) {
            for (int i = 0; i < columns; i++) {
                widths[i] = Math.max(widths[i], row.get(i).toString().length());
            }
        }
        StringBuilder text = new StringBuilder();
        for (List<Object> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < columns; i++) {
                String pad = i == columns - 1 ? "" : " ".repeat(widths[i] - row.get(i).toString().length() + 3);
                line.append(colours && row.get(i) instanceof Tint tint ? tint.painted() : row.get(i)).append(pad);
            }
            text.append(line.toString().stripTrailing()).append('\n');
        }
        return text.toString();
    }
}
