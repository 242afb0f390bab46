package io.gantry.e2e.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What our pages point at is there. */
class MarkdownTest {
    private static final Pattern CODE = Pattern.compile("(?ms)^```.*?^```$|`[^`\n]*`");
    private static final Pattern LINK = Pattern.compile("\\[([^\\]\n]*)]\\(([^)\\s]+)\\)");
    private static final Pattern ELSEWHERE = Pattern.compile("[a-z]+:.*");
    private static final Pattern HEADING = Pattern.compile("(?m)^#+ +(.+)$");
    private static final Pattern QUOTE = Pattern.compile("(?ms)^```(?:java|c|sql)\n(.*?)^```$");
    private static final Pattern PROOF = Pattern.compile("\\w+#(\\w+)");

    /** @param target without what follows the {@code #} */
    private record Link(Path from, String text, Path target, String heading) {
        @Override
        public String toString() {
            return Repository.name(from) + ": [" + text + "] → " + Repository.name(target) + (heading.isEmpty() ? "" : "#" + heading);
        }
    }

    private static List<Link> links() {
        List<Link> links = new ArrayList<>();
        for (Path page : Repository.named(".md")) {
            LINK.matcher(CODE.matcher(Repository.text(page).orElseThrow()).replaceAll(""))
                    .results()
                    .filter(found -> !ELSEWHERE.matcher(found.group(2)).matches())
                    .forEach(found -> links.add(link(page, found)));
        }
        return links;
    }

    private static Link link(Path page, MatchResult found) {
        String[] parts = found.group(2).split("#", 2);
        Path target = parts[0].isEmpty() ? page : page.resolveSibling(parts[0]).normalize();
        return new Link(page, found.group(1), target, parts.length == 1 ? "" : parts[1]);
    }

    private static Set<String> headings(Path page) {
        String text = Pattern.compile("(?ms)^```.*?^```$").matcher(Repository.text(page).orElseThrow()).replaceAll("");
        return HEADING.matcher(text)
                .results()
                .map(found -> found.group(1).toLowerCase(Locale.ROOT).replaceAll("[^\\p{L}\\p{N} _-]", "").strip().replace(' ', '-'))
                .collect(Collectors.toSet());
    }

    @Test
    void everyLinkLeadsSomewhere() {
        assertThat(links()).hasSizeGreaterThan(50).allSatisfy(link -> assertThat(Files.exists(link.target())).as(link.toString()).isTrue());
    }

    @Test
    void everyHeadingThatIsLinkedIsThere() {
        assertThat(links().stream().filter(link -> !link.heading().isEmpty() && Files.exists(link.target())))
                .allSatisfy(link -> assertThat(headings(link.target())).as(link.toString()).contains(link.heading()));
    }

    /** A proof is written {@code [Class#method](file)}; an ArchUnit rule is a field. */
    @Test
    void everyTestNamedAsAProofIsThere() {
        List<Link> proofs = links().stream().filter(link -> PROOF.matcher(link.text()).matches()).toList();

        assertThat(proofs).hasSizeGreaterThan(50).allSatisfy(link -> {
            String[] names = link.text().split("#");
            assertThat(link.target()).as(link.toString()).hasFileName(names[0] + ".java");
            assertThat(Repository.text(link.target()).orElseThrow()).as(link.toString()).containsPattern(" " + names[1] + "(\\(| =)");
        });
    }

    /** Tutorials quote the code; when it changes, so must they. Lines that follow one another there do so here, or {@code …} stands between. */
    @Test
    void everyQuoteStandsLikeThatInAFileThatItsPageNames() {
        Path tutorial = Repository.ROOT.resolve("docs/tutorials/follow-one-container.md");
        List<List<String>> code =
                links().stream()
                        .filter(link -> link.from().equals(tutorial) && Files.isRegularFile(link.target()) && !link.target().toString().endsWith(".md"))
                        .map(link -> Repository.text(link.target()).orElse("").lines().map(String::strip).toList())
                        .distinct()
                        .toList();
        List<List<String>> quotes =
                QUOTE.matcher(Repository.text(tutorial).orElseThrow())
                        .results()
                        .flatMap(quote -> Stream.of(quote.group(1).split("(?m)^ *…$\n")))
                        .map(passage -> passage.lines().map(String::strip).toList())
                        .toList();

        assertThat(quotes).hasSizeGreaterThan(10).allSatisfy(passage -> assertThat(code.stream().anyMatch(file -> holds(file, passage))).as(String.join("\n", passage)).isTrue());
    }

    private static boolean holds(List<String> file, List<String> passage) {
        return IntStream.rangeClosed(0, file.size() - passage.size())
                .anyMatch(start -> IntStream.range(0, passage.size()).allMatch(i -> file.get(start + i).contains(passage.get(i))));
    }
}
