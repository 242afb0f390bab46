package io.gantry.agent.plan.rule;

import io.gantry.agent.plan.FileSystemStep.Attach;
import io.gantry.agent.plan.FileSystemStep.MakeFile;
import io.gantry.agent.plan.FileSystemStep.MakeFolder;
import io.gantry.agent.plan.PlanDraft;
import io.gantry.agent.plan.PlanInput;

/** The files of {@link NamesRule} come into place. */
public final class BindNamesRule implements Rule {
    @Override
    public PlanDraft apply(PlanDraft draft, PlanInput input) {
        draft = draft.with(new MakeFolder("/etc", 0755));
        for (String name : NamesRule.NAMES) {
            String path = "/etc/" + name;
            draft = draft.with(new MakeFile(path), new Attach(NamesRule.handle(name), path, "Bring in " + path));
        }
        return draft;
    }
}
