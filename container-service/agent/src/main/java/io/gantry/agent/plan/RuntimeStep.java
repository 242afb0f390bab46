package io.gantry.agent.plan;

import java.util.List;

/** What another runtime is told, which makes the first process in the place of our launcher. */
public sealed interface RuntimeStep extends HostStep {
    /**
     * As {@link LauncherStep.SpawnLauncher}, but what it makes isn't a container's first process: it has another runtime make that, see {@link MakerStep}. Both
     * are in the container's groups.
     */
    record SpawnMaker(String unified, List<String> tasks) implements RuntimeStep, LauncherStep.Spawn {
        @Override
        public String title() {
            return "Start the launcher, which becomes the container's monitor and outlives this agent; another runtime makes the container below it";
        }

        @Override
        public String call() {
            return "posix_spawn(launcher); it: prctl(PR_SET_CHILD_SUBREAPER), clone3(CLONE_INTO_CGROUP %s), write(\"0\") to %s".formatted(unified, tasks);
        }
    }

    record AwaitMaker() implements RuntimeStep {
        @Override
        public String title() {
            return "Who has the container made exists, in its groups, and waits";
        }

        @Override
        public String where() {
            return "launcher";
        }

        @Override
        public String call() {
            return "clone3(CLONE_PARENT)";
        }
    }

    /** @param result empty; what the runtime says of its troubles comes to lie in it */
    record KeepWords(Handle result) implements RuntimeStep {
        @Override
        public String title() {
            return "A file in memory for what the runtime has to say";
        }

        @Override
        public String call() {
            return "memfd_create() → " + result;
        }
    }

    record LendProgram(Handle result) implements RuntimeStep {
        @Override
        public String title() {
            return "Take the launcher's own program along: in the container it stays as process 1, or becomes the command and tells if it can't";
        }

        @Override
        public String call() {
            return "the sealed memory file " + result;
        }
    }

    record AwaitMade(String runtime) implements RuntimeStep {
        @Override
        public String title() {
            return "The first process exists, made by " + runtime + " in namespaces of its own, and waits; the monitor has adopted it";
        }

        @Override
        public String where() {
            return "launcher";
        }

        @Override
        public String call() {
            return "recv(control) = MADE";
        }
    }
}
