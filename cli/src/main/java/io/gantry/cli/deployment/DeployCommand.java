package io.gantry.cli.deployment;

import io.gantry.cli.ApiCommand;
import io.gantry.cli.client.ApiClient;
import io.gantry.cli.container.SpecOptions;
import io.gantry.contracts.spec.DeploymentSpec;
import io.gantry.contracts.view.DeploymentRequest;
import io.gantry.contracts.view.DeploymentView;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Stack;
import picocli.CommandLine.Command;
import picocli.CommandLine.IParameterConsumer;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "deploy",
        description = "Makes a deployment, or gives one that exists a new revision: all but the number of replicas, and the mode and labels of its own, is as said here.",
        sortOptions = false)
public final class DeployCommand extends ApiCommand {
    @Option(names = "--replicas", description = "how many; as many as before, 1 for a new one")
    private Integer replicas;

    @Option(names = "--global", description = "one replica on each node that --constraint leaves, also on those that come later")
    private boolean global;

    @Option(names = "--deployment-label", paramLabel = "KEY=VALUE", description = "a label of the deployment itself; as before if none is given")
    private Map<String, String> labels;

    @Option(names = "--max-surge", description = "above that number during a rollout; 1 by default")
    private Integer maxSurge;

    @Option(names = "--max-unavailable", description = "below that number during a rollout; 0 by default")
    private Integer maxUnavailable;

    @Mixin private Waiting waiting;

    @Mixin private SpecOptions options;

    @Parameters(index = "0", paramLabel = "NAME")
    private String name;

    @Parameters(index = "1", paramLabel = "IMAGE")
    private String image;

    @Parameters(index = "2..*", paramLabel = "COMMAND", description = "runs in it; from its first word on nothing is an option of this command", parameterConsumer = Rest.class)
    private List<String> command;

    /** All that follows, whether it looks like an option or not. */
    static final class Rest implements IParameterConsumer {
        @Override
        public void consumeParameters(Stack<String> left, ArgSpec parameter, CommandSpec command) {
            List<String> rest = new ArrayList<>();
            while (!left.isEmpty()) {
                rest.add(left.pop());
            }
            parameter.setValue(rest);
        }
    }

    @Override
    protected int run(ApiClient api, PrintWriter out) {
        Optional<DeploymentView> before =
                api.list("/deployments", DeploymentView.class).stream().filter(other -> other.name().equals(name)).findFirst();
        boolean isGlobal = global || before.filter(one -> one.spec().mode() == DeploymentSpec.Mode.GLOBAL).isPresent();
        int asBefore = isGlobal ? 0 : before.map(one -> one.spec().replicas()).orElse(1);
        DeploymentSpec spec =
                new DeploymentSpec(
                        replicas == null ? asBefore : replicas,
                        options.spec(environment(), image, command, false, false),
                        new DeploymentSpec.Rollout(maxSurge, maxUnavailable, null, null),
                        labels == null ? before.map(one -> one.spec().labels()).orElse(null) : labels,
                        isGlobal ? DeploymentSpec.Mode.GLOBAL : DeploymentSpec.Mode.REPLICATED);
        DeploymentView made =
                before.isPresent()
                        ? api.put("/deployments/" + ApiClient.escape(name), spec, DeploymentView.class)
                        : api.post("/deployments", new DeploymentRequest(name, spec), DeploymentView.class);
        warn(made.warnings());
        out.println(made.name() + " revision " + made.revision());
        out.flush();
        return waiting.until(api, made.name(), err());
    }
}
