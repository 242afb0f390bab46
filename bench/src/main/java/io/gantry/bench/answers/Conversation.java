package io.gantry.bench.answers;

import java.util.ArrayList;
import java.util.List;

/** What is asked of both, in this order: the life of a container with its questions and refusals, then networks, volumes, images. It leaves nothing behind. */
final class Conversation {
    static final String IMAGE = "gantry-answers:1";
    /** What is made bears it, so that others' things aren't seen. */
    private static final String LABEL = "gantry-answers";
    private static final String OURS = "filters=%7B%22label%22%3A%5B%22" + LABEL + "%22%5D%7D";
    private static final String SLEEPS = """
            {"Image": "%s", "Cmd": ["sleep", "1000"], "Env": ["A=b c"], "Labels": {"%s": "", "team": "shop"}, "User": "0", "WorkingDir": "/tmp", "Hostname": "web",
             "ExposedPorts": {"80/tcp": {}}, "StopSignal": "SIGTERM", "StopTimeout": 1,
             "HostConfig": {"Memory": 33554432, "NanoCpus": 100000000, "PidsLimit": 100, "RestartPolicy": {"Name": "on-failure", "MaximumRetryCount": 3},
              "CapAdd": ["NET_RAW"], "CapDrop": ["MKNOD"], "ReadonlyRootfs": false, "Init": true}}""".formatted(IMAGE, LABEL);
    private static final String ENDS = """
            {"Image": "%s", "Cmd": ["sh", "-c", "echo one; echo two >&2; exit 3"], "Labels": {"%s": ""}, "HostConfig": {"Memory": 33554432, "NetworkMode": "none"}}"""
            .formatted(IMAGE, LABEL);

    private final List<Exchange> exchanges = new ArrayList<>();

    private Conversation() {
        system();
        refusedCreates();
        running();
        ended();
        networks();
        volumes();
        images();
    }

    static List<Exchange> all() {
        return List.copyOf(new Conversation().exchanges);
    }

    private Exchange ask(String what, String method, String path) {
        return ask(Exchange.of(what, method, path));
    }

    private Exchange ask(String what, String method, String path, String body) {
        return ask(Exchange.of(what, method, path, body));
    }

    private Exchange ask(Exchange exchange) {
        exchanges.add(exchange);
        return exchange;
    }

    private void system() {
        ask("ping", "GET", "/_ping");
        ask("version", "GET", "/version");
        ask("a page that isn't there", "GET", "/unicorns");
        ask("another method", "PUT", "/containers/json");
    }

    private void refusedCreates() {
        ask("create, no body", "POST", "/containers/create");
        ask("create, no JSON", "POST", "/containers/create", "{\"Image\": ");
        ask("create, another type", "POST", "/containers/create", "{\"Image\": 5}");
        ask("create, no image said", "POST", "/containers/create", "{\"Cmd\": [\"true\"]}");
        ask("create, image not here", "POST", "/containers/create", "{\"Image\": \"gantry-answers-nowhere:1\"}");
        ask("create, bad name", "POST", "/containers/create?name=a%20b", SLEEPS);
        ask("create, no such network", "POST", "/containers/create", "{\"Image\": \"" + IMAGE + "\", \"HostConfig\": {\"NetworkMode\": \"gantry-answers-nowhere\"}}");
        ask("create, bad signal", "POST", "/containers/create", "{\"Image\": \"" + IMAGE + "\", \"StopSignal\": \"SIGNOTHING\"}");
        ask("create, bad port", "POST", "/containers/create", "{\"Image\": \"" + IMAGE + "\", \"HostConfig\": {\"PortBindings\": {\"80/tcp\": [{\"HostPort\": \"x\"}]}}}");
        ask("create, bad restart policy", "POST", "/containers/create", "{\"Image\": \"" + IMAGE + "\", \"HostConfig\": {\"RestartPolicy\": {\"Name\": \"sometimes\"}}}");
    }

