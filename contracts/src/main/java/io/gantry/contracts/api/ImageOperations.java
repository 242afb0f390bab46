package io.gantry.contracts.api;

import static io.gantry.contracts.api.Operation.delete;
import static io.gantry.contracts.api.Operation.get;
import static io.gantry.contracts.api.Operation.post;
import static io.gantry.contracts.api.Operation.put;
import static io.gantry.contracts.api.Parameter.duration;
import static io.gantry.contracts.api.Parameter.flag;
import static io.gantry.contracts.api.Parameter.moment;
import static io.gantry.contracts.api.Parameter.number;
import static io.gantry.contracts.api.Parameter.states;
import static io.gantry.contracts.api.Parameter.text;
import static io.gantry.contracts.api.Parameter.texts;
import static io.gantry.contracts.problem.ProblemType.AMBIGUOUS;
import static io.gantry.contracts.problem.ProblemType.CONFLICT;
import static io.gantry.contracts.problem.ProblemType.FORBIDDEN;
import static io.gantry.contracts.problem.ProblemType.IMAGE_NOT_FOUND;
import static io.gantry.contracts.problem.ProblemType.INVALID_FIELD;
import static io.gantry.contracts.problem.ProblemType.NAME_IN_USE;
import static io.gantry.contracts.problem.ProblemType.NOT_FOUND;
import static io.gantry.contracts.problem.ProblemType.TOO_LARGE;
import static io.gantry.contracts.problem.ProblemType.UNAVAILABLE;

import io.gantry.contracts.api.Operation.By;
import io.gantry.contracts.view.ArchiveLine;
import io.gantry.contracts.view.BuildLine;
import io.gantry.contracts.view.BuildView;
import io.gantry.contracts.view.CollectionView;
import io.gantry.contracts.view.ImageCheckView;
import io.gantry.contracts.view.ImageDiffView;
import io.gantry.contracts.view.ImageReportView;
import io.gantry.contracts.view.ImageRuleRequest;
import io.gantry.contracts.view.ImageRuleSpec;
import io.gantry.contracts.view.ImageRuleView;
import io.gantry.contracts.view.ImageView;
import io.gantry.contracts.view.RegistryLogin;
import io.gantry.contracts.view.RemoteImageView;
import io.gantry.contracts.view.RetentionReportView;
import io.gantry.contracts.view.RetentionRequest;
import io.gantry.contracts.view.RetentionView;
import io.gantry.contracts.view.TagRequest;
import io.gantry.contracts.view.TransferLine;
import io.gantry.contracts.view.TransferRequest;
import io.gantry.contracts.view.WaiverRequest;
import io.gantry.contracts.view.WaiverView;
import java.util.List;

/** Images and how they are made. */
final class ImageOperations {
    private ImageOperations() {}

