package io.gantry.cli.deployment;

import io.gantry.cli.ApiCommand;
import io.gantry.cli.client.ApiClient;
import io.gantry.cli.container.SpecOptions;
import io.gantry.contracts.spec.DeploymentSpec;
import io.gantry.contracts.spec.Job;
import io.gantry.contracts.spec.SpreadKey;
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

    @Option(names = "--job", description = "runs until it has ended with 0 as often as --completions says, or with --global once on each node")
    private boolean job;

    @Option(names = "--completions", paramLabel = "NUMBER", description = "of a job; 1 by default")
    private Integer completions;

    @Option(names = "--max-concurrent", paramLabel = "NUMBER", description = "of a job, how many run at a time; all by default")
    private Integer maxConcurrent;

    @Option(names = "--attempts", paramLabel = "NUMBER", description = "of a job, how often each is tried until it ends with 0; 3 by default, 0 for as often as it takes")
    private Integer attempts;

    @Option(names = "--deployment-label", paramLabel = "KEY=VALUE", description = "a label of the deployment itself; as before if none is given")
    private Map<String, String> labels;

    @Option(names = "--spread", paramLabel = "node.labels.LABEL", description = "replicas are evenly spread over the values that nodes have of that label, and within one over those of the next --spread")
    private List<String> spread = List.of();

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
        DeploymentSpec.Mode mode = job || global ? said() : before.map(one -> one.spec().mode()).orElse(DeploymentSpec.Mode.REPLICATED);
        int asBefore = mode == DeploymentSpec.Mode.REPLICATED ? before.map(one -> one.spec().replicas()).orElse(1) : 0;
        DeploymentSpec spec =
                new DeploymentSpec(
                        replicas == null ? asBefore : replicas,
                        options.spec(environment(), image, command, false, false),
                        new DeploymentSpec.Rollout(maxSurge, maxUnavailable, null, null),
                        labels == null ? before.map(one -> one.spec().labels()).orElse(null) : labels,
                        mode,
                        job(before.map(DeploymentView::spec), mode),
                        spread.stream().map(SpreadKey::parse).toList());
        DeploymentView made =
                before.isPresent()
                        ? api.put("/deployments/" + ApiClient.escape(name), spec, DeploymentView.class)
                        : api.post("/deployments", new DeploymentRequest(name, spec), DeploymentView.class);
        warn(made.warnings());
        out.println(made.name() + " revision " + made.revision());
        out.flush();
        return waiting.until(api, made.name(), err());
    }

    private DeploymentSpec.Mode said() {
        return job ? global ? DeploymentSpec.Mode.GLOBAL_JOB : DeploymentSpec.Mode.JOB : DeploymentSpec.Mode.GLOBAL;
    }

    /** What isn't said is as before; {@code null} where nothing of a job is. */
    private Job job(Optional<DeploymentSpec> before, DeploymentSpec.Mode mode) {
        Optional<Job> was = before.map(DeploymentSpec::job);
        boolean anySaid = completions != null || maxConcurrent != null || attempts != null;
        if (!anySaid && !mode.isJob()) {
            return null;
        }
        return new Job(
                completions != null ? completions : was.map(Job::completions).orElse(null),
                maxConcurrent != null ? maxConcurrent : was.map(Job::maxConcurrent).orElse(null),
                attempts != null ? attempts : was.map(Job::attempts).orElse(null));
    }
}
