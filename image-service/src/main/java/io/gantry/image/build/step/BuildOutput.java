package io.gantry.image.build.step;

/** Where a build tells what it does. Calls may wait for a slow reader; they fail with {@link NobodyListens} when nobody reads any more. */
public interface BuildOutput {
    /** The client went away. */
    final class NobodyListens extends RuntimeException {
        private static final long serialVersionUID = 1L;

        public NobodyListens(Throwable cause) {
            super("the client is gone", cause);
        }
    }

    /** Before an instruction; {@code number} counts from 1. */
    void step(int number, int total, String instruction);

    /** The instruction's layer was there already. */
    void cached();

    /** What a RUN writes, in pieces as they come. */
    void text(String text);
}
