package io.gantry.image.build.step;

import com.fasterxml.jackson.databind.JsonNode;
import io.gantry.contracts.envelope.Json;
import io.gantry.contracts.spec.ResolvedImage;
import io.gantry.contracts.tar.TarEntry;
import io.gantry.contracts.unit.Digest;
import io.gantry.image.build.core.ImageDraft;
import io.gantry.image.build.core.Ingredients;
import io.gantry.image.build.core.SourceDate;
import io.gantry.image.content.BlobWriter;
import io.gantry.image.layer.core.FileTree.Content;
import io.gantry.image.layer.core.FileTree.Node;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.stream.Collectors;

/** What a layer is made of: its key, and the parts of that. */
record Recipe(Digest key, Ingredients ingredients) {
    private static final int SHORT = 16;

    /** More files than this aren't told apart. */
    private static final int FILES = 20_000;

    /** Which name a file of ours bears for people. */
    interface Names {
        String of(String place, Content content);
    }

    /** @param mounts that count, and the files that are in them */
    static Recipe run(String instruction, ImageDraft draft, StepMounts.Prepared mounts, Map<String, String> arguments, SourceDate date, Names names) {
        Map<String, String> settings = new LinkedHashMap<>();
        JsonNode runtime = Json.read(draft.runtime(), JsonNode.class);
        draft.env().forEach((name, value) -> settings.put("ENV " + name, digest(value)));
        settings.put("WORKDIR", digest(runtime.path("WorkingDir").asText()));
        settings.put("USER", digest(runtime.path("User").asText()));
        settings.put("SHELL", digest(String.join("\0", draft.shell())));
        Map<String, String> seen = arguments.entrySet().stream().collect(Collectors.toMap(Map.Entry::getKey, each -> digest(each.getValue())));
        Digest key = CacheKeys.at(date, CacheKeys.run(draft, mounts.command(), arguments, mounts.key()));
        return new Recipe(key, new Ingredients(instruction, below(draft.layers()), settings, seen, mounts.words(), pieces(mounts.files(), names), moment(date)));
    }

    /** @param below the layers that the files were laid out for */
    static Recipe copy(String instruction, List<ResolvedImage.Layer> below, SortedMap<String, Node> files, SourceDate date, Names names) {
        Digest key = CacheKeys.at(date, CacheKeys.copy(below, files));
        return new Recipe(key, new Ingredients(instruction, below(below), Map.of(), Map.of(), List.of(), pieces(files, names), moment(date)));
    }

    /** Of what takes files that aren't made yet. */
    static Digest unknown(String instruction, ImageDraft draft) {
        return BlobWriter.digestOf((below(draft.layers()) + "\n" + instruction).getBytes(StandardCharsets.UTF_8));
    }

    private static String below(List<ResolvedImage.Layer> layers) {
        return digest(layers.stream().map(layer -> layer.diffId().value()).collect(Collectors.joining("\n")));
    }

    private static Map<String, Ingredients.Piece> pieces(SortedMap<String, Node> files, Names names) {
        if (files.size() > FILES) {
            return Map.of("", new Ingredients.Piece("of more than " + FILES + " files", CacheKeys.copy(List.of(), files).hex().substring(0, SHORT)));
        }
        Map<String, Ingredients.Piece> pieces = new LinkedHashMap<>();
        files.forEach((place, node) -> {
            TarEntry entry = node.entry();
            String content = switch (node.content()) {
                case Content.None _ -> "";
                case Content.OnDisk(_, var digest) -> digest.value();
                case Content.InLayer(var blob, _, var name) -> blob + " " + name;
            };
            String all = entry.kind() + " " + entry.mode() + " " + entry.uid() + " " + entry.gid() + " " + entry.linkName() + " " + content;
            pieces.put(place, new Ingredients.Piece(names.of(place, node.content()), digest(all)));
        });
        return pieces;
    }

    private static String moment(SourceDate date) {
        return date.moment().map(moment -> Long.toString(moment.getEpochSecond())).orElse("");
    }

    private static String digest(String text) {
        return BlobWriter.digestOf(text.getBytes(StandardCharsets.UTF_8)).hex().substring(0, SHORT);
    }
}
