package io.gantry.cli;

/** Commands one after the other, for the JVM's cache of what they load and link; see {@code script/cli.sh}. */
final class Warming {
    private Warming() {}

    /** @param lines a command each, that changes nothing; one that fails is this program's end */
    public static void main(String[] lines) {
        for (String line : lines) {
            String[] words = line.split(" ");
            int code = Gantry.commandLine(System.getenv(), words).execute(words);
            if (code != 0) {
                System.exit(code);
            }
        }
    }
}
