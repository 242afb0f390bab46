package io.gantry.contracts.text;

import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * A regular expression that somebody else has written. Such as {@code a*a*a*a*a*b} have no end of trying, so a text may be looked at only so often. Docker's own daemon
 * has an engine that never goes back.
 */
public final class OthersPattern {
    /** Characters of one text: a thousand times more than what means well looks at in the longest name. */
    private static final int LOOKS = 1_000_000;

    private final Pattern pattern;

    /** It can't be one, or can't be followed; the message says why. */
    public static final class Hopeless extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private Hopeless(String why) {
            super(why, null, false, false);
        }
    }

    private OthersPattern(Pattern pattern) {
        this.pattern = pattern;
    }

    /** @throws Hopeless for what is none */
    public static OthersPattern of(String expression, int flags) {
        try {
            return new OthersPattern(Pattern.compile(expression, flags));
        } catch (PatternSyntaxException e) {
            throw new Hopeless(e.getDescription());
        } catch (StackOverflowError e) {
            throw new Hopeless("it is too deep");
        }
    }

    /**
     * Whether it is found anywhere in it.
     *
     * @throws Hopeless if that isn't known after a million looks
     */
    public boolean foundIn(String text) {
        return tried(text, Matcher::find);
    }

    /**
     * Whether it is all of it.
     *
     * @throws Hopeless as before
     */
    public boolean matches(String text) {
        return tried(text, Matcher::matches);
    }

    private boolean tried(String text, Predicate<Matcher> how) {
        try {
            return how.test(pattern.matcher(new Watched(text)));
        } catch (StackOverflowError e) {
            // the JDK's matcher calls itself for each repetition of a group
            throw new Hopeless("it repeats too often");
        }
    }

    private static final class Watched implements CharSequence {
        private final String text;
        private int left = LOOKS;

        private Watched(String text) {
            this.text = text;
        }

        @Override
        public char charAt(int index) {
            if (--left < 0) {
                throw new Hopeless("there is no end of trying it");
            }
            return text.charAt(index);
        }

        @Override
        public int length() {
            return text.length();
        }

        @Override
        public CharSequence subSequence(int from, int to) {
            return text.subSequence(from, to);
        }

        @Override
        public String toString() {
            return text;
        }
    }
}
