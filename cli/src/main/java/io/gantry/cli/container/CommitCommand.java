package io.gantry.cli.container;

import io.gantry.cli.ApiCommand;
import io.gantry.cli.client.ApiClient;
import io.gantry.contracts.unit.ImageRef;
import io.gantry.contracts.view.CommitRequest;
import io.gantry.contracts.view.CommitView;
import java.io.PrintWriter;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code gantry commit}. */
@Command(name = "commit", description = "Makes an image of what a container has changed; prints its id.")
public final class CommitCommand extends ApiCommand {
    @Option(names = {"-c", "--change"}, description = "a Dockerfile's instruction for how it runs: 'CMD [\"serve\"]'")
    private List<String> changes = List.of();

    @Option(names = {"-m", "--message"}, description = "why")
    private String message;

    @Option(names = {"-a", "--author"}, description = "who")
    private String author;

    @Parameters(index = "0", paramLabel = "CONTAINER")
    private String reference;

    @Parameters(index = "1..*", arity = "1..*", paramLabel = "IMAGE", description = "what it shall be called: shop/web:2")
    private List<String> tags;

    @Override
    protected int run(ApiClient api, PrintWriter out) {
        CommitRequest request = new CommitRequest(tags.stream().map(ImageRef::parse).toList(), changes, message, author);
        out.println(api.post(Containers.path(reference) + "/commit", request, CommitView.class).image());
        return 0;
    }
}
