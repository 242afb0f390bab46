package io.gantry.image.registry.conformance;

import java.io.IOException;

/**
 * One thing that the specification asks for.
 *
 * @param part of the specification: Pull, Push, Content discovery, Content management
 * @param optional the specification says MAY or SHOULD, and clients get along without it
 */
record ConformanceCase(String part, String name, boolean optional, Check check) {
    /** Fails with an {@link AssertionError} whose message is short and the same each time. */
    @FunctionalInterface
    interface Check {
        void of(RegistryTalk talk) throws Exception;
    }

    static ConformanceCase must(String part, String name, Check check) {
        return new ConformanceCase(part, name, false, check);
    }

    static ConformanceCase may(String part, String name, Check check) {
        return new ConformanceCase(part, name, true, check);
    }

    /** @return {@code yes}, or what is otherwise */
    String outcome(RegistryTalk talk) throws Exception {
        try {
            check.of(talk);
            return "yes";
        } catch (AssertionError deviation) {
            return "no: " + deviation.getMessage();
        } catch (IOException broken) {
            return "no: the answer breaks off";
        }
    }

    @Override
    public String toString() {
        return part + ": " + name;
    }
}
