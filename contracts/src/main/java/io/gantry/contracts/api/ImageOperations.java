package io.gantry.contracts.api;

import static io.gantry.contracts.api.Operation.delete;
import static io.gantry.contracts.api.Operation.get;
import static io.gantry.contracts.api.Operation.post;
import static io.gantry.contracts.api.Parameter.flag;
import static io.gantry.contracts.api.Parameter.states;
import static io.gantry.contracts.api.Parameter.text;
import static io.gantry.contracts.api.Parameter.texts;
import static io.gantry.contracts.problem.ProblemType.AMBIGUOUS;
import static io.gantry.contracts.problem.ProblemType.CONFLICT;
import static io.gantry.contracts.problem.ProblemType.IMAGE_NOT_FOUND;
import static io.gantry.contracts.problem.ProblemType.INVALID_FIELD;
import static io.gantry.contracts.problem.ProblemType.NOT_FOUND;

import io.gantry.contracts.api.Operation.By;
import io.gantry.contracts.view.BuildLine;
import io.gantry.contracts.view.BuildView;
import io.gantry.contracts.view.ImageView;
import io.gantry.contracts.view.TagRequest;
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
                                flag("nocache", "take nothing from before"), texts("buildarg", "`name=value`"))
                        .takes(StreamOperations.TAR, "the context, plain or gzipped")
                        .unkeyed()
                        .answers(200, "how it goes; the last line has `image` or `error`", new Body.Lines(BuildLine.class))
                        .refuses(INVALID_FIELD)
                        .by(By.IMAGE_SERVICE),
                get("/builds", "listBuilds", "The newest first, 200 of them unless a page is asked for").with(states("status", "any of them", BuildView.Status.class)).pages(BuildView.class).by(By.IMAGE_SERVICE),
                get("/builds/{id}", "getBuild", "One build").answers(BuildView.class).selectable().refuses(NOT_FOUND).by(By.IMAGE_SERVICE));
    }
}
