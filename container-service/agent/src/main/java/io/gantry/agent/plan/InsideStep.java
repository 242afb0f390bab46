package io.gantry.agent.plan;

/** What the container's first process does, in its own namespaces, before it becomes the command. */
public sealed interface InsideStep extends Step permits FileSystemStep, SettingStep, PrivilegeStep, CommandStep, BundleInsideStep {
    @Override
    default String where() {
        return "container";
    }

    /** All of it ends with the process and its namespaces. */
    @Override
    default String undo() {
        return "";
    }

    @Override
    default String shell() {
        return "";
    }
}
