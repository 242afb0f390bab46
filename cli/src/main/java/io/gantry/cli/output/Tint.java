package io.gantry.cli.output;

/** A cell that a terminal shows in a colour; elsewhere it is its text. */
public record Tint(String text, Colour colour) {
    /** By their ANSI codes. */
    public enum Colour {
        RED(31),
        GREEN(32),
        YELLOW(33),
        CYAN(36);

        private final int code;

        Colour(int code) {
            this.code = code;
        }

        public String paint(String text) {
            return "\033[" + code + "m" + text + "\033[0m";
        }
    }

    /** What is as it should be. */
    public static Tint good(String text) {
        return new Tint(text, Colour.GREEN);
    }

    /** What is on its way, or needs a look. */
    public static Tint uneasy(String text) {
        return new Tint(text, Colour.YELLOW);
    }

    public static Tint bad(String text) {
        return new Tint(text, Colour.RED);
    }

    String painted() {
        return colour.paint(text);
    }

    @Override
    public String toString() {
        return text;
    }
}
