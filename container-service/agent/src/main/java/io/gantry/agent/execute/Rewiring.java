package io.gantry.agent.execute;

import static io.gantry.agent.execute.WiringListener.Deed.ANNOUNCED;
import static io.gantry.agent.execute.WiringListener.Deed.BROUGHT_UP;
import static io.gantry.agent.execute.WiringListener.Deed.LED_OUT;
import static io.gantry.agent.execute.WiringListener.Deed.NAMED;
import static io.gantry.agent.execute.WiringListener.Deed.RECORDED;
import static io.gantry.agent.execute.WiringListener.Deed.TIED;
import static io.gantry.agent.execute.WiringListener.Deed.UNPLUGGED;

import io.gantry.agent.plan.NameFiles;
import io.gantry.agent.plan.PlanInput;
import io.gantry.agent.plan.rule.NetworkRule;
import io.gantry.agent.runtime.Attachment;
import io.gantry.contracts.spec.Resources;
import io.gantry.contracts.unit.Bytes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Other networks for a container that runs. Each thing that is done finds out by itself whether it is done already, and what is to come and to go is
 * written down before: an agent that ends in the middle leaves the rest to the next, which is asked for the same again, or for something else.
 */
final class Rewiring {
    private final Cables cables;
    private final ContainerFolders folders;
    private final Watch watch;
    private final WiringListener listener;

    Rewiring(Cables cables, ContainerFolders folders, Watch watch, WiringListener listener) {
        this.cables = cables;
        this.folders = folders;
        this.watch = watch;
        this.listener = listener;
    }

    /** @param wanted by name; the way out is by the first */
    void rewire(LiveContainer live, List<Attachment> wanted) {
        ContainerRecord before = live.record();
        List<Plug> there = before.plugs();
        List<Plug> plugs = plugs(there, wanted);
        List<Plug> gone = there.stream().filter(old -> plugs.stream().noneMatch(plug -> plug.hostInterface().equals(old.hostInterface()))).toList();
        watch.become(live, before.with(Stream.concat(plugs.stream(), gone.stream()).toList()));
        listener.done(ANNOUNCED);
        gone.forEach(this::unplug);
        plugs.forEach(plug -> plugIn(before, plug));
        if (!plugs.isEmpty()) {
            cables.leadOut(before.pid(), plugs.getFirst().inside(), wanted.getFirst().gateway());
            listener.done(LED_OUT);
        }
        name(before, there, wanted);
        listener.done(NAMED);
        watch.become(live, before.with(plugs));
        listener.done(RECORDED);
    }

    /** One that is there keeps its name inside; another gets the first that nobody has, also not one that is about to go. */
    private static List<Plug> plugs(List<Plug> there, List<Attachment> wanted) {
        Set<String> taken = there.stream().map(Plug::inside).collect(Collectors.toSet());
        List<Plug> plugs = new ArrayList<>();
        for (Attachment network : wanted) {
            String inside = there.stream()
                    .filter(plug -> plug.hostInterface().equals(network.hostInterface()))
                    .map(Plug::inside)
                    .findFirst()
                    .orElseGet(() -> free(taken));
            taken.add(inside);
            plugs.add(Plug.of(inside, network));
        }
        return List.copyOf(plugs);
    }

    private static String free(Set<String> taken) {
        return IntStream.iterate(0, i -> i + 1).mapToObj(NetworkRule::inside).filter(name -> !taken.contains(name)).findFirst().orElseThrow();
    }

    private void unplug(Plug plug) {
        cables.unplug(plug.hostInterface());
        listener.done(UNPLUGGED);
    }

    private void plugIn(ContainerRecord record, Plug plug) {
        cables.tie(record.pid(), plug.inside(), plug.network());
        listener.done(TIED);
        Resources limits = record.container().spec().resources();
        if (limits.networkIn() != null || limits.networkOut() != null) {
            cables.limit(plug.hostInterface(), plug.inside(), record.pid(), rate(limits.networkIn()), rate(limits.networkOut()));
        }
        cables.bringUp(record.pid(), plug.inside(), plug.network());
        listener.done(BROUGHT_UP);
    }

    private static Long rate(Bytes perSecond) {
        return perSecond == null ? null : perSecond.value();
    }

    private void name(ContainerRecord record, List<Plug> there, List<Attachment> wanted) {
        List<Attachment> before = there.stream().map(Plug::network).filter(Objects::nonNull).toList();
        Path names = folders.names(record.slotName());
        NameFiles own = NameFiles.of(PlanInput.hostname(record.container()), PlanInput.domainname(record.container()), record.container().spec());
        rewrite(names.resolve("hosts"), text -> own.hosts(text, before, wanted));
        rewrite(names.resolve("resolv.conf"), text -> own.resolver(text, before, wanted));
    }

    /** In its place: the container has the file itself mounted. */
    private static void rewrite(Path file, UnaryOperator<String> change) {
        try {
            String present = Files.readString(file);
            String text = change.apply(present);
            if (!text.equals(present)) {
                Files.writeString(file, text);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
