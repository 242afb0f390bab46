package io.gantry.image.build.core;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A git repository, as {@code https://host/path.git#ref:folder} names it.
 *
 * @param repository without what stands behind {@code #}
 * @param ref a branch, a tag or a whole commit; empty for what the repository has at first
 * @param folder of it that is meant, empty for all of it; never leads out of it
 */
public record GitAddress(String repository, Optional<String> ref, String folder) {
    private static final Pattern GIT = Pattern.compile("(?i)(git|ssh|ftp)://.*|[\\w.-]+@[\\w.-]+:.*|https?://[^?#]*\\.git/?(#.*)?");
    private static final Pattern FORM = Pattern.compile("(?i)(https?://[^#]+)(?:#([^:]*)(?::(.*))?)?");

    /** What could be a branch's or tag's name, or a commit: nothing that git takes for an option or for several. */
    private static final Pattern REF = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_./+@-]{0,254}");

    /** Whether a text means a repository, and no file that can be fetched. */
    public static boolean is(String text) {
        return GIT.matcher(text).matches();
    }

    /** @throws DockerfileRefusal if it can't be had, or isn't of the form */
    public static GitAddress parse(String text, Position at) {
        Matcher form = FORM.matcher(text);
        if (!form.matches()) {
            throw new DockerfileRefusal(at, "'" + text + "' can't be fetched: image-service asks by https alone, and reaches no keys and no ssh agent of yours", "write https://host/path.git#ref:folder, or clone it in a RUN --mount=type=ssh, which does");
        }
        Optional<String> ref = Optional.ofNullable(form.group(2)).filter(name -> !name.isEmpty());
        ref.filter(name -> !REF.matcher(name).matches() || name.contains("..") || name.contains("@{")).ifPresent(name -> {
            throw new DockerfileRefusal(at, "'" + name + "' is no branch, tag or commit", "write https://host/path.git#ref:folder");
        });
        String folder = Optional.ofNullable(form.group(3)).orElse("").replaceAll("^/+|/+$", "");
        if (("/" + folder + "/").contains("/../")) {
            throw new DockerfileRefusal(at, "the folder '" + folder + "' leads out of the repository", "name one in it");
        }
        return new GitAddress(form.group(1), ref, folder);
    }

    public boolean isCommit() {
        return ref.filter(name -> name.matches("[0-9a-f]{40}")).isPresent();
    }
}
