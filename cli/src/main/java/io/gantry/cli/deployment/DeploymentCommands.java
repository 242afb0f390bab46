package io.gantry.cli.deployment;

import io.gantry.cli.ApiCommand;
import io.gantry.cli.InspectCommand;
import io.gantry.cli.ListCommand;
import io.gantry.cli.client.ApiClient;
import io.gantry.cli.container.PublishedPort;
import io.gantry.cli.output.Ago;
import io.gantry.cli.output.Listing;
import io.gantry.cli.output.Table;
import io.gantry.cli.output.Tint;
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
            description = "Deployments: lists them, or ls, inspect, rm.",
            subcommands = {Ls.class, Inspect.class, Remove.class})
    public static final class Deployments extends ListCommand<DeploymentView> {
        private static final Listing<DeploymentView> DEPLOYMENTS = new Listing<>(
                "/deployments",
                DeploymentView.class,
                DeploymentView::name,
                List.of("NAME", "IMAGE", "READY", "REVISION", "STATUS", "PORTS", "AGE"),
                (d, now) -> new Object[] {
                    d.name(), d.spec().template().image(), ready(d), d.revision(), status(d), ports(d), Ago.since(d.createdAt(), now)
                });

        @Override
        protected Listing<DeploymentView> listing() {
            return DEPLOYMENTS;
        }

        /** Of a job what has ended well. */
        private static String ready(DeploymentView deployment) {
            return deployment.spec().mode().isJob() ? deployment.completed().size() + "/" + deployment.wanted() + " done" : deployment.ready() + "/" + deployment.wanted();
        }

        private static Tint status(DeploymentView deployment) {
            String word = deployment.status().name().toLowerCase(Locale.ROOT);
            return switch (deployment.status()) {
                case STEADY, COMPLETE -> Tint.good(word);
                case ROLLING, RUNNING -> Tint.uneasy(word);
                case FAILED -> Tint.bad(word);
            };
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

    @Command(name = "ls", description = "Lists them.")
    static final class Ls extends ListCommand<DeploymentView> {
        @Override
        protected Listing<DeploymentView> listing() {
            return Deployments.DEPLOYMENTS;
        }
    }

    @Command(name = "inspect", description = "Shows all about some.")
    static final class Inspect extends InspectCommand {
        @Override
        protected String path(String name) {
            return DeploymentCommands.path(name);
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

        @Mixin private Waiting waiting;

        @Override
        protected int run(ApiClient api, PrintWriter out) {
            api.post(path(name) + "/scale?replicas=" + replicas, null);
            return waiting.until(api, name, err());
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
        @Mixin private Waiting waiting;

        @Parameters(paramLabel = "NAME")
        private String name;

        @Override
        protected int run(ApiClient api, PrintWriter out) {
            int waited = waiting.until(api, name, err());
            DeploymentView view = api.get(path(name), DeploymentView.class);
            warn(view.warnings());
            out.printf(
                    "%s: %s, revision %d, %s%s%n%n",
                    view.name(), view.status().name().toLowerCase(Locale.ROOT), view.revision(), Waiting.count(view),
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
            return view.status() == DeploymentView.Status.FAILED ? Waiting.FAILED : waited;
        }
    }

    @Command(name = "back", description = "Rolls back to the revision before, or to the one given.")
    static final class Back extends ApiCommand {
        @Option(names = "--to", paramLabel = "REVISION", description = "as rollout status lists them")
        private Integer revision;

        @Mixin private Waiting waiting;

        @Parameters(paramLabel = "NAME")
        private String name;

        @Override
        protected int run(ApiClient api, PrintWriter out) {
            api.post(path(name) + "/rollback" + (revision == null ? "" : "?revision=" + revision), null);
            return waiting.until(api, name, err());
        }
    }
}
