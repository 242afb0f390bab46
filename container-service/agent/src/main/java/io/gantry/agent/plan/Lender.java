package io.gantry.agent.plan;

/**
 * A running container whose namespaces another shares.
 *
 * @param pid its first process
 * @param names the folder in which its {@code /etc/hosts} and the like are
 * @param namespaces {@code CLONE_NEW*}: those that are shared. Its user namespace is always among them: it owns the others
 */
public record Lender(String name, String hostname, String domainname, int pid, String names, long namespaces) {
    boolean lends(long namespace) {
        return (namespaces & namespace) != 0;
    }
}
