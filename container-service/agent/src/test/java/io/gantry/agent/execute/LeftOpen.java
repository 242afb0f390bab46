package io.gantry.agent.execute;

import com.sun.jna.NativeLibrary;
import java.nio.file.Path;

/** A descriptor that lacks close-on-exec, as a JVM leaves some behind. */
record LeftOpen(int number) implements AutoCloseable {
    private static final int O_DIRECTORY = 0200000;

    static LeftOpen folder(Path folder) {
        return new LeftOpen(call("open", folder.toString(), O_DIRECTORY));
    }

    @Override
    public void close() {
        call("close", number);
    }

    private static int call(String name, Object... arguments) {
        int result = NativeLibrary.getInstance("c").getFunction(name).invokeInt(arguments);
        if (result < 0) {
            throw new IllegalStateException(name + " failed");
        }
        return result;
    }
}
