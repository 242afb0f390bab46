package io.gantry.contracts.api;

import static io.gantry.contracts.api.Operation.get;
import static io.gantry.contracts.api.Operation.head;
import static io.gantry.contracts.api.Operation.post;
import static io.gantry.contracts.api.Operation.put;
import static io.gantry.contracts.api.Parameter.choice;
import static io.gantry.contracts.api.Parameter.flag;
import static io.gantry.contracts.api.Parameter.moment;
import static io.gantry.contracts.api.Parameter.number;
import static io.gantry.contracts.api.Parameter.text;
import static io.gantry.contracts.problem.ProblemType.AMBIGUOUS;
import static io.gantry.contracts.problem.ProblemType.CONFLICT;
import static io.gantry.contracts.problem.ProblemType.FORBIDDEN;
import static io.gantry.contracts.problem.ProblemType.IMAGE_NOT_FOUND;
import static io.gantry.contracts.problem.ProblemType.NOT_FOUND;

import io.gantry.contracts.api.Operation.By;
import io.gantry.contracts.problem.ProblemType;
import io.gantry.contracts.spec.DebugSpec;
import io.gantry.contracts.spec.ExecSpec;
import io.gantry.contracts.view.CommitRequest;
import io.gantry.contracts.view.CommitView;
import io.gantry.contracts.view.ContainerProcess;
import io.gantry.contracts.view.ContainerSize;
import io.gantry.contracts.view.ContainerStats;
import io.gantry.contracts.view.ExecMade;
import io.gantry.contracts.view.ExecView;
import io.gantry.contracts.view.Explanation;
import io.gantry.contracts.view.IsolationView;
import io.gantry.contracts.view.LogEntry;
import io.gantry.contracts.view.PathChange;
import io.gantry.contracts.view.PathStat;
import io.gantry.contracts.view.PressureView;
import java.util.List;

/** What only the agent of a container's node can tell; the gateway asks it. */
final class StreamOperations {
    static final String TAR = "application/x-tar";
    private static final Body SOCKET = new Body.Nothing();
    private static final String FRAMES = "a WebSocket of frames: the first byte of a message is 0 stdin, 1 stdout, 2 stderr or 3 control in JSON";
    private static final Parameter PATH = text("path", "in the container").must();

    private StreamOperations() {}