    static List<Operation> all() {
        return List.of(
                get("/images", "listImages", "Images, the newest first; in pages by their ids")
                        .with(text("repository", "that a tag of it is in"))
                        .pages(ImageView.class).watchable("an image").by(By.IMAGE_SERVICE),
                get("/images/{reference}", "getImage", "By reference, digest or id; slashes stand as they are").answers(ImageView.class).selectable().refuses(IMAGE_NOT_FOUND, AMBIGUOUS, INVALID_FIELD).by(By.IMAGE_SERVICE),
                get("/images/{reference}/report", "reportImage", "What is in an image, and how it is graded: layers, wasted bytes, packages, runtimes, daemons, secrets and more; its layers are read, which takes as long as it takes, each once")
                        .answers(ImageReportView.class).selectable().refuses(IMAGE_NOT_FOUND, AMBIGUOUS, TOO_LARGE).by(By.IMAGE_SERVICE),
                get("/images/{reference}/diff", "compareImages", "What another image has otherwise: files, packages, how containers of it run, and what a node must fetch that has the one")
                        .with(text("to", "the other: reference, digest or id").must())
                        .answers(ImageDiffView.class).selectable().refuses(IMAGE_NOT_FOUND, AMBIGUOUS, INVALID_FIELD, TOO_LARGE).by(By.IMAGE_SERVICE),
                get("/images/{reference}/check", "checkImage", "What the rules for its repository say of an image: each budget that it breaks, with the figure, the limit and what to do; looked at anew")
                        .answers(ImageCheckView.class).selectable().refuses(IMAGE_NOT_FOUND, AMBIGUOUS).by(By.IMAGE_SERVICE),
                get("/image-rules", "listImageRules", "Rules for which images may be used, by name").pages(ImageRuleView.class).by(By.IMAGE_SERVICE),
                get("/image-rules/{name}", "getImageRule", "One of them").answers(ImageRuleView.class).versioned().selectable().refuses(NOT_FOUND).by(By.IMAGE_SERVICE),
                post("/image-rules", "createImageRule", "Makes such a rule; images that are here are looked at by it at once, and until then nothing new is made of them if it is enforced")
                        .takes(ImageRuleRequest.class).makes(ImageRuleView.class).versioned().refuses(NAME_IN_USE, CONFLICT).by(By.IMAGE_SERVICE),
                put("/image-rules/{name}", "changeImageRule", "It is as that says from now on").takes(ImageRuleSpec.class).answers(ImageRuleView.class).versioned().conditional().refuses(NOT_FOUND).by(By.IMAGE_SERVICE),
                delete("/image-rules/{name}", "removeImageRule", "With its waivers").answersNothing().conditional().refuses(NOT_FOUND).by(By.IMAGE_SERVICE),
                get("/image-waivers", "listImageWaivers", "Images that are let in for a time although they break a rule; those that have expired, too").with(text("rule", "only of that rule")).pages(WaiverView.class).by(By.IMAGE_SERVICE),
                post("/image-waivers", "createImageWaiver", "Lets images in for a time, at most 90 days").takes(WaiverRequest.class).makes(WaiverView.class).refuses(NOT_FOUND, CONFLICT).by(By.IMAGE_SERVICE),
                delete("/image-waivers/{id}", "removeImageWaiver", "Takes it back").answersNothing().refuses(NOT_FOUND).by(By.IMAGE_SERVICE),
                delete("/images/{reference}", "removeImage", "A tag, or by digest the image with its tags").answersNothing().refuses(IMAGE_NOT_FOUND, AMBIGUOUS, CONFLICT, INVALID_FIELD).by(By.IMAGE_SERVICE),
                post("/images/gc", "collectImages", "Removes manifests and blobs that nothing leads to, or says what it would and why the rest stays")
                        .with(
                                flag("dryRun", "say it alone"), duration("grace", "nothing must have led to it for so long; the setting's, an hour, unless said"),
                                flag("neverNamed", "also what was pushed or built without a name"), flag("details", "why each single thing stays"))
                        .unkeyed()
                        .answers(CollectionView.class).refuses(INVALID_FIELD, CONFLICT, UNAVAILABLE).by(By.IMAGE_SERVICE),
                get("/retentions", "listRetentions", "Rules for which tags stay, by name").pages(RetentionView.class).by(By.IMAGE_SERVICE),
                post("/retentions", "createRetention", "Makes such a rule").takes(RetentionRequest.class).makes(RetentionView.class).refuses(NAME_IN_USE).by(By.IMAGE_SERVICE),
                delete("/retentions/{name}", "removeRetention", "Nothing goes by it any more").answersNothing().refuses(NOT_FOUND).by(By.IMAGE_SERVICE),
                post("/retentions/apply", "applyRetentions", "Takes away the tags that no rule keeps, of repositories that have one, or says which they would be")
                        .with(flag("dryRun", "say it alone"))
                        .unkeyed()
                        .answers(RetentionReportView.class).refuses(UNAVAILABLE).by(By.IMAGE_SERVICE),
                post("/tags", "createTag", "A further name for an image").takes(TagRequest.class).makes(ImageView.class).refuses(IMAGE_NOT_FOUND, AMBIGUOUS).by(By.IMAGE_SERVICE),
                post("/builds", "build", "Builds an image; the answer tells how it goes, one object a line")
                        .with(
                                texts("tag", "what it shall be called"), text("dockerfile", "its path in the context, `Dockerfile` unless said"), text("target", "the stage to end with"),
                                text("platform", "what it is for, `linux/arm64`; `linux/amd64`, which nodes run, unless said. No other can be run: steps of it copy"),
                                flag("nocache", "take nothing from before"), flag("pull", "ask other registries for base images that are here, too"),
                                texts("buildarg", "`name=value`"), texts("label", "`name=value`"),
                                texts("secret", "one of the platform's that its steps may mount, by name; `id=name` if the Dockerfile names it otherwise"),
                                texts("ssh", "id of an ssh agent of the caller's that its steps may mount; a line with `agents` says where it is wanted"),
                                text("network", "what steps reach whose RUN says nothing of it: `default`, `none`, or `host`, the network of their node, if that grants `namespace:network`"),
                                texts("addhost", "`name:address`, a further line of the steps' `/etc/hosts`; `host-gateway` as address is their node"),
                                text("shm", "size of the steps' `/dev/shm`, `64m`; half of their memory unless said"),
                                texts("allow", "`network.host`: `RUN --network=host` has the network of its node, if that grants `namespace:network`"),
                                flag("explain", "build nothing: the only line says what each step would do, and why"),
                                texts("changed", "a file of the context that the forecast takes for other than it is"),
                                text("remote", "a git repository that is the context, `https://host/path.git#ref:folder`; the body is empty then"),
                                texts("cachefrom", "an image that another build's `cacheto` made: its layers are taken for steps that would make the same"),
                                text("cacheto", "an image that all layers of the build's steps are kept in, pushed if it names another registry"))
                        .takes(StreamOperations.TAR, "the context, plain or packed by gzip, bzip2, xz or zstd")
                        .unkeyed()
                        .answers(200, "how it goes; the last line has `image` or `error`", new Body.Lines(BuildLine.class))
                        .refuses(INVALID_FIELD)
                        .by(By.IMAGE_SERVICE),
                get("/builds", "listBuilds", "The newest first, 200 of them unless a page is asked for").with(states("status", "any of them", BuildView.Status.class)).pages(BuildView.class).watchable("a build").by(By.IMAGE_SERVICE),
                get("/builds/{id}", "getBuild", "One build, with its steps").answers(BuildView.class).selectable().refuses(NOT_FOUND).by(By.IMAGE_SERVICE),
                get("/builds/{id}/log", "getBuildLog", "What a step of a build wrote, kept for the 200 newest")
                        .with(number("step", "its number").must(), number("trigger", "of those that the base image of that FROM had; none unless said"))
                        .answers(200, "empty if it wrote nothing; of what is long the beginning and the end", new Body.Raw("text/plain", "as it was written"))
                        .refuses(NOT_FOUND, INVALID_FIELD).by(By.IMAGE_SERVICE),
                post("/builds/{id}/cancel", "cancelBuild", "Ends a build that goes on; nothing of it stays").unkeyed().answersNothing().refuses(NOT_FOUND, CONFLICT).by(By.IMAGE_SERVICE),
                post("/builds/prune", "pruneBuilds", "What builds keep for the next ones is forgotten, layers and caches of steps; the answer has keys of layers and names of caches")
                        .with(moment("before", "only layers that were made before, and no caches"))
                        .lists(String.class).refuses(INVALID_FIELD, UNAVAILABLE).by(By.IMAGE_SERVICE),
                get("/archives", "saveImages", "Images as one tar, a Docker archive and an OCI layout in one")
                        .with(texts("name", "references with a tag, which the archive has, too, or digests and ids").must())
                        .answers(200, "the archive", new Body.Raw(StreamOperations.TAR, "the archive"))
                        .refuses(IMAGE_NOT_FOUND, AMBIGUOUS, INVALID_FIELD).by(By.IMAGE_SERVICE),
                post("/archives", "loadImages", "Takes the images out of such a tar; the answer tells how it goes, one object a line")
                        .takes(StreamOperations.TAR, "a Docker archive or an OCI layout, plain or packed")
                        .unkeyed()
                        .answers(200, "how it goes; the last line has `image` or `error`", new Body.Lines(ArchiveLine.class))
                        .refuses(INVALID_FIELD).by(By.IMAGE_SERVICE),
                post("/imports", "importImage", "Makes an image of a file system; the answer's last line has it")
                        .with(text("tag", "what it shall be called"), texts("change", "an instruction for how it runs, `CMD [\"serve\"]`"), text("message", "why"))
                        .takes(StreamOperations.TAR, "a file system, plain or packed")
                        .unkeyed()
                        .answers(200, "`image`, or `error`", new Body.Lines(ArchiveLine.class))
                        .refuses(INVALID_FIELD).by(By.IMAGE_SERVICE),
                post("/pulls", "pullImage", "Gets an image from the registry that its name says; the answer tells how it goes, one object a line")
                        .takes(TransferRequest.class)
                        .unkeyed()
                        .answers(200, "how it goes; the last line has `image` or `error`", new Body.Lines(TransferLine.class))
                        .by(By.IMAGE_SERVICE),
                post("/pushes", "pushImage", "Sends an image to the registry that its name says; the answer tells how it goes, one object a line")
                        .takes(TransferRequest.class)
                        .unkeyed()
                        .answers(200, "how it goes; the last line has `pushed` or `error`", new Body.Lines(TransferLine.class))
                        .by(By.IMAGE_SERVICE),
                post("/registries/login", "tryLogin", "Whether another registry takes a name and a password; nothing is kept")
                        .takes(RegistryLogin.class)
                        .unkeyed()
                        .answersNothing().refuses(FORBIDDEN, UNAVAILABLE, IMAGE_NOT_FOUND, CONFLICT).by(By.IMAGE_SERVICE),
                post("/registries/look", "lookAtImage", "What a name means at the registry that it says")
                        .takes(TransferRequest.class)
                        .unkeyed()
                        .answers(RemoteImageView.class).refuses(FORBIDDEN, UNAVAILABLE, IMAGE_NOT_FOUND, CONFLICT).by(By.IMAGE_SERVICE));
    }
}
