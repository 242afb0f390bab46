package io.gantry.image.build.core;

import io.gantry.image.build.core.Instruction.Command;
import io.gantry.image.build.core.Instruction.MountFlag;
import io.gantry.image.build.core.Instruction.Run.Network;
import io.gantry.image.build.core.Instruction.Source;
import io.gantry.image.build.core.InstructionText.Flag;
import io.gantry.image.build.core.InstructionText.Known;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Reads RUN. */
final class RunParser {
    private static final Known FLAGS = new Known(Set.of("network", "security"), Set.of("mount", "device"), Set.of());

    private RunParser() {}

    static Instruction parse(Source source, InstructionText text) {
        List<MountFlag> mounts = new ArrayList<>();
        Network network = Network.DEFAULT;
        for (Flag flag : text.flags(FLAGS)) {
            switch (flag.name()) {
                case "mount" -> mounts.add(new MountFlag(flag.at(), BuildMount.options(flag)));
                case "network" -> network = network(flag);
                case "device" -> throw new DockerfileRefusal(flag.at(), "RUN --device is not supported", "leave it out: builds have no devices of a node");
                default -> {
                    if (!flag.value().equals("sandbox")) {
                        throw new DockerfileRefusal(flag.at(), "--security=" + flag.value() + " is refused: a build has no more rights than other containers", "leave it out");
                    }
                }
            }
        }
        if (text.isEmpty()) {
            throw text.refuse("RUN needs a command", "write RUN <command>");
        }
        return new Instruction.Run(source, command(text), mounts, network);
    }

    private static Network network(Flag flag) {
        return Network.named(flag.value()).orElseThrow(() -> new DockerfileRefusal(flag.at(), "'" + flag.value() + "' is no network of a RUN", "there are default, none and host"));
    }

    private static Command command(InstructionText text) {
        List<HereDocument> documents = text.documents();
        String line = text.text().strip();
        if (documents.isEmpty()) {
            List<String> words = text.list().orElse(null);
            if (words != null && words.isEmpty()) {
                throw text.refuse("RUN needs a command", "write RUN [\"program\", \"argument\"]");
            }
            return words == null ? new Command.Line(line) : new Command.Words(words);
        }
        HereDocument first = documents.getFirst();
        if (documents.size() == 1 && line.equals(first.word()) && first.descriptor().isEmpty()) {
            return first.content().startsWith("#!") ? new Command.Script(first.content()) : new Command.Line(first.content());
        }
        return new Command.Line(documents.stream().map(HereDocument::raw).collect(Collectors.joining("\n", line + "\n", "\n")));
    }
}
