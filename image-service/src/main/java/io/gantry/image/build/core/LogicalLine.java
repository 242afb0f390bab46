package io.gantry.image.build.core;

import java.util.ArrayList;
import java.util.List;

/**
 * An instruction's text: the lines it was continued over, joined, each character with the place it came from.
 *
 * @param documents what stands behind it and belongs to it
 */
record LogicalLine(String text, List<Piece> pieces, List<HereDocument> documents) {
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
        return new LogicalLine(text.substring(offset), rest, documents);
    }

    /**
     * Comments and empty lines are dropped, also between continued lines; {@code escape} at a line's end continues it, unless another stands before it.
     * What belongs to a here-document is taken as it is.
     */
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
            if (isContinued(content, escape)) {
                text.append(content, 0, content.length() - 1);
                continue;
            }
            text.append(content);
            List<HereDocument> documents = new ArrayList<>();
            for (HereDocument opened : HereDocument.opened(text.toString())) {
                int end = end(lines, i + 1, opened, pieces.getFirst());
                documents.add(opened.of(taken(lines, i + 1, end)));
                i = end;
            }
            all.add(new LogicalLine(text.toString(), List.copyOf(pieces), List.copyOf(documents)));
            text.setLength(0);
            pieces.clear();
        }
        if (!pieces.isEmpty()) {
            all.add(new LogicalLine(text.toString(), List.copyOf(pieces), List.of()));
        }
        return all;
    }

    private static boolean isContinued(String line, char escape) {
        return line.endsWith(String.valueOf(escape)) && (line.length() == 1 || line.charAt(line.length() - 2) != escape);
    }

    private static int end(String[] lines, int from, HereDocument opened, Piece instruction) {
        for (int i = from; i < lines.length; i++) {
            if (opened.ends(bare(lines[i]))) {
                return i;
            }
        }
        throw new DockerfileRefusal(
                new Position(instruction.line(), instruction.column()), "the here-document " + opened.word() + " has no end",
                "end it by a line that is " + opened.name() + " and nothing else");
    }

    private static String taken(String[] lines, int from, int to) {
        StringBuilder text = new StringBuilder();
        for (int i = from; i < to; i++) {
            text.append(bare(lines[i])).append('\n');
        }
        return text.toString();
    }

    private static String bare(String line) {
        return line.endsWith("\r") ? line.substring(0, line.length() - 1) : line;
    }
}
