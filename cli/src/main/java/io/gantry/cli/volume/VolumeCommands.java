package io.gantry.cli.volume;

import com.fasterxml.jackson.databind.JsonNode;
import io.gantry.cli.ApiCommand;
import io.gantry.cli.InspectCommand;
import io.gantry.cli.ListCommand;
import io.gantry.cli.RemoveCommand;
import io.gantry.cli.client.ApiClient;
import io.gantry.cli.output.Ago;
import io.gantry.cli.output.Listing;
import io.gantry.contracts.unit.Bytes;
import io.gantry.contracts.view.VolumeRequest;
import io.gantry.contracts.view.VolumeView;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code gantry volumes} alone lists them. */
@Command(
        name = "volumes",
        aliases = "volume",
        description = "Volumes: lists them, or ls, create, inspect, rm, prune, backup, restore, clone.",
        subcommands = {
            VolumeCommands.List.class, VolumeCommands.Create.class, VolumeCommands.Inspect.class, VolumeCommands.Remove.class, VolumeCommands.Prune.class,
            VolumeCopies.Backup.class, VolumeCopies.Restore.class, VolumeCopies.Clone.class
        })
public final class VolumeCommands extends ListCommand<VolumeView> {
    private static final Listing<VolumeView> VOLUMES = new Listing<>(
            "/volumes?usage=true",
            VolumeView.class,
            VolumeView::name,
            java.util.List.of("NAME", "NODE", "USED BY", "SIZE", "CREATED"),
            (volume, now) -> new Object[] {
                volume.name(), volume.node() == null ? "-" : volume.node().name(), volume.usedBy().isEmpty() ? "-" : String.join(", ", volume.usedBy()),
                (volume.used() == null ? "?" : volume.used()) + (volume.size() == null ? "" : " of " + volume.size()), Ago.since(volume.createdAt(), now)
            });

    @Override
    protected Listing<VolumeView> listing() {
        return VOLUMES;
    }

    @Command(name = "ls", description = "Lists them, with what lies in each.")
    static final class List extends ListCommand<VolumeView> {
        @Override
        protected Listing<VolumeView> listing() {
            return VOLUMES;
        }
    }

    @Command(name = "create", description = "Makes one, if there is none of that name; prints its name.")
    static final class Create extends ApiCommand {
        @Option(names = {"-l", "--label"}, description = "NAME=VALUE")
        private Map<String, String> labels = new LinkedHashMap<>();

        @Option(names = "--node", description = "where it shall be; where its first container is placed if not given")
        private String node;

        @Option(names = "--size", description = "at most this much can lie in it: 100m, 2g; no limit if not given")
        private String size;

        @Parameters(arity = "0..1", paramLabel = "NAME")
        private String name;

        @Override
        protected int run(ApiClient api, PrintWriter out) {
            out.println(api.post("/volumes", new VolumeRequest(name, labels, node, size == null ? null : Bytes.parse(size)), VolumeView.class).name());
            return 0;
        }
    }

    @Command(name = "inspect", description = "Shows all that is known of some.")
    static final class Inspect extends InspectCommand {
        @Override
        protected String path(String name) {
            return "/volumes/" + ApiClient.escape(name);
        }
    }

    @Command(name = "rm", description = "Removes some that no container has, with all that is in them.")
    static final class Remove extends RemoveCommand {
        @Override
        protected String path(String name) {
            return "/volumes/" + ApiClient.escape(name);
        }
    }

    @Command(name = "prune", description = "Removes all that no container has and nobody has named; prints their names.")
    static final class Prune extends ApiCommand {
        @Option(names = {"-a", "--all"}, description = "those with a name, too")
        private boolean all;

        @Override
        protected int run(ApiClient api, PrintWriter out) {
            JsonNode gone = api.post("/volumes/prune?all=" + all, null, JsonNode.class);
            gone.path("items").forEach(volume -> out.println(volume.path("name").asText()));
            return 0;
        }
    }
}
