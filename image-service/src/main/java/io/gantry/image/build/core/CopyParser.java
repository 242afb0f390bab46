package io.gantry.image.build.core;

import io.gantry.image.build.core.Instruction.CopyOptions;
import io.gantry.image.build.core.Instruction.Source;
import io.gantry.image.build.core.InstructionText.Flag;
import io.gantry.image.build.core.InstructionText.Known;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads COPY and ADD. */
final class CopyParser {
    private static final Known COPY = new Known(Set.of("from", "chown", "chmod"), Set.of("exclude"), Set.of("link", "parents"));
    private static final Known ADD = new Known(Set.of("chown", "chmod", "checksum"), Set.of("exclude"), Set.of("link", "unpack", "keep-git-dir"));

    private CopyParser() {}

    static Instruction parse(Source source, boolean add, InstructionText text) {
        String name = add ? "ADD" : "COPY";
        List<Flag> flags = text.flags(add ? ADD : COPY);
        Map<String, String> one = InstructionText.single(flags);
        List<String> words = text.list().orElseGet(text::texts);
        if (words.size() < 2) {
            throw text.refuse(name + " needs a source and a target", "write " + name + " <source> <target>");
        }
        List<String> sources = words.subList(0, words.size() - 1);
        if (text.documents().stream().anyMatch(document -> document.word().equals(words.getLast()))) {
            throw text.refuse("a here-document can't be the target", "write " + name + " <<EOF /path");
        }
        if (one.getOrDefault("from", "").contains("$")) {
            throw flag(flags, "from").map(flag -> new DockerfileRefusal(
                    flag.at(), "--from=" + flag.value() + ": variables are not replaced there", "write FROM " + flag.value() + " AS name above, and --from=name")).orElseThrow();
        }
        sources.stream().filter(each -> add && GitAddress.is(each) && !each.contains("$")).forEach(git -> GitAddress.parse(git, source.at()));
        boolean fetches = add && sources.stream().anyMatch(each -> isUrl(each) || GitAddress.is(each));
        flag(flags, "checksum").ifPresent(flag -> checksum(flag, fetches, sources));
        if (add && fetches && one.containsKey("parents")) {
            throw text.refuse("--parents is for sources of the context", "leave it out");
        }
        CopyOptions options = new CopyOptions(
                isOn(one, "link"), isOn(one, "parents"), flags.stream().filter(flag -> flag.name().equals("exclude")).map(Flag::value).toList(),
                Optional.ofNullable(one.get("checksum")), Optional.ofNullable(one.get("unpack")).map(Boolean::parseBoolean), isOn(one, "keep-git-dir"));
        return new Instruction.Copy(
                source, add, Optional.ofNullable(one.get("from")), Optional.ofNullable(one.get("chown")), Optional.ofNullable(one.get("chmod")), options,
                sources, text.documents(), words.getLast());
    }

    static boolean isUrl(String source) {
        return source.matches("(?i)https?://.*") && !GitAddress.is(source);
    }

    private static void checksum(Flag flag, boolean fetches, List<String> sources) {
        if (!fetches || sources.size() != 1) {
            throw new DockerfileRefusal(flag.at(), "--checksum is for one source that is fetched", "leave it out, or name one http(s) source");
        }
        if (GitAddress.is(sources.getFirst())) {
            if (!flag.value().contains("$") && !flag.value().matches("[0-9a-f]{40}")) {
                throw new DockerfileRefusal(flag.at(), "--checksum=" + flag.value() + " is no commit", "of a git repository write the commit, 40 hexadecimal digits");
            }
        } else if (!flag.value().contains("$") && !flag.value().matches("sha256:[0-9a-f]{64}")) {
            throw new DockerfileRefusal(flag.at(), "--checksum=" + flag.value() + " is no SHA-256", "write --checksum=sha256:<64 hexadecimal digits>");
        }
    }

    private static Optional<Flag> flag(List<Flag> flags, String name) {
        return flags.stream().filter(flag -> flag.name().equals(name)).findFirst();
    }

    private static boolean isOn(Map<String, String> flags, String name) {
        return Boolean.parseBoolean(flags.get(name));
    }
}
