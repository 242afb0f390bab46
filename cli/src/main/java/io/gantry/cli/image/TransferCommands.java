package io.gantry.cli.image;

import io.gantry.cli.ApiCommand;
import io.gantry.cli.LocalCommand;
import io.gantry.cli.client.ApiClient;
import io.gantry.cli.progress.Progress;
import io.gantry.contracts.unit.ImageRef;
import io.gantry.contracts.view.RegistryCredentials;
import io.gantry.contracts.view.RegistryLogin;
import io.gantry.contracts.view.TransferRequest;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Images of other registries. */
public final class TransferCommands {
    private TransferCommands() {}

    @Command(name = "pull", description = "Gets an image from the registry that its name says; prints how far it is.")
    public static final class Pull extends ApiCommand {
        @Parameters(paramLabel = "IMAGE", description = "HOST/shop/web:1")
        private String image;

        @Override
        protected int run(ApiClient api, PrintWriter out) throws IOException {
            return transfer(api, "/pulls", image, environment(), out, err());
        }
    }

    @Command(name = "push", description = "Sends an image to the registry that its name says; prints how far it is.")
    public static final class Push extends ApiCommand {
        @Parameters(paramLabel = "IMAGE", description = "HOST/shop/web:1; gantry tag gives an image such a name")
        private String image;

        @Override
        protected int run(ApiClient api, PrintWriter out) throws IOException {
            return transfer(api, "/pushes", image, environment(), out, err());
        }
    }

    @Command(name = "login", description = "Tries a name and a password at a registry and keeps them for pull and push, in a file that its owner alone can read.")
    public static final class Login extends ApiCommand {
        @Option(names = {"-u", "--username"}, required = true, description = "who you are there")
        private String username;

        @Option(names = "--password-stdin", required = true, description = "the password is the first line of standard input")
        private boolean fromInput;

        @Parameters(paramLabel = "REGISTRY", description = "HOST or HOST:PORT")
        private String registry;

        @Override
        protected int run(ApiClient api, PrintWriter out) throws IOException {
            String password = new String(System.in.readAllBytes(), StandardCharsets.UTF_8).lines().findFirst().orElse("");
            RegistryCredentials credentials = new RegistryCredentials(username, password, null, null);
            api.post("/registries/login", new RegistryLogin(registry, credentials));
            RegistryLogins.of(environment()).keep(registry, credentials);
            out.println("logged in at " + registry);
            return 0;
        }
    }

    @Command(name = "logout", description = "Forgets what login kept for a registry.")
    public static final class Logout extends LocalCommand {
        @Parameters(paramLabel = "REGISTRY")
        private String registry;

        @Override
        protected int run(PrintWriter out) throws IOException {
            if (!RegistryLogins.of(environment()).forget(registry)) {
                throw new IllegalArgumentException("nothing is kept for " + registry);
            }
            out.println("logged out of " + registry);
            return 0;
        }
    }

    private static int transfer(ApiClient api, String path, String image, Map<String, String> environment, PrintWriter out, PrintWriter err) throws IOException {
        TransferRequest request = new TransferRequest(ImageRef.parse(image), RegistryLogins.of(environment).find(image).orElse(null));
        try (Progress progress = Progress.of(out, environment)) {
            return new TransferOutput(progress, out, err).follow(api.stream("POST", path, request));
        }
    }
}
