package io.gantry.cli.deployment;

import com.fasterxml.jackson.databind.JsonNode;
import io.gantry.cli.ApiCommand;
import io.gantry.cli.client.ApiClient;
import io.gantry.cli.container.PublishedPort;
import io.gantry.cli.output.Ago;
import io.gantry.cli.output.Output;
import io.gantry.cli.output.Table;
import io.gantry.contracts.spec.PortPublish;
import io.gantry.contracts.view.DeploymentView;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** What shows and changes deployments. */
public final class DeploymentCommands {
    private DeploymentCommands() {}

    private static String path(String name) {
        return "/deployments/" + ApiClient.escape(name);
    }

    @Command(
            name = "deployments",
            aliases = "deployment",
            description = "Deployments: lists them, or inspect, rm.",
            subcommands = {Inspect.class, Remove.class})
    public static final class Deployments extends ApiCommand {
        @Mixin private Output output;

        @Override
        protected int run(ApiClient api, PrintWriter out) {
            Instant now = Instant.now();
            output.list(
                    out,
                    api.list("/deployments", DeploymentView.class),
                    DeploymentView::name,
                    new Table("NAME", "IMAGE", "READY", "REVISION", "STATUS", "PORTS", "AGE"),
                    d -> new Object[] {
                        d.name(), d.spec().template().image(), d.ready() + "/" + d.spec().replicas(), d.revision(),
                        d.status().name().toLowerCase(Locale.ROOT), ports(d), Ago.since(d.createdAt(), now)
                    });
            return 0;
        }

        /** A port that some node leaves to another program is said with the node; {@code inspect} says why. */
        private static String ports(DeploymentView deployment) {
            return deployment.spec().template().ports().stream()
                    .map(port -> PublishedPort.show(List.of(port)) + notOn(deployment, port))
                    .collect(Collectors.joining(", "));
        }

        private static String notOn(DeploymentView deployment, PortPublish port) {
            String nodes = deployment.withheldPorts().stream()
                    .filter(withheld -> withheld.port().equals(port))
                    .map(DeploymentView.WithheldPort::node)
                    .collect(Collectors.joining(", "));
            return nodes.isEmpty() ? "" : " (not on " + nodes + ")";
        }
    }

    @Command(name = "inspect", description = "Shows all about one, as JSON.")
    static final class Inspect extends ApiCommand {
        @Parameters(paramLabel = "NAME")
        private String name;

        @Override
        protected int run(ApiClient api, PrintWriter out) {
            Output.json(out, api.get(path(name), JsonNode.class));
            return 0;
        }
    }

    @Command(name = "rm", description = "Removes one and its replicas.")
    static final class Remove extends ApiCommand {
        @Parameters(paramLabel = "NAME")
        private String name;

        @Override
        protected int run(ApiClient api, PrintWriter out) {
            api.delete(path(name));
            out.println(name);
            return 0;
        }
    }

    @Command(name = "scale", description = "Changes how many replicas there are.")
    public static final class Scale extends ApiCommand {
        @Parameters(index = "0", paramLabel = "NAME")
        private String name;

        @Parameters(index = "1", paramLabel = "REPLICAS")
        private int replicas;

        @Override
        protected int run(ApiClient api, PrintWriter out) {
            api.post(path(name) + "/scale?replicas=" + replicas, null);
            return 0;
        }
    }

    @Command(
            name = "rollout",
            description = "Rollouts of a deployment: status, back.",
            subcommands = {Status.class, Back.class})
    public static final class Rollout implements Runnable {
        @Spec private CommandSpec spec;

        @Option(
                names = "--help",
                usageHelp = true,
                description = "Shows this.")
        private boolean help;

        @Override
        public void run() {
            throw new ParameterException(spec.commandLine(), "rollout needs status or back");
        }
    }

    @Command(name = "status", description = "Shows its replicas and revisions; ends with 1 if the latest rollout failed.")
    static final class Status extends ApiCommand {
        @Parameters(paramLabel = "NAME")
        private String name;

        @Override
        protected int run(ApiClient api, PrintWriter out) {
            DeploymentView view = api.get(path(name), DeploymentView.class);
            out.printf(
                    "%s: %s, revision %d, %d of %d ready%s%n%n",
                    view.name(), view.status().name().toLowerCase(Locale.ROOT), view.revision(), view.ready(), view.spec().replicas(),
                    view.detail() == null || view.detail().isEmpty() ? "" : "\n" + view.detail());
            Table replicas = new Table("SLOT", "REVISION", "CONTAINER", "NODE", "STATE", "READY");
            view.replicas().forEach(r -> replicas.row(
                    r.slot(), r.revision(), r.container() == null ? null : r.container().value().substring(0, 12), r.node(),
                    r.state() == null ? null : r.state().toLowerCase(Locale.ROOT), r.ready() ? "yes" : "no"));
            out.println(replicas);
            Table revisions = new Table("REVISION", "IMAGE", "WHY", "AGE");
            Instant now = Instant.now();
            api.list(path(name) + "/revisions", DeploymentView.Revision.class)
                    .forEach(r -> revisions.row(r.revision(), r.spec().template().image(), r.reason(), Ago.since(r.createdAt(), now)));
            out.print(revisions);
            return view.status() == DeploymentView.Status.FAILED ? 1 : 0;
        }
    }

    @Command(name = "back", description = "Rolls back to the revision before, or to the one given.")
    static final class Back extends ApiCommand {
        @Option(names = "--to", paramLabel = "REVISION", description = "as rollout status lists them")
        private Integer revision;

        @Parameters(paramLabel = "NAME")
        private String name;

        @Override
        protected int run(ApiClient api, PrintWriter out) {
            api.post(path(name) + "/rollback" + (revision == null ? "" : "?revision=" + revision), null);
            return 0;
        }
    }
}
