package io.gantry.image.build.core;

import java.util.List;
import java.util.stream.Stream;

/** Which stages or images an instruction takes files from, as it names them. */
final class Sources {
    private Sources() {}

    static List<String> of(Instruction instruction) {
        return switch (instruction) {
            case Instruction.Copy copy -> copy.from().stream().toList();
            case Instruction.Run run -> run.mounts().stream().flatMap(mount -> Stream.ofNullable(mount.options().get("from"))).toList();
            case Instruction.From _, Instruction.Env _, Instruction.Arg _, Instruction.Label _, Instruction.Workdir _, Instruction.User _, Instruction.Expose _,
                    Instruction.Volume _, Instruction.StopSignal _, Instruction.Cmd _, Instruction.Entrypoint _, Instruction.Shell _, Instruction.Maintainer _,
                    Instruction.Onbuild _, Instruction.Healthcheck _ -> List.of();
        };
    }
}
