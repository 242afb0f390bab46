package io.gantry.image.build.core;

import java.util.List;
import java.util.Optional;

/** A stage: everything from one FROM to the next. */
public record Stage(int number, Optional<String> name, Base base, Instruction.From from, List<Instruction> instructions) {
    /** What a stage, or a COPY, builds on. */
    public sealed interface Base {
        record Scratch(Platform platform) implements Base {}

        record Image(String reference, Platform platform) implements Base {}

        record Earlier(int number) implements Base {}
    }

    public Stage {
        instructions = List.copyOf(instructions);
    }

    /** Its name, or its number if it has none. */
    public String label() {
        return name.orElse(Integer.toString(number));
    }
}
