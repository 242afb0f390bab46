package io.gantry.agent.oci.command;

import java.util.List;
import java.util.function.IntConsumer;
import sun.misc.Signal;

/** Signals that this command gets while it waits for a container's process. */
final class Signals {
    private static final List<String> PASSED = List.of("TERM", "INT", "HUP", "USR2", "WINCH", "CONT");

    private Signals() {}

    static void passOn(IntConsumer to) {
        PASSED.forEach(name -> Signal.handle(new Signal(name), signal -> to.accept(signal.getNumber())));
    }
}
