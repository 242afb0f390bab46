package io.gantry.agent.execute;

import io.gantry.agent.plan.Step;
import io.gantry.kernel.syscall.Errno;
import io.gantry.kernel.syscall.SyscallFailure;
import java.io.UncheckedIOException;

/** A step could not be done; all before it has been undone. */
public final class StepFailure extends Exception {
    private static final long serialVersionUID = 1L;
    private final transient Step step;
    private final String stage;
    private final int errno;

    private StepFailure(Step step, String stage, int errno, String detail, Throwable cause) {
        super(detail, cause);
        this.step = step;
        this.stage = stage;
        this.errno = errno;
    }

    static StepFailure onHost(Step step, RuntimeException cause) {
        int errno = cause instanceof SyscallFailure failure ? failure.errno() : 0;
        return new StepFailure(step, step.name(), errno, words(cause), cause);
    }

    /** What is wrapped only for want of a signature speaks for itself. */
    private static String words(RuntimeException cause) {
        return cause instanceof UncheckedIOException wrapped ? wrapped.getCause().getMessage() : cause.getMessage();
    }

    /** By us, not by the kernel. */
    static StepFailure ended(Step step, int errno, RuntimeException why) {
        return new StepFailure(step, step.name(), errno, step.call() + ": " + why.getMessage(), why);
    }

    /** @param words of another program about its trouble; empty if it says nothing */
    static StepFailure told(Step step, String program, String words) {
        return new StepFailure(step, step.name(), 0, program + " says: " + (words.isEmpty() ? "nothing" : words), null);
    }

    static StepFailure inLauncher(Step step, String stage, int errno) {
        return new StepFailure(step, stage, errno, step.call() + ": " + Errno.describe(errno), null);
    }

    public Step step() {
        return step;
    }

    public String stage() {
        return stage;
    }

    public int errno() {
        return errno;
    }
}
