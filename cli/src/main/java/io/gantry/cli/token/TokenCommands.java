package io.gantry.cli.token;

import io.gantry.cli.ApiCommand;
import io.gantry.cli.ListCommand;
import io.gantry.cli.client.ApiClient;
import io.gantry.cli.container.DurationText;
import io.gantry.cli.output.Ago;
import io.gantry.cli.output.Listing;
import io.gantry.contracts.spec.Scope;
import io.gantry.contracts.view.TokenRequest;
import io.gantry.contracts.view.TokenView;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code gantry tokens} alone lists them. */
@Command(
        name = "tokens",
        aliases = "token",
        description = "Tokens for the API: lists them, or ls, create, rm.",
        subcommands = {TokenCommands.List.class, TokenCommands.Create.class, TokenCommands.Remove.class})
public final class TokenCommands extends ListCommand<TokenView> {
    private static final Listing<TokenView> TOKENS = new Listing<>(
            "/tokens",
            TokenView.class,
            TokenView::id,
            java.util.List.of("ID", "FOR", "SCOPE", "MADE", "EXPIRES"),
            (token, now) -> new Object[] {
                token.id(), token.principal(), token.scope() == null ? "all" : token.scope(), Ago.since(token.createdAt(), now),
                token.expiresAt() == null ? "never" : token.expiresAt()
            });

    @Override
    protected Listing<TokenView> listing() {
        return TOKENS;
    }

    @Command(name = "ls", description = "Lists them; a token itself is shown once only, when it is made.")
    static final class List extends ListCommand<TokenView> {
        @Override
        protected Listing<TokenView> listing() {
            return TOKENS;
        }
    }

    @Command(name = "create", description = "Makes one; prints it, which nobody can do later.")
    static final class Create extends ApiCommand {
        @Option(
                names = "--scope",
                description = "a word, or a label NAME=VALUE: it sees, changes and removes only what was made with a token of this scope, or bears the label")
        private String scope;

        @Option(names = "--valid-for", description = "as 12h or 30d; until it is removed if not given")
        private String validFor;

        @Option(
                names = "--certificate",
                paramLabel = "FOLDER",
                description = "also a certificate, as good as the token, in files as DOCKER_CERT_PATH wants them; prints the folder instead")
        private Path folder;

        @Parameters(paramLabel = "FOR", description = "who shall use it")
        private String principal;

        @Override
        protected int run(ApiClient api, PrintWriter out) throws IOException {
            TokenRequest request = new TokenRequest(principal, scope == null ? null : Scope.parse(scope), DurationText.parse("--valid-for", validFor), folder != null);
            TokenView made = api.post("/tokens", request, TokenView.class);
            if (folder == null) {
                out.println(made.token());
            } else {
                CertificateFolder.write(folder, made.certificate());
                out.println(folder);
            }
            return 0;
        }
    }

    @Command(name = "rm", aliases = "revoke", description = "Makes some worthless at once.")
    static final class Remove extends ApiCommand {
        @Parameters(arity = "1..*", paramLabel = "ID")
        private java.util.List<String> ids;

        @Override
        protected int run(ApiClient api, PrintWriter out) {
            for (String id : ids) {
                api.delete("/tokens/" + ApiClient.escape(id));
                out.println(id);
            }
            return 0;
        }
    }
}
