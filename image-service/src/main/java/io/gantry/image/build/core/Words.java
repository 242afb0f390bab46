package io.gantry.image.build.core;

import java.util.ArrayList;
import java.util.List;

/** Splits an instruction's text at blanks outside quotes; quotes and escapes stay in the words. */
final class Words {
    /** @param offset where in the text it begins */
    record Word(int offset, String text) {}

    private Words() {}

    /** As they stand, a quote that isn't closed reaching to the end. */
    static List<String> lenient(String text) {
        List<String> words = new ArrayList<>();
        StringBuilder word = new StringBuilder();
        char quote = 0;
        for (int at = 0; at < text.length(); at++) {
            char c = text.charAt(at);
            if (quote == 0 && Character.isWhitespace(c)) {
                words.add(word.toString());
                word.setLength(0);
                continue;
            }
            word.append(c);
            if (c == '\\' && quote != '\'' && at + 1 < text.length()) {
                word.append(text.charAt(++at));
            } else if (quote != 0) {
                quote = c == quote ? 0 : quote;
            } else if (c == '"' || c == '\'') {
                quote = c;
            }
        }
        words.add(word.toString());
        return words.stream().filter(each -> !each.isEmpty()).toList();
    }

    static List<Word> split(LogicalLine line, char escape) {
        List<Word> words = new ArrayList<>();
        String text = line.text();
        int at = 0;
        while (at < text.length()) {
            if (Character.isWhitespace(text.charAt(at))) {
                at++;
                continue;
            }
            int end = end(line, at, escape);
            words.add(new Word(at, text.substring(at, end)));
            at = end;
        }
        return words;
    }

    private static int end(LogicalLine line, int start, char escape) {
        String text = line.text();
        char quote = 0;
        int quoted = start;
        int at = start;
        for (; at < text.length(); at++) {
            char c = text.charAt(at);
            if (c == escape && quote != '\'') {
                at++;
            } else if (quote != 0) {
                quote = c == quote ? 0 : quote;
            } else if (c == '"' || c == '\'') {
                quote = c;
                quoted = at;
            } else if (Character.isWhitespace(c)) {
                return at;
            }
        }
        if (quote != 0) {
            throw new DockerfileRefusal(line.at(quoted), "the quote " + quote + " is not closed", "close it, or escape it with " + escape);
        }
        return Math.min(at, text.length());
    }
}
