package io.gantry.agent.plan;

import io.gantry.contracts.id.ContainerId;
import io.gantry.contracts.link.ApiServerName;
import io.gantry.kernel.cgroup.CgroupHierarchy;

/** What the agent does on the host, before and around the container's first process: here with folders, files and control groups. */
public sealed interface HostStep extends Step
        permits HostStep.MakeFolder, HostStep.FreshFolder, HostStep.WriteFile, HostStep.MakeCgroup, HostStep.SetLimit, HostStep.ServeApi, HostStep.ServeClient, CableStep, LauncherStep, RuntimeStep, TreeStep {
    @Override
    default String where() {
        return "agent";
    }

    record MakeFolder(String path, int mode, boolean kept, String why) implements HostStep {
        @Override
        public String title() {
            return why;
        }

        @Override
        public String call() {
            return "mkdir(\"%s\", 0%o)".formatted(path, mode);
        }

        @Override
        public String shell() {
            return "mkdir -m %o %s".formatted(mode, path);
        }

        @Override
        public String undo() {
            return kept ? "" : "rm -r " + path;
        }
    }

    /** Empties a folder or makes it. */
    record FreshFolder(String path, int mode, boolean kept, String why) implements HostStep {
        @Override
        public String title() {
            return why;
        }

        @Override
        public String call() {
            return "unlinkat(…); mkdir(\"%s\", 0%o)".formatted(path, mode);
        }

        @Override
        public String shell() {
            return "rm -rf %s; mkdir -m %o %s".formatted(path, mode, path);
        }

        @Override
        public String undo() {
            return kept ? "" : "rm -r " + path;
        }
    }

    record WriteFile(String path, String content, int mode, String why) implements HostStep {
        @Override
        public String title() {
            return why;
        }

        @Override
        public String call() {
            return "write(\"%s\", %s)".formatted(path, Text.quote(content));
        }

        @Override
        public String shell() {
            return "printf %s > %s".formatted(Text.quote(content), path);
        }
    }

    /** Gone with the run. Whoever reaches the socket may use it: it is good for what the gateway lets this container do. */
    record ServeApi(ContainerId container, String socket) implements HostStep {
        @Override
        public String title() {
            return "Take what is said on a socket to the gateway, as from this container";
        }

        @Override
        public String call() {
            return "bind(\"%s\"); chmod(0666); listen(); for each connection: TLS as this node, server name %s".formatted(socket, ApiServerName.of(container));
        }

        @Override
        public String shell() {
            return "socat UNIX-LISTEN:%s,fork,mode=666 OPENSSL:$GATEWAY,cert=node.crt,key=node.key,cafile=ca.crt,commonname=,snihost=%s &"
                    .formatted(socket, ApiServerName.of(container));
        }

        @Override
        public String undo() {
            return "kill %1; rm " + socket;
        }
    }

    /** Gone with the run. @param id what clients ask for; owners are the host's */
    record ServeClient(ContainerId container, String id, String socket, int mode, int uid, int gid) implements HostStep {
        @Override
        public String title() {
            return "Take what is said on a socket to the client that asks for '" + id + "' of this container";
        }

        @Override
        public String call() {
            return "bind(\"%s\"); chmod(0%o); chown(%d, %d); listen(); for each connection: the next WebSocket at /containers/…/accept?id=%s".formatted(socket, mode, uid, gid, id);
        }

        @Override
        public String shell() {
            return "socat UNIX-LISTEN:%s,fork,mode=%o,user=%d,group=%d UNIX:$CLIENT &".formatted(socket, mode, uid, gid);
        }

        @Override
        public String undo() {
            return "kill %1; rm " + socket;
        }
    }

    record MakeCgroup(String controller, String path) implements HostStep {
        @Override
        public String title() {
            return "Make the container's " + controller + " control group";
        }

        @Override
        public String call() {
            return "mkdir(\"%s\", 0755)".formatted(path);
        }

        @Override
        public String shell() {
            return "mkdir " + path;
        }

        @Override
        public String undo() {
            return "rmdir " + path;
        }
    }

    record SetLimit(String path, CgroupHierarchy.Setting setting) implements HostStep {
        @Override
        public String title() {
            return "Limit: " + setting.why();
        }

        @Override
        public String call() {
            return "write(\"%s/%s\", \"%s\")".formatted(path, setting.file(), setting.value());
        }

        @Override
        public String shell() {
            return "echo %s > %s/%s".formatted(setting.value(), path, setting.file());
        }
    }
}
