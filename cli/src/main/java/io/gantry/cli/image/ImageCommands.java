package io.gantry.cli.image;

import io.gantry.cli.ApiCommand;
import io.gantry.cli.ListCommand;
import io.gantry.cli.client.ApiClient;
import io.gantry.cli.output.Ago;
import io.gantry.cli.output.Listing;
import io.gantry.cli.output.Output;
import io.gantry.cli.output.Screen;
import io.gantry.contracts.spec.ResolvedImage;
import io.gantry.contracts.unit.Bytes;
import io.gantry.contracts.view.ImageView;
import java.io.PrintWriter;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** What is in the registry. */
public final class ImageCommands {
    private ImageCommands() {}

    @Command(name = "images", aliases = "image", description = "Lists images; report, diff, check, rule, waiver, retention, sharing, gc, prefetch, prefetches.",
            subcommands = {ReportCommand.class, CompareCommand.class, CheckCommand.class, ImageRuleCommands.class, WaiverCommands.class, RetentionCommands.class, SharingCommand.class, CollectCommand.class, PrefetchCommand.class, PrefetchesCommand.class})
    public static final class Images extends ListCommand<ImageView> {
        private static final Listing<ImageView> IMAGES = new Listing<>(
                "/images",
                ImageView.class,
                Images::tags,
                List.of("TAGS", "ID", "LAYERS", "SIZE", "AGE"),
                (view, now) -> new Object[] {
                    view.tags().isEmpty() ? view.image().reference().repository() + " (untagged)" : tags(view),
                    view.image().id().toString().replaceFirst("^sha256:(.{12}).*", "$1"), view.image().layers().size(),
                    view.image().size(), Ago.since(view.storedAt(), now)
                });

        @Override
        protected Listing<ImageView> listing() {
            return IMAGES;
        }

        private static String tags(ImageView view) {
            return view.tags().isEmpty()
                    ? view.image().reference().repository() + "@" + view.image().manifest()
                    : view.tags().stream().map(Object::toString).collect(Collectors.joining(", "));
        }
    }

    @Command(name = "history", description = "Lists what made each layer of an image, newest first.")
    public static final class History extends ApiCommand {
        @Mixin private Output output;

        @Parameters(paramLabel = "IMAGE")
        private String image;

        @Override
        protected int run(ApiClient api, PrintWriter out) {
            String path = "/images/" + ApiClient.escapePath(image);
            Listing<Step> steps = new Listing<>(
                    path, Step.class, step -> step.made().createdBy(), List.of("AGE", "SIZE", "MADE BY", "COMMENT"),
                    (step, now) -> new Object[] {Ago.since(step.made().created(), now), step.size(), step.made().createdBy(), Objects.requireNonNullElse(step.made().comment(), "")});
            out.print(output.text(steps, Step.of(api.get(path, ImageView.class)), Screen.of(environment())));
            return 0;
        }

        /** What made a layer, or changed the configuration alone. */
        record Step(ImageView.History made, Bytes size) {
            static List<Step> of(ImageView view) {
                Iterator<ResolvedImage.Layer> layers = view.image().layers().iterator();
                return view.history().stream()
                        .map(made -> new Step(made, made.emptyLayer() || !layers.hasNext() ? Bytes.ZERO : layers.next().size()))
                        .toList()
                        .reversed();
            }
        }
    }

    @Command(name = "rmi", description = "Removes tags or images.")
    public static final class Remove extends ApiCommand {
        @Parameters(arity = "1..*", paramLabel = "IMAGE")
        private List<String> images;

        @Override
        protected int run(ApiClient api, PrintWriter out) {
            for (String image : images) {
                api.delete("/images/" + ApiClient.escapePath(image));
                out.println(image);
            }
            return 0;
        }
    }

    @Command(name = "tag", description = "Gives an image a further name.")
    public static final class Tag extends ApiCommand {
        @Parameters(index = "0", paramLabel = "IMAGE")
        private String image;

        @Parameters(index = "1", paramLabel = "NAME")
        private String name;

        @Override
        protected int run(ApiClient api, PrintWriter out) {
            api.post("/tags", Map.of("source", image, "target", name));
            return 0;
        }
    }
}
