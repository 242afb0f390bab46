package io.gantry.cli.kept;

import io.gantry.cli.ApiCommand;
import io.gantry.cli.InspectCommand;
import io.gantry.cli.ListCommand;
import io.gantry.cli.RemoveCommand;
import io.gantry.cli.client.ApiClient;
import io.gantry.cli.output.Listing;
import io.gantry.contracts.view.KeptView;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** What secrets and configs have in common; without another word they are listed. */
@Command(subcommands = {KeptCommands.List.class, KeptCommands.Create.class, KeptCommands.Inspect.class, KeptCommands.Rotate.class, KeptCommands.Remove.class})
abstract class KeptCommands extends ListCommand<KeptView> {
    private final Kept kept;

    KeptCommands(Kept kept) {
        this.kept = kept;
    }

    @Override
    protected Listing<KeptView> listing() {
        return kept.listing();
    }

    @Command(name = "ls", aliases = "list", description = "Lists them, with the containers that have them.")
    static final class List extends ListCommand<KeptView> {
        @ParentCommand private KeptCommands parent;

        @Override
        protected Listing<KeptView> listing() {
            return parent.kept.listing();
        }
    }

    /** Which one, and where its content is. */
    static final class Content {
        @Parameters(index = "0", paramLabel = "NAME")
        private String name;

        @Parameters(index = "1", arity = "0..1", paramLabel = "FILE", defaultValue = "-", description = "- is standard input, which it is by default")
        private String file;
    }

    @Command(name = "create", description = "Makes one of a file or of standard input; prints its name.")
    static final class Create extends ApiCommand {
        @ParentCommand private KeptCommands parent;

        @Option(names = {"-l", "--label"}, description = "NAME=VALUE")
        private Map<String, String> labels = new LinkedHashMap<>();

        @Mixin private Content content;

        @Override
        protected int run(ApiClient api, PrintWriter out) throws IOException {
            return parent.kept.create(api, out, content.name, labels, content.file);
        }
    }

    @Command(name = "inspect", description = "Shows all that is told of some; of a secret never what it holds.")
    static final class Inspect extends InspectCommand {
        @ParentCommand private KeptCommands parent;

        @Override
        protected String path(String name) {
            return parent.kept.path(name);
        }
    }

    @Command(name = "rotate", aliases = "update", description = "Gives one another content, which containers that run have at once; prints its version.")
    static final class Rotate extends ApiCommand {
        @ParentCommand private KeptCommands parent;

        @Option(names = "--roll-out", paramLabel = "DEPLOYMENT", description = "give it a new revision, whose replicas begin with the new content; any number")
        private java.util.List<String> deployments = java.util.List.of();

        @Mixin private Content content;

        @Override
        protected int run(ApiClient api, PrintWriter out) throws IOException {
            return parent.kept.rotate(api, out, content.name, content.file, deployments);
        }
    }

    @Command(name = "rm", aliases = "remove", description = "Removes some that no container has.")
    static final class Remove extends RemoveCommand {
        @ParentCommand private KeptCommands parent;

        @Override
        protected String path(String name) {
            return parent.kept.path(name);
        }
    }
}
