package io.gantry.agent.execute;

import io.gantry.agent.plan.BundleInsideStep;
import io.gantry.agent.plan.CommandStep;
import io.gantry.agent.plan.FileSystemStep;
import io.gantry.agent.plan.Handle;
import io.gantry.agent.plan.Identity;
import io.gantry.agent.plan.InsideStep;
import io.gantry.agent.plan.KeptFile;
import io.gantry.agent.plan.MakerStep;
import io.gantry.agent.plan.PrivilegeStep;
import io.gantry.agent.plan.SettingStep;
import io.gantry.agent.plan.TerminalSize;
import io.gantry.kernel.capabilities.CapabilitySets;
import io.gantry.kernel.syscall.DeviceNumber;
import io.gantry.kernel.syscall.LinuxHeader;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Steps as the launcher's operations: {@code struct op} of {@code launcher/wire.h}. Pure.
 *
 * @param handles what the first process gets, in the order of its slots
 * @param identity who the command runs as
 */
record OpEncoder(List<Handle> handles, Identity identity) {
    private static final int HEADER = 48;
    /** Offset of {@code nanos}, which the launcher writes back. */
    private static final int NANOS = 44;

    byte[] encode(List<InsideStep> steps) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        steps.forEach(step -> out.writeBytes(encode(step)));
        return out.toByteArray();
    }

    /** What each operation took, from the file after it ran. */
    static long[] nanos(byte[] file, int count) {
        ByteBuffer in = Wire.wrap(file);
        long[] nanos = new long[count];
        for (int i = 0, at = 0; i < count && at + HEADER <= file.length; i++) {
            nanos[i] = Integer.toUnsignedLong(in.getInt(at + NANOS));
            at += in.getInt(at + 4);
        }
        return nanos;
    }

    private byte[] encode(InsideStep step) {
        return switch (step) {
            case PrivilegeStep.BecomeRoot _ -> op(Operation.BECOME_ROOT);
            case FileSystemStep.PrivateMounts _ -> op(Operation.PRIVATE_MOUNTS);
            case FileSystemStep.Attach(var mount, var path, _) -> op(Operation.ATTACH, List.of(path), slot(mount));
            case FileSystemStep.Pivot(var root) -> op(Operation.PIVOT, List.of(), slot(root));
            case FileSystemStep.CoverRoot(var root) -> op(Operation.COVER_ROOT, List.of(), slot(root));
            case FileSystemStep.LeaveHost _ -> op(Operation.DETACH_OLD_ROOT);
            case FileSystemStep.Stage _ -> op(Operation.STAGE);
            case FileSystemStep.Move(var from, var to) -> op(Operation.MOVE, List.of(from, to));
            case FileSystemStep.OwnMounts _ -> op(Operation.OWN_MOUNTS);
            case FileSystemStep.PivotOver(var root, var place) -> op(Operation.PIVOT_OVER, List.of(place), slot(root));
            case FileSystemStep.Link(var target, var path, _) -> op(Operation.LINK, List.of(target, path));
            case FileSystemStep.AttachSharedMemory(var path, _) -> op(Operation.SHARED_MEMORY, List.of(path));
            case FileSystemStep.ShowProcView(var view, var place, var paths) ->
                    op(Operation.SHOW, Stream.concat(Stream.of(place), paths.stream()).toList(), slot(view));
            case FileSystemStep.MakeFolder(var path, var mode) -> op(Operation.MAKE_FOLDER, List.of(path), mode);
            case FileSystemStep.MakeFile(var path) -> op(Operation.MAKE_FILE, List.of(path));
            case FileSystemStep.Mount(var source, var target, var type, var flags, var data, _) ->
                    op(Operation.MOUNT, List.of(source, target, type, data), flags.bits());
            case FileSystemStep.Mask(var path) -> op(Operation.MASK, List.of(path));
            case FileSystemStep.ReadOnly(var path) -> op(Operation.READ_ONLY, List.of(path));
            case SettingStep.WriteSetting(var path, var content, _) -> op(Operation.WRITE, List.of(path, content));
            case SettingStep.SetHostname(var hostname) -> op(Operation.HOSTNAME, List.of(hostname));
            case SettingStep.SetDomainname(var name) -> op(Operation.DOMAINNAME, List.of(name));
            case SettingStep.RaiseLoopback _ -> op(Operation.LOOPBACK);
            case SettingStep.Limit(var resource, var soft, var hard, _) -> op(Operation.RLIMIT, List.of(), resource.number(), soft, hard);
            case CommandStep.ForkInit _ -> op(Operation.INIT);
            case CommandStep.OpenStreams(var stdin) -> op(Operation.STREAMS, List.of(), stdin ? 1 : 0, identity.uid(), identity.gid());
            case CommandStep.OpenTerminal(var size) ->
                    op(Operation.TERMINAL, List.of(), 0, identity.uid(), size.map(TerminalSize::rows).orElse(0), size.map(TerminalSize::columns).orElse(0));
            case PrivilegeStep.KeepBounding(var kept) -> op(Operation.BOUNDING, List.of(), CapabilitySets.mask(kept));
            case PrivilegeStep.BecomeUser _ ->
                    op(Operation.USER, identity.groups().stream().map(String::valueOf).toList(), identity.uid(), identity.gid(),
                            identity.groups().size());
            case PrivilegeStep.SetCapabilities(var set) -> op(Operation.CAPABILITIES, List.of(), CapabilitySets.mask(set));
            case PrivilegeStep.LayDown(var gone) -> op(Operation.LAY_DOWN, List.of(), CapabilitySets.mask(gone));
            case PrivilegeStep.NoNewPrivileges _ -> op(Operation.NO_NEW_PRIVILEGES);
            case PrivilegeStep.Seccomp(_, var filter) -> raw(Operation.SECCOMP, filter, 0, filter.length / 8);
            case CommandStep.EnterFolder(var path, var made) -> op(Operation.FOLDER, List.of(path), made ? 1 : 0);
            case CommandStep.Execute(var arguments, var environment, var secrets) -> program(arguments, with(environment, secrets), false);
            case MakerStep maker -> encode(maker);
            case BundleInsideStep bundle -> encode(bundle);
        };
    }

    private byte[] encode(MakerStep step) {
        return switch (step) {
            case MakerStep.MakeBench _ -> op(Operation.BENCH, List.of(MakerStep.BENCH));
            case MakerStep.LeaveTree(var path) -> op(Operation.UNMOUNT, List.of(path));
            case MakerStep.Bring(var mount, var path, _) -> op(Operation.BRING, List.of(path), slot(mount));
            case MakerStep.CoverNull(var own) -> op(Operation.MOUNT, List.of(own, MakerStep.CoverNull.PATH, "", ""), LinuxHeader.MS_BIND);
            case MakerStep.WriteConfig config -> op(Operation.NEW_FILE, List.of(config.path(), config.as(identity).config().json()));
            case MakerStep.LayProgram(var program) -> op(Operation.PROGRAM, List.of(MakerStep.LayProgram.FOLDER, MakerStep.LayProgram.PATH), slot(program));
            case MakerStep.OpenOutput(var stdin, var range) ->
                    op(Operation.STREAMS, List.of(), stdin ? 1 : 0, range.first() + identity.uid(), range.first() + identity.gid());
            case MakerStep.Make make -> {
                List<String> texts = new ArrayList<>(List.of(MakerStep.Make.PID_FILE, make.terminal() ? MakerStep.Make.CONSOLE : ""));
                texts.addAll(make.arguments());
                yield op(Operation.MAKE, texts, make.arguments().size(), slot(make.words()));
            }
            case MakerStep.Start start -> op(Operation.START, start.arguments(), start.arguments().size(), slot(start.words()));
        };
    }

    private byte[] encode(BundleInsideStep step) {
        return switch (step) {
            case BundleInsideStep.AttachAt(var mount, var path, _) -> op(Operation.ATTACH, List.of(path), slot(mount), 1);
            case BundleInsideStep.BecomeNumbers(var uid, var gid, var groups) ->
                    op(Operation.USER, groups.stream().map(Integer::toUnsignedString).toList(), uid, gid, groups.size(), 1);
            case BundleInsideStep.ChangeMount(var path, var change, _) ->
                    op(Operation.MOUNT_ATTRIBUTES, List.of(path), change.set(), change.clear(), change.propagation(), change.all() ? 1 : 0);
            case BundleInsideStep.MakeReadOnly(var path) -> op(Operation.READ_ONLY, List.of(path), 1);
            case BundleInsideStep.MakePlace(var path, var file) -> op(Operation.PLACE, List.of(path), file ? 1 : 0);
            case BundleInsideStep.MakeNode node ->
                    op(Operation.NODE, List.of(node.path()), mode(node.type()) | node.mode(), new DeviceNumber(node.major(), node.minor()).packed(), node.uid(), node.gid());
            case BundleInsideStep.MakeLink(var target, var path) -> op(Operation.FIRST_LINK, List.of(target, path));
            case BundleInsideStep.TakeStreams(var streams, var owner) ->
                    op(Operation.TAKE_STREAMS, List.of(), slot(streams.get(0)), slot(streams.get(1)), slot(streams.get(2)), owner);
            case BundleInsideStep.SendTerminal(var to, var owner, var rows, var columns, var further) ->
                    op(Operation.SEND_TERMINAL, further ? List.of("further") : List.of(), slot(to), owner, rows, columns);
            case BundleInsideStep.SetUmask(var mask) -> op(Operation.UMASK, List.of(), mask);
            case BundleInsideStep.SetCapabilities(var permitted, var effective, var inheritable, var ambient) ->
                    op(Operation.ALL_CAPABILITIES, List.of(), CapabilitySets.mask(permitted), CapabilitySets.mask(effective), CapabilitySets.mask(inheritable), CapabilitySets.mask(ambient));
            case BundleInsideStep.FindProgram(var arguments, var environment) -> program(arguments, environment, true);
            case BundleInsideStep.AwaitStart(var listening) -> op(Operation.AWAIT_START, List.of(), slot(listening));
        };
    }

    /** {@code S_IF…}, linux/stat.h. */
    private static int mode(char type) {
        return switch (type) {
            case 'c', 'u' -> 0x2000;
            case 'b' -> 0x6000;
            case 'p' -> 0x1000;
            default -> throw new IllegalArgumentException("a device is of type c, b or p, got " + type);
        };
    }

    private static Map<String, String> with(Map<String, String> environment, Map<String, KeptFile> secrets) {
        Map<String, String> all = new TreeMap<>(environment);
        secrets.forEach((name, file) -> all.put(name, file.text(name)));
        return all;
    }

    /** @param look whether it could be executed, no more */
    private byte[] program(List<String> arguments, Map<String, String> environment, boolean look) {
        Map<String, String> all = new TreeMap<>(environment);
        all.putIfAbsent("HOME", identity.home());
        List<String> texts = new ArrayList<>(arguments);
        all.forEach((key, value) -> texts.add(key + "=" + value));
        return op(Operation.EXEC, texts, arguments.size(), all.size(), look ? 1 : 0);
    }

    private int slot(Handle handle) {
        int index = handles.indexOf(handle);
        if (index < 0) {
            throw new IllegalStateException("the plan doesn't hand over " + handle);
        }
        return index;
    }

    private static byte[] op(Operation operation) {
        return raw(operation, new byte[0], 0);
    }

    private static byte[] op(Operation operation, List<String> texts, long... numbers) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (String text : texts) {
            if (text.indexOf('\0') >= 0) {
                throw new IllegalArgumentException("a text for the kernel can't hold a zero byte");
            }
            all.writeBytes(text.getBytes(StandardCharsets.UTF_8));
            all.write(0);
        }
        return raw(operation, all.toByteArray(), texts.size(), numbers);
    }

    private static byte[] raw(Operation operation, byte[] text, int texts, long... numbers) {
        int size = HEADER + text.length + 7 & ~7;
        ByteBuffer out = Wire.buffer(size).putInt(operation.code()).putInt(size);
        for (int i = 0; i < 4; i++) {
            out.putLong(i < numbers.length ? numbers[i] : 0);
        }
        return out.putInt(texts).putInt(0).put(text).array();
    }
}