    private void running() {
        ask("create", "POST", "/containers/create?name=answers-a", SLEEPS);
        ask("create, name taken", "POST", "/containers/create?name=answers-a", SLEEPS);
        ask("inspect, created", "GET", "/containers/answers-a/json");
        ask("list of created", "GET", "/containers/json?all=1&" + OURS);
        ask("kill, not running", "POST", "/containers/answers-a/kill");
        ask("exec, not running", "POST", "/containers/answers-a/exec", "{\"Cmd\": [\"true\"]}");
        ask("stop, not running", "POST", "/containers/answers-a/stop");
        ask("start", "POST", "/containers/answers-a/start");
        ask("start, running", "POST", "/containers/answers-a/start");
        ask("inspect, running", "GET", "/containers/answers-a/json");
        ask("list of running", "GET", "/containers/json?" + OURS);
        ask("list, unknown filter", "GET", "/containers/json?filters=%7B%22unicorn%22%3A%5B%22a%22%5D%7D");
        ask("list, filters no JSON", "GET", "/containers/json?filters=%7B");
        ask("inspect, not there", "GET", "/containers/answers-nowhere/json");
        ask("top", "GET", "/containers/answers-a/top?ps_args=-o%20pid,args");
        ask("changes", "GET", "/containers/answers-a/changes");
        ask("logs, no stream said", "GET", "/containers/answers-a/logs");
        ask("remove, running", "DELETE", "/containers/answers-a");
        ask("kill, no such signal", "POST", "/containers/answers-a/kill?signal=NOTHING");
        exec();
        ask("archive, not there", "GET", "/containers/answers-a/archive?path=/nowhere");
        ask("rename", "POST", "/containers/answers-a/rename?name=answers-b");
        ask("rename, not there", "POST", "/containers/answers-a/rename?name=answers-c");
        ask("update", "POST", "/containers/answers-b/update", "{\"Memory\": 67108864, \"MemorySwap\": 67108864}");
        ask("pause", "POST", "/containers/answers-b/pause");
        ask("pause, paused", "POST", "/containers/answers-b/pause");
        ask("inspect, paused", "GET", "/containers/answers-b/json");
        ask("unpause", "POST", "/containers/answers-b/unpause");
        ask("unpause, not paused", "POST", "/containers/answers-b/unpause");
        ask("stop", "POST", "/containers/answers-b/stop?t=5");
        ask("inspect, stopped", "GET", "/containers/answers-b/json");
        ask("remove", "DELETE", "/containers/answers-b");
        ask("remove, not there", "DELETE", "/containers/answers-b");
    }

    private void exec() {
        ask(Exchange.of("exec", "POST", "/containers/answers-a/exec", "{\"AttachStdout\": true, \"Cmd\": [\"echo\", \"inside\"]}").keeping("exec"));
        ask("exec, inspect, created", "GET", "/exec/{exec}/json");
        ask("exec, start", "POST", "/exec/{exec}/start", "{\"Detach\": false, \"Tty\": false}");
        ask("exec, inspect, ended", "GET", "/exec/{exec}/json");
        ask("exec, no command", "POST", "/containers/answers-a/exec", "{\"AttachStdout\": true}");
        ask("exec, not there", "GET", "/exec/" + "ab".repeat(32) + "/json");
    }

    private void ended() {
        ask("create, one that ends", "POST", "/containers/create?name=answers-e", ENDS);
        ask("start, one that ends", "POST", "/containers/answers-e/start");
        ask("wait", "POST", "/containers/answers-e/wait");
        ask("inspect, ended", "GET", "/containers/answers-e/json");
        ask("list of ended", "GET", "/containers/json?all=1&" + OURS);
        ask("logs, standard output", "GET", "/containers/answers-e/logs?stdout=1");
        ask("logs, standard error", "GET", "/containers/answers-e/logs?stderr=1");
        ask("restart policy of what ended", "POST", "/containers/answers-e/update", "{\"RestartPolicy\": {\"Name\": \"no\"}}");
        ask("wait, no such condition", "POST", "/containers/answers-e/wait?condition=sometime");
        ask("prune", "POST", "/containers/prune?" + OURS);
        ask("list of none", "GET", "/containers/json?all=1&" + OURS);
    }

