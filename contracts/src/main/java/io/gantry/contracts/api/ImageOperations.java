package io.gantry.contracts.api;

import static io.gantry.contracts.api.Operation.delete;
import static io.gantry.contracts.api.Operation.get;
import static io.gantry.contracts.api.Operation.post;
import static io.gantry.contracts.api.Parameter.flag;
import static io.gantry.contracts.api.Parameter.moment;
import static io.gantry.contracts.api.Parameter.states;
import static io.gantry.contracts.api.Parameter.text;
import static io.gantry.contracts.api.Parameter.texts;
import static io.gantry.contracts.problem.ProblemType.AMBIGUOUS;
import static io.gantry.contracts.problem.ProblemType.CONFLICT;
import static io.gantry.contracts.problem.ProblemType.IMAGE_NOT_FOUND;
import static io.gantry.contracts.problem.ProblemType.INVALID_FIELD;
import static io.gantry.contracts.problem.ProblemType.NOT_FOUND;

import io.gantry.contracts.api.Operation.By;
import io.gantry.contracts.unit.Digest;
import io.gantry.contracts.view.ArchiveLine;
import io.gantry.contracts.view.BuildLine;
import io.gantry.contracts.view.BuildView;
import io.gantry.contracts.view.ImageView;
import io.gantry.contracts.view.RegistryLogin;
import io.gantry.contracts.view.RemoteImageView;
import io.gantry.contracts.view.TagRequest;
import io.gantry.contracts.view.TransferLine;
import io.gantry.contracts.view.TransferRequest;
import java.util.List;

/** Images and how they are made. */
final class ImageOperations {
    private ImageOperations() {}

    static List<Operation> all() {
        return List.of(
                get("/images", "listImages", "Images, the newest first; in pages by their ids")
                        .with(text("repository", "that a tag of it is in"))
                        .pages(ImageView.class).by(By.IMAGE_SERVICE),
                get("/images/{reference}", "getImage", "By reference, digest or id; slashes stand as they are").answers(ImageView.class).selectable().refuses(IMAGE_NOT_FOUND, AMBIGUOUS, INVALID_FIELD).by(By.IMAGE_SERVICE),
                delete("/images/{reference}", "removeImage", "A tag, or by digest the image with its tags").answersNothing().refuses(IMAGE_NOT_FOUND, AMBIGUOUS, CONFLICT, INVALID_FIELD).by(By.IMAGE_SERVICE),
                post("/tags", "createTag", "A further name for an image").takes(TagRequest.class).makes(ImageView.class).refuses(IMAGE_NOT_FOUND, AMBIGUOUS).by(By.IMAGE_SERVICE),
                post("/builds", "build", "Builds an image; the answer tells how it goes, one object a line")
                        .with(
                                texts("tag", "what it shall be called"), text("dockerfile", "its path in the context, `Dockerfile` unless said"), text("target", "the stage to end with"),
                                flag("nocache", "take nothing from before"), flag("pull", "look whether images it begins with are newer at their registry"), texts("buildarg", "`name=value`"),
                                texts("label", "`key=value`"))
                        .takes(StreamOperations.TAR, "the context, plain or gzipped")
                        .unkeyed()
                        .answers(200, "how it goes; the last line has `image` or `error`", new Body.Lines(BuildLine.class))
                        .refuses(INVALID_FIELD)
                        .by(By.IMAGE_SERVICE),
                post("/builds/prune", "pruneBuilds", "Forgets what builds keep for the next ones; answers with its keys")
                        .with(moment("before", "what was kept until then; all unless said"))
                        .lists(Digest.class)
                        .by(By.IMAGE_SERVICE),
                get("/archives", "saveImages", "A Docker archive and an OCI layout in one")
                        .with(texts("name", "of an image, again for each").must())
                        .answers(200, "a tar", new Body.Raw(StreamOperations.TAR, "of all layers"))
                        .refuses(IMAGE_NOT_FOUND, AMBIGUOUS)
                        .by(By.IMAGE_SERVICE),
                post("/archives", "loadImages", "Takes such a tar, of either form; the answer tells how it goes, one object a line")
                        .takes(StreamOperations.TAR, "plain or packed")
                        .unkeyed()
                        .answers(200, "for each image a line with `image`, or at last `error`", new Body.Lines(ArchiveLine.class))
                        .by(By.IMAGE_SERVICE),
                post("/imports", "importImage", "Makes an image of a file system")
                        .with(text("tag", "what it shall be called"), texts("change", "an instruction of a Dockerfile"), text("message", "why"))
                        .takes(StreamOperations.TAR, "plain or packed")
                        .unkeyed()
                        .answers(200, "the last line has `image` or `error`", new Body.Lines(ArchiveLine.class))
                        .by(By.IMAGE_SERVICE),
                post("/pulls", "pullImage", "Fetches an image from another registry; the answer tells how it goes, one object a line")
                        .takes(TransferRequest.class)
                        .unkeyed()
                        .answers(200, "the last line has `image` or `error`", new Body.Lines(TransferLine.class))
                        .by(By.IMAGE_SERVICE),
                post("/pushes", "pushImage", "Sends an image to another registry; the answer tells how it goes, one object a line")
                        .takes(TransferRequest.class)
                        .unkeyed()
                        .answers(200, "the last line has `pushed` or `error`", new Body.Lines(TransferLine.class))
                        .by(By.IMAGE_SERVICE),
                post("/registries/login", "tryRegistryLogin", "Whether a registry takes these credentials; nothing is kept")
                        .takes(RegistryLogin.class)
                        .unkeyed()
                        .answersNothing()
                        .refuses(CONFLICT)
                        .by(By.IMAGE_SERVICE),
                post("/registries/look", "lookAtRegistry", "What a name means at another registry")
                        .takes(TransferRequest.class)
                        .unkeyed()
                        .answers(RemoteImageView.class)
                        .refuses(IMAGE_NOT_FOUND, CONFLICT)
                        .by(By.IMAGE_SERVICE),
                get("/builds", "listBuilds", "The newest first, 200 of them unless a page is asked for").with(states("status", "any of them", BuildView.Status.class)).pages(BuildView.class).by(By.IMAGE_SERVICE),
                get("/builds/{id}", "getBuild", "One build").answers(BuildView.class).selectable().refuses(NOT_FOUND).by(By.IMAGE_SERVICE));
    }
}
