package io.gantry.agent.plan;

import io.gantry.kernel.process.ResourceLimit;

/** What is set once for all of the container's processes. */
public sealed interface SettingStep extends InsideStep {
    record WriteSetting(String path, String content, String why) implements SettingStep {
        @Override
        public String title() {
            return why;
        }

        @Override
        public String call() {
            return "write(\"%s\", \"%s\")".formatted(path, content);
        }

        @Override
        public String shell() {
            return "echo %s > %s".formatted(content, path);
        }
    }

    record SetHostname(String hostname) implements SettingStep {
        @Override
        public String title() {
            return "Name the host " + hostname;
        }

        @Override
        public String call() {
            return "sethostname(\"%s\")".formatted(hostname);
        }

        @Override
        public String shell() {
            return "hostname " + hostname;
        }
    }

    record SetDomainname(String name) implements SettingStep {
        @Override
        public String title() {
            return "Name the domain " + name;
        }

        @Override
        public String call() {
            return "setdomainname(\"%s\")".formatted(name);
        }

        @Override
        public String shell() {
            return "domainname " + name;
        }
    }

    record RaiseLoopback() implements SettingStep {
        @Override
        public String title() {
            return "Raise the loopback interface";
        }

        @Override
        public String call() {
            return "ioctl(SIOCSIFFLAGS, \"lo\", IFF_UP)";
        }

        @Override
        public String shell() {
            return "ip link set lo up";
        }
    }

    /**
     * @param soft and {@code hard}: -1 is no limit
     * @param less why it is less than was asked; empty if it isn't
     */
    record Limit(ResourceLimit resource, long soft, long hard, String less) implements SettingStep {
        @Override
        public String title() {
            return "Limit " + resource + " of each process" + (less.isEmpty() ? "" : ": " + less);
        }

        @Override
        public String call() {
            return "setrlimit(RLIMIT_%s, %s, %s)".formatted(resource, text(soft), text(hard));
        }

        @Override
        public String shell() {
            return "prlimit --pid $$ --%s=%d:%d".formatted(resource.word(), soft, hard);
        }

        private static String text(long limit) {
            return limit == ResourceLimit.UNLIMITED ? "RLIM_INFINITY" : Long.toString(limit);
        }
    }
}