    private void networks() {
        ask("network, create", "POST", "/networks/create", "{\"Name\": \"answers-net\", \"CheckDuplicate\": true, \"Labels\": {\"" + LABEL + "\": \"\"}}");
        ask("network, name taken", "POST", "/networks/create", "{\"Name\": \"answers-net\", \"CheckDuplicate\": true}");
        ask("network, no name", "POST", "/networks/create", "{}");
        ask("network, inspect", "GET", "/networks/answers-net");
        ask("network, list", "GET", "/networks?" + OURS);
        ask("network, not there", "GET", "/networks/answers-nowhere");
        ask("create, on a network", "POST", "/containers/create?name=answers-n", "{\"Image\": \"" + IMAGE + "\", \"Cmd\": [\"sleep\", \"1000\"], \"Labels\": {\"" + LABEL
                + "\": \"\"}, \"HostConfig\": {\"NetworkMode\": \"answers-net\", \"Memory\": 33554432}, \"NetworkingConfig\": {\"EndpointsConfig\": {\"answers-net\": {\"Aliases\": [\"db\"]}}}}");
        ask("start, on a network", "POST", "/containers/answers-n/start");
        ask("inspect, on a network", "GET", "/containers/answers-n/json");
        ask("network, inspect, in use", "GET", "/networks/answers-net");
        ask("network, remove, in use", "DELETE", "/networks/answers-net");
        ask("network, disconnect", "POST", "/networks/answers-net/disconnect", "{\"Container\": \"answers-n\"}");
        ask("network, disconnect, not on it", "POST", "/networks/answers-net/disconnect", "{\"Container\": \"answers-n\"}");
        ask("network, connect", "POST", "/networks/answers-net/connect", "{\"Container\": \"answers-n\"}");
        ask("network, connect, no container", "POST", "/networks/answers-net/connect", "{\"Container\": \"answers-nowhere\"}");
        ask("remove, by force", "DELETE", "/containers/answers-n?force=1");
        ask("network, remove", "DELETE", "/networks/answers-net");
        ask("network, remove, not there", "DELETE", "/networks/answers-net");
        ask("network, remove of Docker's own", "DELETE", "/networks/bridge");
    }

    private void volumes() {
        ask("volume, create", "POST", "/volumes/create", "{\"Name\": \"answers-data\", \"Labels\": {\"" + LABEL + "\": \"\"}}");
        ask("volume, create again", "POST", "/volumes/create", "{\"Name\": \"answers-data\"}");
        ask("volume, bad name", "POST", "/volumes/create", "{\"Name\": \"a/b\"}");
        ask("volume, inspect", "GET", "/volumes/answers-data");
        ask("volume, list", "GET", "/volumes?" + OURS);
        ask("volume, not there", "GET", "/volumes/answers-nowhere");
        ask("create, with a volume", "POST", "/containers/create?name=answers-v", "{\"Image\": \"" + IMAGE + "\", \"HostConfig\": {\"Binds\": [\"answers-data:/data:ro\"], \"Memory\": 33554432}}");
        ask("inspect, with a volume", "GET", "/containers/answers-v/json");
        ask("volume, remove, in use", "DELETE", "/volumes/answers-data");
        ask("remove, with a volume", "DELETE", "/containers/answers-v");
        ask("volume, remove", "DELETE", "/volumes/answers-data");
        ask("volume, remove, not there", "DELETE", "/volumes/answers-data");
    }

    private void images() {
        ask("image, inspect", "GET", "/images/" + IMAGE + "/json");
        ask("image, list", "GET", "/images/json?filters=%7B%22reference%22%3A%5B%22gantry-answers%22%5D%7D");
        ask("image, history", "GET", "/images/" + IMAGE + "/history");
        ask("image, not there", "GET", "/images/gantry-answers-nowhere:1/json");
        ask("image, tag", "POST", "/images/" + IMAGE + "/tag?repo=gantry-answers&tag=2");
        ask("image, tag, bad name", "POST", "/images/" + IMAGE + "/tag?repo=UPPER&tag=2");
        ask("image, tag, not there", "POST", "/images/gantry-answers-nowhere:1/tag?repo=gantry-answers&tag=3");
        ask("image, untag", "DELETE", "/images/gantry-answers:2");
        ask("image, remove, not there", "DELETE", "/images/gantry-answers:2");
    }
}
