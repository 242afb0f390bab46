package io.gantry.image.build.step;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** What a step wrote, as far as it is kept: the first {@value #HEAD} characters and the last {@value #TAIL}. */
final class StepText {
    private static final int HEAD = 1 << 16;
    private static final int TAIL = 3 << 16;
    private final StringBuilder head = new StringBuilder();
    private final StringBuilder tail = new StringBuilder();
    private long left;

    void add(String text) {
        int first = Math.min(text.length(), HEAD - head.length());
        head.append(text, 0, first);
        tail.append(text, first, text.length());
        if (tail.length() > 2 * TAIL) {
            cut();
        }
    }

    boolean isEmpty() {
        return head.isEmpty();
    }

    private void cut() {
        int gone = Math.max(0, tail.length() - TAIL);
        left += gone;
        tail.delete(0, gone);
    }

    @Override
    public String toString() {
        cut();
        return left == 0 ? head + tail.toString() : head + "\n[" + left + " characters are not kept]\n" + tail;
    }

    /** @return the last lines, {@code most} of them at most */
    List<String> lastLines(int most) {
        Deque<String> lines = new ArrayDeque<>();
        toString().lines().forEach(line -> {
            if (lines.size() == most) {
                lines.removeFirst();
            }
            lines.add(line);
        });
        return List.copyOf(lines);
    }
}
