package io.gantry.cli.image;

import io.gantry.cli.ApiCommand;
import io.gantry.cli.client.ApiClient;
import io.gantry.cli.client.UploadPipe;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
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
        return UploadPipe.send(context::writeTo, tar -> follow(api, tar, new BuildOutput(out, err())));
    }

    private int follow(ApiClient api, InputStream tar, BuildOutput output) throws IOException {
        InputStream answer = api.stream("POST", "/builds" + query(), BodyPublishers.ofInputStream(() -> tar), "application/x-tar");
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(answer, StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                output.line(line);
            }
        }
        return output.end();
    }

    private String query() {
        StringBuilder query = new StringBuilder("?dockerfile=").append(ApiClient.escape(dockerfile));
        tags.forEach(tag -> query.append("&tag=").append(ApiClient.escape(tag)));
        arguments.forEach(argument -> query.append("&buildarg=").append(ApiClient.escape(argument)));
        labels.forEach(label -> query.append("&label=").append(ApiClient.escape(label)));
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
