package io.gantry.image.build.core;

import java.util.ArrayList;
import java.util.List;

/** An instruction's text: the lines it was continued over, joined, each character with the place it came from. */
record LogicalLine(String text, List<Piece> pieces) {
    /** @param offset where in the text the piece begins */
    record Piece(int offset, int line, int column) {}

    Position at(int offset) {
        Piece piece = pieces.getFirst();
        for (Piece each : pieces) {
            if (each.offset() <= offset) {
                piece = each;
            }
        }
        return new Position(piece.line(), piece.column() + offset - piece.offset());
    }

    LogicalLine from(int offset) {
        List<Piece> rest = new ArrayList<>();
        Position start = at(offset);
        rest.add(new Piece(0, start.line(), start.column()));
        pieces.stream().filter(p -> p.offset() > offset).forEach(p -> rest.add(new Piece(p.offset() - offset, p.line(), p.column())));
        return new LogicalLine(text.substring(offset), rest);
    }

    /** Comments and empty lines are dropped, also between continued lines; {@code escape} at a line's end continues it. */
    static List<LogicalLine> split(String file, char escape) {
        List<LogicalLine> all = new ArrayList<>();
        StringBuilder text = new StringBuilder();
        List<Piece> pieces = new ArrayList<>();
        String[] lines = file.split("\n", -1);
        for (int i = 0; i < lines.length; i++) {
            String line = lines[i].endsWith("\r") ? lines[i].substring(0, lines[i].length() - 1) : lines[i];
            String bare = line.strip();
            if (bare.startsWith("#") || bare.isEmpty()) {
                continue;
            }
            int start = pieces.isEmpty() ? line.length() - line.stripLeading().length() : 0;
            pieces.add(new Piece(text.length(), i + 1, start + 1));
            String content = line.substring(start).stripTrailing();
            if (content.endsWith(String.valueOf(escape))) {
                text.append(content, 0, content.length() - 1);
                continue;
            }
            text.append(content);
            all.add(new LogicalLine(text.toString(), List.copyOf(pieces)));
            text.setLength(0);
            pieces.clear();
        }
        if (!pieces.isEmpty()) {
            all.add(new LogicalLine(text.toString(), List.copyOf(pieces)));
        }
        return all;
    }
}
