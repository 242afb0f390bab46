package io.gantry.kernel.probe;

import java.util.function.Consumer;

/** Room on the file system that will keep layers and containers. */
public interface ProbeFolder {
    /** Gives {@code work} the path of an empty folder, which goes afterwards with all that is in it. */
    void use(Consumer<String> work);

    /** A folder that is there in any case. */
    String parent();
}
