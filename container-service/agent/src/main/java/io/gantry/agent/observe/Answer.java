package io.gantry.agent.observe;

/**
 * What came of one question to a container.
 *
 * @param code a command's exit code, 0 to 255; 0 or 1 for the other kinds; -1 when no answer came in time
 * @param output what the command printed, or one sentence; at most {@link #MOST} characters
 */
public record Answer(boolean good, int code, String output) {
    public static final int MOST = 1024;

    public Answer {
        output = output.length() > MOST ? output.substring(0, MOST) : output;
    }

    static Answer bad(String why) {
        return new Answer(false, 1, why);
    }
}
