package io.gantry.cli.image;

import io.gantry.cli.ApiCommand;
import io.gantry.cli.client.ApiClient;
import io.gantry.cli.client.UploadPipe;
import io.gantry.cli.progress.Progress;
import io.gantry.cli.progress.ToldOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Command;
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

    @Option(names = "--pull", description = "ask other registries for base images that are here already, too")
    private boolean pull;

    @Option(names = "--no-cache", description = "run every step again")
    private boolean noCache;

    @Option(names = "--target", description = "the stage to build")
    private String target;

    @Parameters(paramLabel = "FOLDER", description = "the build context")
    private Path folder;

    @Override
    protected int run(ApiClient api, PrintWriter out) throws IOException {
        BuildContext context = new BuildContext(folder, dockerfile);
        try (Progress progress = Progress.of(out, environment())) {
            return UploadPipe.send(
                    to -> {
                        try (OutputStream told = new ToldOutputStream(to, progress, "sending", 0)) {
                            context.writeTo(told);
                        }
                    },
                    tar -> new BuildOutput(progress, out, err()).follow(api.stream("POST", "/builds" + query(), tar, "application/x-tar")));
        }
    }

    private String query() {
        StringBuilder query = new StringBuilder("?dockerfile=").append(ApiClient.escape(dockerfile));
        tags.forEach(tag -> query.append("&tag=").append(ApiClient.escape(tag)));
        arguments.forEach(argument -> query.append("&buildarg=").append(ApiClient.escape(argument)));
        labels.forEach(label -> query.append("&label=").append(ApiClient.escape(label)));
        secrets.forEach(secret -> query.append("&secret=").append(ApiClient.escape(secret)));
        if (pull) {
            query.append("&pull=true");
        }
        if (noCache) {
            query.append("&nocache=true");
        }
        if (target != null) {
            query.append("&target=").append(ApiClient.escape(target));
        }
        return query.toString();
    }
}
