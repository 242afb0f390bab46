package io.gantry.agent.plan;

/** What the container's first process does, in its own namespaces, before it becomes the command. */
public sealed interface InsideStep extends Step permits FileSystemStep, SettingStep, PrivilegeStep, CommandStep, MakerStep, BundleInsideStep {
    @Override
    default String where() {
        return "container";
    }
}
