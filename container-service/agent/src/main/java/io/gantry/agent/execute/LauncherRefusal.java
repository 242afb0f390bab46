package io.gantry.agent.execute;

/** The launcher said no; {@link FailedStep} tells to what. */
final class LauncherRefusal extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final transient Wire.Reply reply;

    LauncherRefusal(Wire.Reply reply) {
        super("the launcher answered " + reply);
        this.reply = reply;
    }

    Wire.Reply reply() {
        return reply;
    }
}
