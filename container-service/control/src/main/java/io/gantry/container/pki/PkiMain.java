package io.gantry.container.pki;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;

/** {@code java -cp … io.gantry.container.pki.PkiMain <folder> [address or DNS name of the services]…} */
public final class PkiMain {
    private PkiMain() {}

    public static void main(String[] args) throws IOException {
        if (args.length == 0) {
            System.err.println("usage: PkiMain <folder> [address or DNS name]…");
            System.exit(2);
        }
        new PkiBootstrap(Path.of(args[0]), Clock.systemUTC()).ensure(List.of(args).subList(1, args.length));
    }
}
