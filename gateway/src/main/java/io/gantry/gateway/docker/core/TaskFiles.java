package io.gantry.gateway.docker.core;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.gantry.contracts.spec.ContainerSpec;
import io.gantry.contracts.spec.Mount;
import java.util.ArrayList;
import java.util.List;

/** {@code Secrets} and {@code Configs} of a service: files, a secret's in {@code /run/secrets} and a config's in the root, unless a path says otherwise. */
final class TaskFiles {
    private static final String SECRETS = "/run/secrets/";
    private static final String ROOT = "/";

    private TaskFiles() {}

    static List<Mount> read(Fields container, Cluster cluster) {
        List<Mount> mounts = new ArrayList<>();
        for (Fields secret : container.list("Secrets")) {
            String name = cluster.secret(secret.text("SecretID"), secret.text("SecretName"));
            Fields file = file(secret);
            mounts.add(new Mount.Secret(name, target(SECRETS, file, name), mode(file), id(file, "UID"), id(file, "GID"), null));
        }
        for (Fields config : container.list("Configs")) {
            String name = cluster.config(config.text("ConfigID"), config.text("ConfigName"));
            Fields file = file(config);
            mounts.add(new Mount.Config(name, target(ROOT, file, name), mode(file), id(file, "UID"), id(file, "GID"), null));
        }
        return mounts;
    }

    private static Fields file(Fields use) {
        if (!use.given("File")) {
            throw use.given("Runtime") ? use.unsupported("Runtime") : new DockerRefusal(400, "rpc error: code = InvalidArgument desc = malformed reference: it says no file");
        }
        return use.in("File");
    }

    private static String target(String folder, Fields file, String name) {
        String path = file.text("Name").isEmpty() ? name : file.text("Name");
        return path.startsWith("/") ? path : folder + path;
    }

    private static Integer mode(Fields file) {
        Long mode = file.wholeOrNull("Mode", 0, 0777);
        return mode == null ? null : mode.intValue();
    }

    private static Integer id(Fields file, String name) {
        String text = file.text(name);
        if (!text.matches("\\d{0,9}")) {
            throw new DockerRefusal(400, name + " of a file is a number, got '" + text + "'");
        }
        return text.isEmpty() ? null : Integer.valueOf(text);
    }

    static void show(ContainerSpec spec, Cluster cluster, ObjectNode container) {
        ArrayNode secrets = container.putArray("Secrets");
        ArrayNode configs = container.putArray("Configs");
        for (Mount.Kept kept : spec.kept()) {
            switch (kept) {
                case Mount.Secret secret -> show(secret, SECRETS, secrets.addObject().put("SecretID", cluster.secretId(kept.source())).put("SecretName", kept.source()));
                case Mount.Config config -> show(config, ROOT, configs.addObject().put("ConfigID", cluster.configId(kept.source())).put("ConfigName", kept.source()));
            }
        }
        if (secrets.isEmpty()) {
            container.remove("Secrets");
        }
        if (configs.isEmpty()) {
            container.remove("Configs");
        }
    }

    private static void show(Mount.Kept kept, String folder, ObjectNode json) {
        boolean usual = kept.target().startsWith(folder) && kept.target().indexOf('/', folder.length()) < 0;
        ObjectNode file = json.putObject("File").put("Name", usual ? kept.target().substring(folder.length()) : kept.target());
        file.put("UID", kept.uid() == null ? "" : kept.uid().toString()).put("GID", kept.gid() == null ? "" : kept.gid().toString()).put("Mode", kept.mode());
    }
}
