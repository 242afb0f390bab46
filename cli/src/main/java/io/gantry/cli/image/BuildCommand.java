package io.gantry.cli.image;

import io.gantry.cli.ApiCommand;
import io.gantry.cli.client.ApiClient;
import io.gantry.cli.client.UploadPipe;
import io.gantry.cli.progress.Progress;
import io.gantry.cli.progress.ToldOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Stack;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.IParameterPreprocessor;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "build", description = "Builds an image by a Dockerfile; prints the build's output as it comes.")
public final class BuildCommand extends ApiCommand {
    @Option(names = {"-t", "--tag"}, description = "repository:tag the image gets")
    private List<String> tags = List.of();

    @Option(names = {"-f", "--file"}, defaultValue = "Dockerfile", description = "in the context; ${DEFAULT-VALUE} by default")
    private String dockerfile;

    @Option(names = "--build-arg", description = "NAME=VALUE")
    private List<String> arguments = List.of();

    @Option(names = "--label", description = "NAME=VALUE the image gets")
    private List<String> labels = List.of();

    @Option(names = "--secret", description = "NAME of a secret that steps may mount, ID=NAME if the Dockerfile names it otherwise")
    private List<String> secrets = List.of();

    @Option(names = "--ssh", paramLabel = "ID[=SOCKET]", description = "an ssh agent here that steps may mount, usually default: the one that SSH_AUTH_SOCK names, or that at SOCKET")
    private List<String> agents = List.of();

    @Option(names = "--allow", paramLabel = "RIGHT", description = "network.host: RUN --network=host has the network of its node, if that grants namespace:network")
    private List<String> allowed = List.of();

    @Option(names = "--network", paramLabel = "NETWORK", description = "what steps reach whose RUN says nothing of it: default, none, or host, which allows network.host, too")
    private String network;

    @Option(names = "--add-host", paramLabel = "NAME:ADDRESS", description = "a further line of the steps' /etc/hosts; host-gateway as address is their node")
    private List<String> hosts = List.of();

    @Option(names = "--shm-size", description = "size of the steps' /dev/shm; half of their memory by default")
    private String shm;

    @Option(names = "--pull", description = "ask other registries for base images that are here already, too")
    private boolean pull;

    @Option(names = "--no-cache", description = "run every step again")
    private boolean noCache;

    @Option(names = "--target", description = "the stage to build")
    private String target;

    @Option(names = "--platform", description = "what the image is for, linux/arm64; linux/amd64, which nodes run, by default. Steps of another copy and run nothing")
    private String platform;

    @Option(names = "--cache-from", paramLabel = "IMAGE", converter = CacheOption.Converter.class, description = "take what another build's --cache-to kept there, from the registry that the name says; also type=registry,ref=IMAGE")
    private List<CacheOption> cacheFrom = List.of();

    @Option(names = "--cache-to", paramLabel = "IMAGE", converter = CacheOption.Converter.class, description = "keep the layers of all steps there for builds elsewhere")
    private CacheOption cacheTo;

    @Option(names = "--progress", defaultValue = "AUTO", description = "how it is told: auto in place at a terminal, plain line by line, json as the platform tells it, a line each")
    private Told told;

    @Option(
            names = "--explain", arity = "0..1", paramLabel = "=FILE", preprocessor = AttachedAlone.class,
            description = "build nothing: say what each step would do, and why; with =FILE as if that file of the context were another")
    private List<String> explain = List.of();

    @Parameters(paramLabel = "FOLDER", description = "the build context; or a git repository, https://host/path.git#ref:folder")
    private String context;

    /** How a build is told. */
    enum Told {
        AUTO,
        PLAIN,
        JSON
    }

    /** Without it what follows an option that needs no value would be taken for one. */
    static final class AttachedAlone implements IParameterPreprocessor {
        @Override
        public boolean preprocess(Stack<String> arguments, CommandSpec command, ArgSpec option, Map<String, Object> info) {
            if (!"=".equals(info.get("separator"))) {
                arguments.push("");
            }
            return false;
        }
    }

