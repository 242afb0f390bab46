package io.gantry.image.build.core;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/** What {@code #}, {@code %} and {@code /} of a variable look for: {@code *} is anything, {@code ?} any one character. Its time is bounded. */
final class ValuePattern {
    /** Steps of one search, far above what a Dockerfile that is meant well needs. */
    private static final long MOST_STEPS = 20_000_000;

    private static final int ANY = -1;
    private static final int ONE = -2;

    /** It can't be a pattern, or there is no end of looking for it. */
    static final class Bad extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Bad(String message) {
            super(message, null, false, false);
        }
    }

    /** Code points, {@link #ANY} and {@link #ONE}. */
    private final List<Integer> parts;
    private long steps;

    private ValuePattern(List<Integer> parts) {
        this.parts = List.copyOf(parts);
    }

    static ValuePattern parse(String text, char escape) {
        List<Integer> parts = new ArrayList<>();
        int[] points = text.codePoints().toArray();
        for (int i = 0; i < points.length; i++) {
            if (points[i] == escape) {
                if (++i == points.length || "*?/}".indexOf(points[i]) < 0 && points[i] != escape) {
                    throw new Bad("the pattern '" + text + "' escapes " + (i == points.length ? "nothing" : Character.toString(points[i])));
                }
                parts.add(points[i]);
            } else {
                parts.add(points[i] == '*' ? (Integer) ANY : points[i] == '?' ? (Integer) ONE : (Integer) points[i]);
            }
        }
        return new ValuePattern(parts);
    }

    String withoutStart(String value, boolean longest) {
        int[] points = value.codePoints().toArray();
        int length = length(points, 0, longest);
        return length < 0 ? value : text(points, length, points.length);
    }

    String withoutEnd(String value, boolean longest) {
        int[] points = new StringBuilder(value).reverse().codePoints().toArray();
        int length = new ValuePattern(parts.reversed()).length(points, 0, longest);
        return length < 0 ? value : new StringBuilder(text(points, length, points.length)).reverse().toString();
    }

    /** The longest that fits is replaced, the first from the left. */
    String replaced(String value, String by, boolean all) {
        int[] points = value.codePoints().toArray();
        StringBuilder out = new StringBuilder();
        int at = 0;
        boolean done = false;
        while (at < points.length && !done) {
            int length = length(points, at, true);
            if (length < 0) {
                out.appendCodePoint(points[at++]);
                continue;
            }
            out.append(by);
            if (length == 0) {
                out.appendCodePoint(points[at]);
            }
            at += Math.max(1, length);
            done = !all;
        }
        return out.append(text(points, at, points.length)).toString();
    }

    /** How much from {@code start} it fits; -1 for nothing. */
    private int length(int[] points, int start, boolean longest) {
        BitSet states = new BitSet(parts.size() + 1);
        reach(states, 0);
        int found = -1;
        for (int at = start; ; at++) {
            if (states.get(parts.size())) {
                found = at - start;
                if (!longest) {
                    return found;
                }
            }
            if (at == points.length || states.isEmpty()) {
                return found;
            }
            states = after(states, points[at]);
        }
    }

    private BitSet after(BitSet states, int point) {
        BitSet next = new BitSet(parts.size() + 1);
        for (int state = states.nextSetBit(0); state >= 0 && state < parts.size(); state = states.nextSetBit(state + 1)) {
            if (++steps > MOST_STEPS) {
                throw new Bad("the value is too long to look for this pattern in it");
            }
            int part = parts.get(state);
            if (part == ANY) {
                reach(next, state);
            } else if (part == ONE || part == point) {
                reach(next, state + 1);
            }
        }
        return next;
    }

    /** With all states that follow without a character. */
    private void reach(BitSet states, int state) {
        int at = state;
        states.set(at);
        while (at < parts.size() && parts.get(at) == ANY) {
            states.set(++at);
        }
    }

    private static String text(int[] points, int from, int to) {
        return new String(points, from, to - from);
    }
}
