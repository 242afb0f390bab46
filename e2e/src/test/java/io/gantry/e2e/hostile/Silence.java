package io.gantry.e2e.hostile;

import io.gantry.check.raw.RawConnection;
import io.gantry.e2e.observe.Commands;
import java.io.IOException;
import java.util.Collection;
import java.util.Map;
import java.util.StringJoiner;

/** Clients whose machines have lost their power: of what their kernels send nothing arrives any more, no acknowledgement and no end. Until it is closed. */
final class Silence implements AutoCloseable {
    private static final String TABLE = "gantry-hostile-silence";
    private final Commands commands = new Commands(Map.of());

    /** @param clients of this machine, connected by TCP. Their ports alone may be others', too, who are connected to something else */
    Silence(Collection<RawConnection> clients) throws IOException {
        StringJoiner ports = new StringJoiner(", ");
        for (RawConnection client : clients) {
            ports.add(client.localPort() + " . " + client.remotePort());
        }
        close();
        commands.run("nft", "table inet " + TABLE + " { chain in { type filter hook input priority -300; iif lo tcp sport . tcp dport { " + ports + " } drop; }; }");
    }

    @Override
    public void close() {
        // declared first, so that there is one to be removed
        commands.run("nft", "table inet " + TABLE + " {}; delete table inet " + TABLE);
    }
}
