package io.gantry.cli.image;

import io.gantry.cli.ApiCommand;
import io.gantry.cli.ListCommand;
import io.gantry.cli.RemoveCommand;
import io.gantry.cli.client.ApiClient;
import io.gantry.cli.output.Listing;
import io.gantry.contracts.spec.ImageRuleMode;
import io.gantry.contracts.unit.Bytes;
import io.gantry.contracts.unit.RepositoryPattern;
import io.gantry.contracts.view.ImageBudgets;
import io.gantry.contracts.view.ImageReportView.Grade;
import io.gantry.contracts.view.ImageRuleRequest;
import io.gantry.contracts.view.ImageRuleSpec;
import io.gantry.contracts.view.ImageRuleView;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code gantry image rule}. */
@Command(
        name = "rule",
        description = "Lists rules for which images may be used; add, change, rm.",
        subcommands = {ImageRuleCommands.Add.class, ImageRuleCommands.Change.class, ImageRuleCommands.Remove.class})
final class ImageRuleCommands extends ListCommand<ImageRuleView> {
    private static final Listing<ImageRuleView> RULES = new Listing<>(
            "/image-rules",
            ImageRuleView.class,
            ImageRuleView::name,
            List.of("NAME", "MODE", "REPOSITORIES", "BUDGETS"),
            (rule, _) -> new Object[] {
                rule.name(), rule.spec().mode() == ImageRuleMode.WARN ? "warns" : "enforced", String.join(", ", rule.spec().repositories().stream().map(RepositoryPattern::text).toList()),
                words(rule.spec().budgets())
            });

    @Override
    protected Listing<ImageRuleView> listing() {
        return RULES;
    }

    private static String words(ImageBudgets budgets) {
        List<String> all = new ArrayList<>();
        add(all, budgets.mostBytes() != null, "at most " + budgets.mostBytes());
        add(all, budgets.mostLayers() != null, "at most " + budgets.mostLayers() + " layers");
        add(all, budgets.mostPorts() != null, "at most " + budgets.mostPorts() + " ports");
        add(all, budgets.onlyPorts() != null, "only certain ports");
        add(all, budgets.notRoot(), "not root");
        add(all, budgets.noSecrets(), "no secrets");
        add(all, budgets.onlyFrom() != null, "only from certain repositories");
        add(all, budgets.withoutPackages() != null, "without certain packages");
        add(all, budgets.worstGrade() != null, "grade " + budgets.worstGrade() + " or better");
        add(all, budgets.mostWastedPercent() != null, "at most " + budgets.mostWastedPercent() + " % wasted");
        add(all, budgets.signedBy() != null, "signed");
        return String.join(", ", all);
    }

    private static void add(List<String> all, boolean there, String words) {
        if (there) {
            all.add(words);
        }
    }

    /** The options that say what a rule is. */
    static final class Rule {
        @Option(names = "--repositories", required = true, paramLabel = "PATTERN", description = "whose images it is for, as shop/*; ** is all; several times for several")
        private List<String> repositories;

        @Option(names = "--warn", description = "say it, and refuse nothing")
        private boolean warn;

        @Option(names = "--most-bytes", paramLabel = "SIZE", description = "of its layers as stored, as 500m")
        private String bytes;

        @Option(names = "--most-layers", paramLabel = "N", description = "at most so many")
        private Integer layers;

        @Option(names = "--most-ports", paramLabel = "N", description = "that it exposes")
        private Integer ports;

        @Option(names = "--only-port", paramLabel = "PORT", description = "that it may expose, as 8080/tcp; several times for several")
        private List<String> onlyPorts;

        @Option(names = "--not-root", description = "it must say a user that isn't root")
        private boolean notRoot;

        @Option(names = "--no-secrets", description = "none may be found in it")
        private boolean noSecrets;

        @Option(names = "--only-from", paramLabel = "PATTERN", description = "repositories it may lie in; several times for several")
        private List<String> onlyFrom;

        @Option(names = "--without-package", paramLabel = "NAME", description = "as log4j-core or log4j-core@2.14.*; several times for several")
        private List<String> withoutPackages;

        @Option(names = "--worst-grade", paramLabel = "A-F", description = "that its report may give it")
        private Grade grade;

        @Option(names = "--most-wasted", paramLabel = "PERCENT", description = "bytes of files that later layers hide")
        private Integer wasted;

        @Option(names = "--signed-by", paramLabel = "FILE", description = "a public key as cosign.pub; several times for several, of which one is enough")
        private List<Path> keys;

        private ImageRuleSpec spec() throws IOException {
            List<String> pems = keys == null ? null : new ArrayList<>();
            for (Path key : keys == null ? List.<Path>of() : keys) {
                pems.add(Files.readString(key));
            }
            ImageBudgets budgets = new ImageBudgets(
                    bytes == null ? null : Bytes.parse(bytes), layers, ports, onlyPorts, notRoot, noSecrets, onlyFrom == null ? null : patterns(onlyFrom), withoutPackages, grade, wasted, pems);
            return new ImageRuleSpec(warn ? ImageRuleMode.WARN : ImageRuleMode.ENFORCE, patterns(repositories), budgets);
        }

        private static List<RepositoryPattern> patterns(List<String> texts) {
            return texts.stream().map(RepositoryPattern::new).toList();
        }
    }

    @Command(name = "add", description = "Makes one. Images that are here are checked at once; what runs goes on.")
    static final class Add extends ApiCommand {
        @Mixin private Rule rule;

        @Parameters(paramLabel = "NAME")
        private String name;

        @Override
        protected int run(ApiClient api, PrintWriter out) throws IOException {
            out.println(api.post("/image-rules", new ImageRuleRequest(name, rule.spec()), ImageRuleView.class).name());
            return 0;
        }
    }

    @Command(name = "change", description = "It is as the options say from now on, all of them.")
    static final class Change extends ApiCommand {
        @Mixin private Rule rule;

        @Parameters(paramLabel = "NAME")
        private String name;

        @Override
        protected int run(ApiClient api, PrintWriter out) throws IOException {
            out.println(api.put("/image-rules/" + ApiClient.escape(name), rule.spec(), ImageRuleView.class).name());
            return 0;
        }
    }

    @Command(name = "rm", description = "Removes some, with their waivers.")
    static final class Remove extends RemoveCommand {
        @Override
        protected String path(String name) {
            return "/image-rules/" + ApiClient.escape(name);
        }
    }
}