    static List<Operation> all() {
        return List.of(
                of("logs", "getContainerLogs", "What it has written; lines of JSON if `Accept` is application/x-ndjson")
                        .with(
                                flag("follow", "go on as it goes on"), moment("since", "from then on"), moment("until", "up to then"), text("tail", "so many lines, or `all`"),
                                flag("stdout", "true unless only `stderr` is"), flag("stderr", "true unless only `stdout` is"), flag("timestamps", "before each line"))
                        .answers(200, "its log", new Body.Raw("text/plain", "as it was written"), new Body.Lines(LogEntry.class))
                        .answers(101, "a WebSocket with one LogEntry in each text message", SOCKET)
                        .by(By.GATEWAY),
                of("stats", "getContainerStats", "What it uses; with `stream` once a second as lines of JSON")
                        .with(flag("stream", "until its run ends"))
                        .answers(200, "what it uses", new Body.Of(ContainerStats.class), new Body.Lines(ContainerStats.class))
                        .refuses(CONFLICT)
                        .by(By.GATEWAY),
                of("pressure", "getContainerPressure", "What it had to wait for, and who made it wait")
                        .with(number("seconds", "to look, 1 to 10; 2 unless said"))
                        .answers(PressureView.class)
                        .refuses(CONFLICT)
                        .by(By.GATEWAY),
                of("processes", "listContainerProcesses", "Its processes now").lists(ContainerProcess.class).refuses(CONFLICT).by(By.GATEWAY),
                of("explain", "explainContainer", "The plan that ran, with the time of each step")
                        .with(choice("format", "json unless said", List.of("json", "text", "script")))
                        .answers(200, "how it came to be", new Body.Of(Explanation.class), new Body.Raw("text/plain", "for people, or a script of bash"))
                        .refuses(CONFLICT)
                        .by(By.GATEWAY),
                of("isolation", "getContainerIsolation", "How far it is apart from its host").answers(IsolationView.class).refuses(CONFLICT).by(By.GATEWAY),
                of("attach", "attachToContainer", "Its standard streams")
                        .with(flag("stdin", "send it input"), flag("stdout", "hear it"), flag("stderr", "hear it"), flag("logs", "what it wrote before"))
                        .answers(101, FRAMES, SOCKET)
                        .refuses(CONFLICT)
                        .by(By.GATEWAY),
                of("port-forward", "forwardContainerPort", "One connection to a TCP port of its own loopback")
                        .with(number("port", "1 to 65535").must())
                        .answers(101, FRAMES, SOCKET)
                        .refuses(CONFLICT)
                        .by(By.GATEWAY),
                of("socket-forward", "forwardContainerSocket", "The next connection that a program in it makes to a socket of kind `socket`; begins with an empty message when there is one")
                        .with(text("id", "the mount's").must())
                        .answers(101, FRAMES, SOCKET)
                        .refuses(CONFLICT)
                        .by(By.GATEWAY),
                head("/containers/{ref}/archive", "statContainerPath", "What stands at a path")
                        .with(PATH)
                        .answers(200, "it stands there")
                        .header(PathStat.HEADER, "a PathStat as JSON in base64url")
                        .refuses(NOT_FOUND, AMBIGUOUS, FORBIDDEN, CONFLICT)
                        .by(By.GATEWAY),
                of("archive", "readContainerPath", "What stands at a path, whether it runs or not")
                        .with(PATH)
                        .answers(200, "what stands there; names begin with the path's last part", tar())
                        .header(PathStat.HEADER, "a PathStat as JSON in base64url")
                        .refuses(FORBIDDEN, CONFLICT)
                        .by(By.GATEWAY),
                put("/containers/{ref}/archive", "writeContainerPath", "Unpacks a tar into the folder at a path")
                        .with(PATH, flag("keepKinds", "no folder takes a file's place, and no file a folder's"))
                        .takes(TAR, "plain or gzipped")
                        .answersNothing()
                        .refuses(NOT_FOUND, AMBIGUOUS, FORBIDDEN, CONFLICT)
                        .by(By.GATEWAY),
                of("export", "exportContainer", "Its root, without what is mounted there").answers(200, "its root", tar()).refuses(CONFLICT).by(By.GATEWAY),
                of("changes", "listContainerChanges", "What it changed of its image").lists(PathChange.class).refuses(CONFLICT).by(By.GATEWAY),
                of("size", "getContainerSize", "How much room its files take").answers(ContainerSize.class).refuses(CONFLICT).by(By.GATEWAY),
                post("/containers/{ref}/commit", "commitContainer", "Makes an image of it")
                        .takes(CommitRequest.class)
                        .makes(CommitView.class)
                        .refuses(NOT_FOUND, AMBIGUOUS, CONFLICT, IMAGE_NOT_FOUND)
                        .by(By.GATEWAY),
                post("/containers/{ref}/execs", "createExec", "A further command in it; it is started by connecting to it")
                        .takes(ExecSpec.class)
                        .makes(ExecMade.class)
                        .refuses(NOT_FOUND, AMBIGUOUS, CONFLICT)
                        .by(By.GATEWAY),
                post("/containers/{ref}/debugs", "createDebug", "A command with the files of another image in it; goes on as an exec does")
                        .takes(DebugSpec.class)
                        .makes(ExecMade.class)
                        .refuses(NOT_FOUND, AMBIGUOUS, CONFLICT, IMAGE_NOT_FOUND)
                        .by(By.GATEWAY),
                get("/execs/{ref}/{id}", "getExec", "How it goes; with `Upgrade: websocket` it is started")
                        .answers(ExecView.class)
                        .answers(101, FRAMES, SOCKET)
                        .refuses(NOT_FOUND, AMBIGUOUS, CONFLICT)
                        .by(By.GATEWAY));
    }

    private static Body tar() {
        return new Body.Raw(TAR, "a tar");
    }

    private static Operation.Builder of(String verb, String name, String summary) {
        return get("/containers/{ref}/" + verb, name, summary).refuses(NOT_FOUND, AMBIGUOUS, ProblemType.INVALID_FIELD);
    }
}
