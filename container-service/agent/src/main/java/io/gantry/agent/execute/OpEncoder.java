package io.gantry.agent.execute;

import io.gantry.agent.plan.BundleInsideStep;
import io.gantry.agent.plan.CommandStep;
import io.gantry.agent.plan.FileSystemStep;
import io.gantry.agent.plan.Handle;
import io.gantry.agent.plan.Identity;
import io.gantry.agent.plan.InsideStep;
import io.gantry.agent.plan.MakerStep;
import io.gantry.agent.plan.PrivilegeStep;
import io.gantry.agent.plan.SettingStep;
import io.gantry.kernel.capabilities.CapabilitySets;
import io.gantry.kernel.syscall.LinuxHeader;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

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
            case PrivilegeStep.BecomeRoot _ -> op(1);
            case FileSystemStep.PrivateMounts _ -> op(2);
            case FileSystemStep.Attach(var mount, var path, _) -> op(3, List.of(path), slot(mount));
            case FileSystemStep.Pivot(var root) -> op(4, List.of(), slot(root));
            case FileSystemStep.LeaveHost _, FileSystemStep.LeaveStage _ -> op(5);
            case FileSystemStep.Stage _ -> op(26);
            case FileSystemStep.Move(var from, var to) -> op(27, List.of(from, to));
            case FileSystemStep.OwnMounts _ -> op(40);
            case FileSystemStep.PivotOver(var root, var place) -> op(41, List.of(place), slot(root));
            case FileSystemStep.Link(var target, var path, _) -> op(42, List.of(target, path));
            case FileSystemStep.AttachSharedMemory(var path, _) -> op(50, List.of(path));
            case FileSystemStep.MakeFolder(var path, var mode) -> op(6, List.of(path), mode);
            case FileSystemStep.MakeFile(var path) -> op(7, List.of(path));
            case FileSystemStep.Mount(var source, var target, var type, var flags, var data, _) ->
                    op(8, List.of(source, target, type, data), flags.bits());
            case FileSystemStep.Mask(var path) -> op(9, List.of(path));
            case FileSystemStep.ReadOnly(var path) -> op(10, List.of(path));
            case SettingStep.WriteSetting(var path, var content, _) -> op(11, List.of(path, content));
            case SettingStep.SetHostname(var hostname) -> op(12, List.of(hostname));
            case SettingStep.RaiseLoopback _ -> op(13);
            case SettingStep.Limit(var resource, var soft, var hard, _) -> op(14, List.of(), resource.number(), soft, hard);
            case CommandStep.ForkInit _ -> op(15);
            case CommandStep.OpenStreams(var stdin) -> op(16, List.of(), stdin ? 1 : 0, identity.uid(), identity.gid());
            case CommandStep.OpenTerminal _ -> op(17, List.of(), 0, identity.uid());
            case PrivilegeStep.KeepBounding(var kept) -> op(18, List.of(), CapabilitySets.mask(kept));
            case PrivilegeStep.BecomeUser _ ->
                    op(19, identity.groups().stream().map(String::valueOf).toList(), identity.uid(), identity.gid(),
                            identity.groups().size());
            case PrivilegeStep.SetCapabilities(var set) -> op(20, List.of(), CapabilitySets.mask(set));
            case PrivilegeStep.LayDown(var gone) -> op(25, List.of(), CapabilitySets.mask(gone));
            case PrivilegeStep.NoNewPrivileges _ -> op(21);
            case PrivilegeStep.Seccomp(_, var filter) -> raw(22, filter, 0, filter.length / 8);
            case CommandStep.EnterFolder(var path) -> op(23, List.of(path));
            case CommandStep.Execute(var arguments, var environment) -> program(arguments, environment, false);
            case MakerStep maker -> encode(maker);
            case BundleInsideStep bundle -> encode(bundle);
        };
    }

    private byte[] encode(MakerStep step) {
        return switch (step) {
            case MakerStep.MakeBench _ -> op(70, List.of(MakerStep.BENCH));
            case MakerStep.LeaveTree(var path) -> op(71, List.of(path));
            case MakerStep.Bring(var mount, var path, _) -> op(72, List.of(path), slot(mount));
            case MakerStep.CoverNull(var own) -> op(8, List.of(own, MakerStep.CoverNull.PATH, "", ""), LinuxHeader.MS_BIND);
            case MakerStep.WriteConfig config -> op(73, List.of(config.path(), config.as(identity).config().json()));
            case MakerStep.LayProgram(var program) -> op(74, List.of(MakerStep.LayProgram.FOLDER, MakerStep.LayProgram.PATH), slot(program));
            case MakerStep.OpenOutput(var stdin, var range) ->
                    op(16, List.of(), stdin ? 1 : 0, range.first() + identity.uid(), range.first() + identity.gid());
            case MakerStep.Make make -> {
                List<String> texts = new ArrayList<>(List.of(MakerStep.Make.PID_FILE, make.terminal() ? MakerStep.Make.CONSOLE : ""));
                texts.addAll(make.arguments());
                yield op(75, texts, make.arguments().size(), slot(make.words()));
            }
            case MakerStep.Start start -> op(76, start.arguments(), start.arguments().size(), slot(start.words()));
        };
    }

    private byte[] encode(BundleInsideStep step) {
        return switch (step) {
            case BundleInsideStep.AttachAt(var mount, var path, _) -> op(3, List.of(path), slot(mount), 1);
            case BundleInsideStep.BecomeNumbers(var uid, var gid, var groups) ->
                    op(19, groups.stream().map(Integer::toUnsignedString).toList(), uid, gid, groups.size(), 1);
            case BundleInsideStep.ChangeMount(var path, var change, _) ->
                    op(30, List.of(path), change.set(), change.clear(), change.propagation(), change.all() ? 1 : 0);
            case BundleInsideStep.MakeReadOnly(var path) -> op(10, List.of(path), 1);
            case BundleInsideStep.MakePlace(var path, var file) -> op(31, List.of(path), file ? 1 : 0);
            case BundleInsideStep.MakeNode node ->
                    op(32, List.of(node.path()), mode(node.type()) | node.mode(), device(node.major(), node.minor()), node.uid(), node.gid());
            case BundleInsideStep.MakeLink(var target, var path) -> op(33, List.of(target, path));
            case BundleInsideStep.SetDomainname(var name) -> op(34, List.of(name));
            case BundleInsideStep.TakeStreams(var streams, var owner) ->
                    op(35, List.of(), slot(streams.get(0)), slot(streams.get(1)), slot(streams.get(2)), owner);
            case BundleInsideStep.SendTerminal(var to, var owner, var rows, var columns, var further) ->
                    op(36, further ? List.of("further") : List.of(), slot(to), owner, rows, columns);
            case BundleInsideStep.SetUmask(var mask) -> op(37, List.of(), mask);
            case BundleInsideStep.SetCapabilities(var permitted, var effective, var inheritable, var ambient) ->
                    op(38, List.of(), CapabilitySets.mask(permitted), CapabilitySets.mask(effective), CapabilitySets.mask(inheritable), CapabilitySets.mask(ambient));
            case BundleInsideStep.FindProgram(var arguments, var environment) -> program(arguments, environment, true);
            case BundleInsideStep.AwaitStart(var listening) -> op(39, List.of(), slot(listening));
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

    /** {@code makedev}, sys/sysmacros.h. */
    private static long device(int major, int minor) {
        return (major & 0xfffL) << 8 | minor & 0xffL | (minor & 0xfff00L) << 12;
    }

    /** @param look whether it could be executed, no more */
    private byte[] program(List<String> arguments, Map<String, String> environment, boolean look) {
        Map<String, String> all = new TreeMap<>(environment);
        all.putIfAbsent("HOME", identity.home());
        List<String> texts = new ArrayList<>(arguments);
        all.forEach((key, value) -> texts.add(key + "=" + value));
        return op(24, texts, arguments.size(), all.size(), look ? 1 : 0);
    }

    private int slot(Handle handle) {
        int index = handles.indexOf(handle);
        if (index < 0) {
            throw new IllegalStateException("the plan doesn't hand over " + handle);
        }
        return index;
    }

    private static byte[] op(int code) {
        return raw(code, new byte[0], 0);
    }

    private static byte[] op(int code, List<String> texts, long... numbers) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (String text : texts) {
            if (text.indexOf('\0') >= 0) {
                throw new IllegalArgumentException("a text for the kernel can't hold a zero byte");
            }
            all.writeBytes(text.getBytes(StandardCharsets.UTF_8));
            all.write(0);
        }
        return raw(code, all.toByteArray(), texts.size(), numbers);
    }

    private static byte[] raw(int code, byte[] text, int texts, long... numbers) {
        int size = HEADER + text.length + 7 & ~7;
        ByteBuffer out = Wire.buffer(size).putInt(code).putInt(size);
        for (int i = 0; i < 4; i++) {
            out.putLong(i < numbers.length ? numbers[i] : 0);
        }
        return out.putInt(texts).putInt(0).put(text).array();
    }
}
