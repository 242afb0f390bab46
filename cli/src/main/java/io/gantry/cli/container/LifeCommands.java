package io.gantry.cli.container;

import io.gantry.cli.ApiCommand;
import io.gantry.cli.client.ApiClient;
import java.io.PrintWriter;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What changes a container's life. Each prints what it was given once that is done. */
public final class LifeCommands {
    private LifeCommands() {}

    private abstract static class OnEach extends ApiCommand {
        @Parameters(arity = "1..*", paramLabel = "CONTAINER", description = "name, id or the beginning of an id")
        private List<String> references;

        @Override
        protected int run(ApiClient api, PrintWriter out) {
            for (String reference : references) {
                change(api, reference);
                out.println(reference);
            }
            return 0;
        }

        abstract void change(ApiClient api, String reference);
    }

    private abstract static class WithGrace extends OnEach {
        @Option(names = {"-t", "--time"}, description = "seconds of grace; the container's own by default")
        private Integer seconds;

        @Option(names = {"-s", "--signal"}, description = "asks for the end, this once; the container's own by default")
        private String signal;

        @Override
        void change(ApiClient api, String reference) {
            List<String> query = new ArrayList<>();
            if (seconds != null) {
                query.add("grace=PT" + seconds + "S");
            }
            if (signal != null) {
                query.add("signal=" + URLEncoder.encode(signal, StandardCharsets.UTF_8));
            }
            api.post(Containers.path(reference) + "/" + verb() + (query.isEmpty() ? "" : "?" + String.join("&", query)), null);
        }

        abstract String verb();
    }

    @Command(name = "start", description = "Runs containers that were made or have ended.")
    public static final class Start extends OnEach {
        @Override
        void change(ApiClient api, String reference) {
            new Containers(api).start(reference);
        }
    }

    @Command(name = "stop", description = "Asks containers to end, and makes them when their grace is over.")
    public static final class Stop extends WithGrace {
        @Override
        String verb() {
            return "stop";
        }
    }

    @Command(name = "restart", description = "Stops containers if they run, and runs them again.")
    public static final class Restart extends WithGrace {
        @Override
        String verb() {
            return "restart";
        }
    }

    @Command(name = "rename", description = "Gives a container another name.")
    public static final class Rename extends ApiCommand {
        @Parameters(index = "0", paramLabel = "CONTAINER", description = "name, id or the beginning of an id")
        private String reference;

        @Parameters(index = "1", paramLabel = "NAME", description = "what it shall be called")
        private String name;

        @Override
        protected int run(ApiClient api, PrintWriter out) {
            api.post(Containers.path(reference) + "/rename?name=" + ApiClient.escape(name), null);
            out.println(name);
            return 0;
        }
    }

    @Command(name = "kill", description = "Sends a signal.")
    public static final class Kill extends OnEach {
        @Option(names = {"-s", "--signal"}, defaultValue = "SIGKILL", description = "${DEFAULT-VALUE} by default")
        private String signal;

        @Override
        void change(ApiClient api, String reference) {
            api.post(Containers.path(reference) + "/kill?signal=" + ApiClient.escape(signal), null);
        }
    }

    @Command(name = "pause", description = "Holds all processes of containers still.")
    public static final class Pause extends OnEach {
        @Override
        void change(ApiClient api, String reference) {
            api.post(Containers.path(reference) + "/pause", null);
        }
    }

    @Command(name = "unpause", description = "Lets paused containers go on.")
    public static final class Unpause extends OnEach {
        @Override
        void change(ApiClient api, String reference) {
            api.post(Containers.path(reference) + "/unpause", null);
        }
    }

    @Command(name = "rm", description = "Removes containers.")
    public static final class Remove extends OnEach {
        @Option(names = {"-f", "--force"}, description = "running ones, too")
        private boolean force;

        @Option(names = {"-v", "--volumes"}, description = "and the volumes that nobody has named")
        private boolean volumes;

        @Override
        void change(ApiClient api, String reference) {
            new Containers(api).remove(reference, force, volumes);
        }
    }

    @Command(name = "wait", description = "Waits until containers have ended; prints their exit codes.")
    public static final class Wait extends ApiCommand {
        @Parameters(arity = "1..*", paramLabel = "CONTAINER")
        private List<String> references;

        @Override
        protected int run(ApiClient api, PrintWriter out) {
            references.forEach(reference -> out.println(new Containers(api).await(reference)));
            return 0;
        }
    }
}
