package io.gantry.agent.oci.command;

import io.gantry.agent.execute.StepFailure;
import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.unit.SignalName;
import io.gantry.kernel.syscall.SystemCalls;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** Each verb, from its words to what it prints. */
final class Verbs {
    private final Globals globals;
    private final Containers containers;

    Verbs(Globals globals, SystemCalls calls, Failures failures) {
        this.globals = globals;
        this.containers = new Containers(calls, new StateFolder(globals.root()), failures);
    }

    /** @return the command's exit status */
    int run(Words words) throws IOException, StepFailure {
        if (globals.flag().equals("version")) {
            print(Features.version());
            return 0;
        }
        Optional<String> verb = words.word();
        if (verb.isEmpty() || globals.flag().equals("help")) {
            print(RuncMain.HELP);
            return globals.flag().equals("help") ? 0 : 1;
        }
        switch (verb.get()) {
            case "create" -> containers.create(Creation.read(words));
            case "run" -> {
                return containers.run(Creation.read(words));
            }
            case "plan" -> print(containers.plan(Creation.read(words)).print());
            case "start" -> containers.start(only(words));
            case "state" -> print(containers.state(only(words)) + "\n");
            case "exec" -> {
                return containers.exec(FurtherWords.read(words));
            }
            case "kill" -> kill(words);
            case "pause" -> containers.freeze(only(words), true);
            case "resume" -> containers.freeze(only(words), false);
            case "delete" -> delete(words);
            case "list" -> list(words);
            case "features" -> print(Json.write(Features.all()) + "\n");
            default -> throw new IllegalArgumentException("'" + verb.get() + "' isn't a verb of gantry-runc; see gantry-runc --help");
        }
        return 0;
    }

    private static String only(Words words) {
        Optional<String> option = words.option();
        if (option.isPresent()) {
            throw new IllegalArgumentException("--" + option.get() + " isn't known; see gantry-runc --help");
        }
        String id = words.word("the container's name");
        words.end();
        return id;
    }

    private void kill(Words words) throws IOException {
        boolean all = false;
        for (Optional<String> option = words.option(); option.isPresent(); option = words.option()) {
            if (!option.get().equals("all") && !option.get().equals("a")) {
                throw new IllegalArgumentException("--" + option.get() + " isn't known; see gantry-runc --help");
            }
            all = words.yes();
        }
        String id = words.word("the container's name");
        String signal = words.word().orElse("SIGTERM");
        words.end();
        int number = SignalName.parse(signal).map(SignalName::number).orElseThrow(() -> new IllegalArgumentException("'" + signal + "' is no signal"));
        containers.kill(id, number, all);
    }

    private void delete(Words words) throws IOException {
        boolean force = false;
        for (Optional<String> option = words.option(); option.isPresent(); option = words.option()) {
            if (!option.get().equals("force") && !option.get().equals("f")) {
                throw new IllegalArgumentException("--" + option.get() + " isn't known; see gantry-runc --help");
            }
            force = words.yes();
        }
        String id = words.word("the container's name");
        words.end();
        containers.delete(id, force);
    }

    private void list(Words words) throws IOException {
        boolean quiet = false;
        boolean json = false;
        for (Optional<String> option = words.option(); option.isPresent(); option = words.option()) {
            switch (option.get()) {
                case "quiet", "q" -> quiet = words.yes();
                case "format", "f" -> json = words.value(option.get()).equals("json");
                default -> throw new IllegalArgumentException("--" + option.get() + " isn't known; see gantry-runc --help");
            }
        }
        words.end();
        List<Containers.Shown> all = containers.all();
        if (quiet) {
            all.forEach(each -> print(each.id() + "\n"));
        } else if (json) {
            print(Json.write(all) + "\n");
        } else {
            print("%-32s %-8s %-8s %-40s %s%n".formatted("ID", "PID", "STATUS", "BUNDLE", "CREATED"));
            all.forEach(each -> print("%-32s %-8d %-8s %-40s %s%n".formatted(each.id(), each.pid(), each.status(), each.bundle(), each.created())));
        }
    }

    private static void print(String text) {
        System.out.print(text);
        System.out.flush();
    }
}