    @Override
    protected int run(ApiClient api, PrintWriter out) throws IOException {
        UploadPipe.Source files = _ -> {};
        if (!isRepository()) {
            BuildContext folder = new BuildContext(Path.of(context), dockerfile);
            dockerfile = folder.dockerfile();
            files = folder::writeTo;
        }
        try (SshAgents ssh = new SshAgents(api, SshAgents.of(agents, environment()), err())) {
            return run(api, files, ssh, out);
        }
    }

    private int run(ApiClient api, UploadPipe.Source files, SshAgents ssh, PrintWriter out) throws IOException {
        if (told == Told.JSON) {
            return UploadPipe.send(files, tar -> RawLines.copy(asked(api, ssh, tar), out, ssh::hear));
        }
        try (Progress progress = told == Told.PLAIN ? Progress.plain(out) : Progress.of(out, environment())) {
            return UploadPipe.send(
                    to -> {
                        try (OutputStream sent = new ToldOutputStream(to, progress, "sending", 0)) {
                            files.writeTo(sent);
                        }
                    },
                    tar -> new BuildOutput(progress, out, err(), ssh::hear).follow(asked(api, ssh, tar)));
        }
    }

    private boolean isRepository() {
        return context.matches("(?i)(https?|git|ssh)://.*|[\\w.-]+@[\\w.-]+:.*");
    }

    private InputStream asked(ApiClient api, SshAgents ssh, InputStream tar) throws IOException {
        List<String> caches = Stream.concat(cacheFrom.stream(), Stream.ofNullable(cacheTo)).map(CacheOption::image).toList();
        Map<String, String> logins = RegistryLogins.of(environment()).header(caches).map(header -> Map.of("X-Registry-Config", header)).orElse(Map.of());
        return api.stream("POST", "/builds" + query(ssh), tar, "application/x-tar", logins);
    }

    private String query(SshAgents ssh) {
        StringBuilder query = new StringBuilder("?dockerfile=").append(ApiClient.escape(dockerfile));
        tags.forEach(tag -> query.append("&tag=").append(ApiClient.escape(tag)));
        arguments.forEach(argument -> query.append("&buildarg=").append(ApiClient.escape(argument)));
        labels.forEach(label -> query.append("&label=").append(ApiClient.escape(label)));
        secrets.forEach(secret -> query.append("&secret=").append(ApiClient.escape(secret)));
        ssh.ids().forEach(id -> query.append("&ssh=").append(ApiClient.escape(id)));
        allowed.forEach(right -> query.append("&allow=").append(ApiClient.escape(right)));
        hosts.forEach(host -> query.append("&addhost=").append(ApiClient.escape(host)));
        if (network != null) {
            query.append("&network=").append(ApiClient.escape(network));
        }
        if (shm != null) {
            query.append("&shm=").append(ApiClient.escape(shm));
        }
        if (pull) {
            query.append("&pull=true");
        }
        if (noCache) {
            query.append("&nocache=true");
        }
        if (target != null) {
            query.append("&target=").append(ApiClient.escape(target));
        }
        if (platform != null) {
            query.append("&platform=").append(ApiClient.escape(platform));
        }
        if (isRepository()) {
            query.append("&remote=").append(ApiClient.escape(context));
        }
        cacheFrom.forEach(cache -> query.append("&cachefrom=").append(ApiClient.escape(cache.image())));
        if (cacheTo != null) {
            query.append("&cacheto=").append(ApiClient.escape(cacheTo.image()));
        }
        if (!explain.isEmpty()) {
            query.append("&explain=true");
        }
        explain.stream().filter(file -> !file.isEmpty()).forEach(file -> query.append("&changed=").append(ApiClient.escape(file)));
        return query.toString();
    }
}
