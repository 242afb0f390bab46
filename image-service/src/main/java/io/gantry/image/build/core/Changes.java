package io.gantry.image.build.core;

import io.gantry.contracts.problem.BadField;
import java.util.List;
import java.util.Map;

/** Instructions of a Dockerfile that change how an image runs, without a Dockerfile: {@code CMD ["serve"]}, {@code ENV A=b}. */
public final class Changes {
    private Changes() {}

    /** @throws BadField for a change that is none, named {@code changes[2]} */
    public static ImageDraft apply(ImageDraft from, List<String> changes) {
        ImageDraft draft = from;
        for (int i = 0; i < changes.size(); i++) {
            draft = apply(draft, changes.get(i), "changes[" + i + "]");
        }
        return draft;
    }

    private static ImageDraft apply(ImageDraft from, String change, String field) {
        ImageDraft draft = from;
        try {
            Dockerfile file = Dockerfile.parse("FROM scratch\n" + change);
            for (Instruction instruction : file.instructions().subList(1, file.instructions().size())) {
                if (instruction instanceof Instruction.From || instruction instanceof Instruction.Run || instruction instanceof Instruction.Copy || instruction instanceof Instruction.Arg || instruction instanceof Instruction.Maintainer) {
                    throw new BadField(field, "'" + change + "' doesn't change how an image runs", "there are CMD, ENTRYPOINT, ENV, LABEL, USER, WORKDIR, EXPOSE, VOLUME, STOPSIGNAL, HEALTHCHECK");
                }
                draft = Metadata.apply(draft, instruction, new Scope(file.escape(), Map.of(), Map.of(), Map.of(), draft.env()));
            }
        } catch (DockerfileRefusal refused) {
            throw new BadField(field, "'" + change + "': " + refused.getMessage(), refused.refusal().hint());
        }
        return draft;
    }
}
