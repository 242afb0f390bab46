package io.gantry.cli.kept;

import io.gantry.cli.client.ApiClient;
import io.gantry.cli.output.Ago;
import io.gantry.cli.output.Listing;
import io.gantry.contracts.spec.ContainerSpec;
import io.gantry.contracts.spec.DeploymentSpec;
import io.gantry.contracts.view.DeploymentView;
import io.gantry.contracts.view.KeptRequest;
import io.gantry.contracts.view.KeptView;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What can be done with secrets and with configs alike. */
record Kept(String kind) {
    private String path() {
        return "/" + kind + "s";
    }

    String path(String name) {
        return path() + "/" + ApiClient.escape(name);
    }

    Listing<KeptView> listing() {
        return new Listing<>(
                path(),
                KeptView.class,
                KeptView::name,
                List.of("NAME", "VERSION", "SIZE", "USED BY", "CHANGED"),
                (one, now) -> new Object[] {
                    one.name(), one.version(), one.size() + " B", one.usedBy().isEmpty() ? "-" : String.join(", ", one.usedBy()), Ago.since(one.changedAt(), now)
                });
    }

    int create(ApiClient api, PrintWriter out, String name, Map<String, String> labels, String file) throws IOException {
        out.println(api.post(path(), new KeptRequest(name, labels, content(file)), KeptView.class).name());
        return 0;
    }

    /** @param deployments are given a new revision, whose replicas begin with the new content */
    int rotate(ApiClient api, PrintWriter out, String name, String file, List<String> deployments) throws IOException {
        KeptView rotated = api.post(path(name) + "/rotate", new KeptRequest(null, null, content(file)), KeptView.class);
        out.println(rotated.name() + " version " + rotated.version());
        for (String deployment : deployments) {
            DeploymentView made = rollOut(api, deployment, rotated);
            out.println(made.name() + " revision " + made.revision());
        }
        return 0;
    }

    /** A revision that differs in a label makes all replicas anew. */
    private DeploymentView rollOut(ApiClient api, String name, KeptView rotated) {
        String path = "/deployments/" + ApiClient.escape(name);
        DeploymentSpec before = api.get(path, DeploymentView.class).spec();
        Map<String, String> labels = new LinkedHashMap<>(before.template().labels());
        labels.put("gantry." + kind + "." + rotated.name(), Long.toString(rotated.version()));
        ContainerSpec template = before.template().but().labels(labels).build();
        return api.put(path, before.withTemplate(template), DeploymentView.class);
    }

    /** Of a file; of standard input for {@code -}. */
    private static byte[] content(String file) throws IOException {
        if (!file.equals("-")) {
            return Files.readAllBytes(Path.of(file));
        }
        try (InputStream in = System.in) {
            return in.readNBytes(KeptRequest.MOST + 1);
        }
    }
}
