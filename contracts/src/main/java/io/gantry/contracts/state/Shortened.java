package io.gantry.contracts.state;

import java.util.ArrayList;
import java.util.List;

/**
 * What people and programs wrote, as far as it is told of: records are short, and who needs all of it asks for the thing itself. Nor has it the
 * character U+0000, with which nobody could read the record.
 */
final class Shortened {
    /** Characters. */
    static final int MOST = 4096;

    private static final String MORE = "…";

    private Shortened() {}

    /** @param text may be {@code null} */
    static String text(String text) {
        if (text == null) {
            return null;
        }
        String plain = text.replace('\0', '\uFFFD');
        return plain.length() <= MOST ? plain : cut(plain, MOST);
    }

    /** As many as have room together, the last of them cut off; {@code null} stays. */
    static List<String> words(List<String> words) {
        if (words == null || words.size() + words.stream().mapToLong(String::length).sum() <= MOST) {
            return words;
        }
        List<String> some = new ArrayList<>();
        int left = MOST;
        for (String word : words) {
            if (word.length() >= left) {
                some.add(cut(word, left));
                break;
            }
            some.add(word);
            left -= word.length() + 1;
        }
        return List.copyOf(some);
    }

    /** Not within a character of two. */
    private static String cut(String text, int length) {
        int end = Math.min(Math.max(length, 0), text.length());
        return text.substring(0, end > 0 && Character.isHighSurrogate(text.charAt(end - 1)) ? end - 1 : end) + MORE;
    }
}
