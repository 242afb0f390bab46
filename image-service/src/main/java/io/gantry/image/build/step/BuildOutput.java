package io.gantry.image.build.step;

import io.gantry.contracts.id.ContainerId;
import io.gantry.image.edge.NobodyListens;

/** Where a build tells what it does. Calls may wait for a slow reader; they fail with {@link NobodyListens} when nobody reads any more. */
public interface BuildOutput {
    /** Before an instruction; {@code number} counts from 1. */
    void step(int number, int total, String instruction);

    /** The instruction's layer was there already. */
    void cached();

    /** A RUN has its container. */
    void running(ContainerId container);

    /** What a RUN writes, in pieces as they come. */
    void text(String text);
}
