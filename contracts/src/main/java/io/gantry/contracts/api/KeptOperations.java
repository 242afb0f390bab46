package io.gantry.contracts.api;

import static io.gantry.contracts.api.Operation.delete;
import static io.gantry.contracts.api.Operation.get;
import static io.gantry.contracts.api.Operation.patch;
import static io.gantry.contracts.api.Operation.post;
import static io.gantry.contracts.api.Operation.put;
import static io.gantry.contracts.api.Parameter.flag;
import static io.gantry.contracts.api.Parameter.text;
import static io.gantry.contracts.api.Parameter.texts;
import static io.gantry.contracts.problem.ProblemType.CONFLICT;
import static io.gantry.contracts.problem.ProblemType.FORBIDDEN;
import static io.gantry.contracts.problem.ProblemType.NAME_IN_USE;
import static io.gantry.contracts.problem.ProblemType.NOT_FOUND;

import io.gantry.contracts.api.Operation.By;
import io.gantry.contracts.view.KeptPatch;
import io.gantry.contracts.view.KeptRequest;
import io.gantry.contracts.view.KeptView;
import io.gantry.contracts.view.VolumeRequest;
import io.gantry.contracts.view.VolumeView;
import java.util.List;
import java.util.stream.Stream;

/** What outlives containers: volumes, secrets and configs. */
final class KeptOperations {
    private static final Parameter LABEL = texts("label", "`key=value`, all of them");

    private KeptOperations() {}

    static List<Operation> all() {
        return Stream.of(volumes(), kept("secrets", "Secret"), kept("configs", "Config")).flatMap(List::stream).toList();
    }

    private static List<Operation> volumes() {
        return List.of(
                get("/volumes", "listVolumes", "Volumes by name")
                        .with(LABEL, text("name", "exactly"), text("node", "name or id"), flag("unused", "only those that no container has, or only the others"), flag("usage", "with what lies in each, asked of the nodes"))
                        .pages(VolumeView.class)
                        .watchable("a volume")
                        .by(By.GATEWAY),
                get("/volumes/{ref}", "getVolume", "One volume, with what lies in it").answers(VolumeView.class).selectable().refuses(NOT_FOUND).by(By.GATEWAY),
                post("/volumes", "createVolume", "Makes a volume; the one that is there, if one has the name")
                        .takes(VolumeRequest.class)
                        .makes(VolumeView.class)
                        .header("Location", "where it is")
                        .refuses(CONFLICT, NOT_FOUND)
                        .by(By.CONTAINER_SERVICE),
                delete("/volumes/{ref}", "removeVolume", "With all that is in it").answersNothing().refuses(NOT_FOUND, CONFLICT).by(By.CONTAINER_SERVICE),
                post("/volumes/prune", "pruneVolumes", "Removes those that no container has; answers with what went")
                        .with(LABEL, flag("all", "also those that somebody has named"))
                        .lists(VolumeView.class)
                        .by(By.CONTAINER_SERVICE),
                get("/volumes/{ref}/archive", "readVolume", "What is in it")
                        .answers(200, "what is in it", new Body.Raw(StreamOperations.TAR, "owners as in containers"))
                        .refuses(NOT_FOUND, CONFLICT)
                        .by(By.GATEWAY),
                put("/volumes/{ref}/archive", "writeVolume", "Unpacks a tar into it; what else is there stays")
                        .takes(StreamOperations.TAR, "plain or gzipped")
                        .answersNothing()
                        .refuses(NOT_FOUND, CONFLICT, FORBIDDEN)
                        .by(By.GATEWAY));
    }

    private static List<Operation> kept(String resource, String kind) {
        return List.of(
                get("/" + resource, "list" + kind + "s", "By name, without contents").with(LABEL, text("name", "exactly")).pages(KeptView.class).by(By.CONTAINER_SERVICE),
                get("/" + resource + "/{ref}", "get" + kind, "One of them; a secret's content is in no answer").answers(KeptView.class).versioned().selectable().refuses(NOT_FOUND).by(By.CONTAINER_SERVICE),
                post("/" + resource, "create" + kind, "Keeps a file for containers").takes(KeptRequest.class).makes(KeptView.class).versioned().refuses(NAME_IN_USE).by(By.CONTAINER_SERVICE),
                post("/" + resource + "/{ref}/rotate", "rotate" + kind, "Gives it another content, which containers that run get soon after")
                        .takes(KeptRequest.class)
                        .answers(KeptView.class)
                        .versioned()
                        .conditional()
                        .refuses(NOT_FOUND)
                        .by(By.CONTAINER_SERVICE),
                patch("/" + resource + "/{ref}", "label" + kind, "Gives it other labels; a content that is said must be what it has")
                        .takes(KeptPatch.class)
                        .answers(KeptView.class)
                        .versioned()
                        .conditional()
                        .refuses(NOT_FOUND, CONFLICT)
                        .by(By.CONTAINER_SERVICE),
                delete("/" + resource + "/{ref}", "remove" + kind, "Refused while a container has it").answersNothing().conditional().refuses(NOT_FOUND, CONFLICT).by(By.CONTAINER_SERVICE));
    }
}
