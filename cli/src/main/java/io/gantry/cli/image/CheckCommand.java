package io.gantry.cli.image;

import io.gantry.cli.ApiCommand;
import io.gantry.cli.client.ApiClient;
import io.gantry.cli.output.Readable;
import io.gantry.contracts.spec.ImageRuleMode;
import io.gantry.contracts.view.ImageCheckView;
import java.io.PrintWriter;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code gantry image check}. */
@Command(name = "check", description = "Says rule by rule what an image keeps to and what it breaks; ends with 1 if nothing may be made of it.")
final class CheckCommand extends ApiCommand {
    @Mixin private Readable readable;

    @Parameters(paramLabel = "IMAGE")
    private String image;

    @Override
    protected int run(ApiClient api, PrintWriter out) {
        ImageCheckView check = api.get("/images/" + ApiClient.escapePath(image) + "/check", ImageCheckView.class);
        readable.print(out, check, CheckCommand::page);
        return check.admitted() ? 0 : 1;
    }

    private static String page(ImageCheckView check) {
        StringBuilder page = new StringBuilder();
        line(page, "%s: %s", check.reference(), check.rules().isEmpty() ? "no rule is for " + check.repository() : check.admitted() ? "may be used" : "may not be used");
        for (ImageCheckView.Rule rule : check.rules()) {
            String waived = rule.waivedUntil() == null ? "" : ", waived until " + rule.waivedUntil();
            line(page, "%n%s%s: %s%s", rule.name(), rule.mode() == ImageRuleMode.WARN ? " (warns)" : "", rule.holds() ? "holds" : "broken", waived);
            rule.breaches().forEach(each -> line(page, "  %s%n    %s", Readable.plain(each.words()), each.todo()));
        }
        return page.toString();
    }

    private static void line(StringBuilder page, String form, Object... values) {
        page.append(String.format(Locale.ROOT, form + "%n", values));
    }
}
