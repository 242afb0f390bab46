package io.gantry.agent.plan.script;

import static io.gantry.agent.plan.script.ShellText.word;

import io.gantry.agent.plan.BundleInsideStep;
import io.gantry.agent.plan.CommandStep;
import io.gantry.agent.plan.FileSystemStep;
import io.gantry.agent.plan.Identity;
import io.gantry.agent.plan.InsideStep;
import io.gantry.agent.plan.KeptFile;
import io.gantry.agent.plan.MakerStep;
import io.gantry.agent.plan.PrivilegeStep;
import io.gantry.agent.plan.SettingStep;
import io.gantry.agent.plan.rule.FilesRule;
import io.gantry.kernel.capabilities.CapabilitySets;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What the first process does for each step: in bash, with the host's tools and below {@code $ROOT}, until it gives them up; in perl from
 * there on.
 *
 * @param identity who the command runs as
 */
record InsideLines(Identity identity) {
    /** @param perl for the part after the host's tools are gone */
    record Lines(List<String> bash, List<String> perl) {}

    Lines of(InsideStep step) {
        return switch (step) {
            case FileSystemStep files -> files(files);
            case SettingStep settings -> settings(settings);
            case PrivilegeStep privileges -> privileges(privileges);
            case CommandStep command -> command(command);
            case MakerStep maker -> maker(maker);
            case BundleInsideStep bundle -> bash(bundle.shell().isEmpty() ? "# " + bundle.call() : bundle.shell());
        };
    }

    private static Lines files(FileSystemStep step) {
        return switch (step) {
            case FileSystemStep.PrivateMounts _ -> bash("mount --make-rprivate /");
            case FileSystemStep.Stage _ -> bash("export ROOT=$WORK/stage; mount -t tmpfs -o nosuid,nodev,mode=755,size=64k stage $ROOT");
            case FileSystemStep.LeaveHost _ -> bash("# (later: a shell needs the host's tools)");
            case FileSystemStep.Attach(var mount, var path, _) -> bash("mount --rbind %s $ROOT%s".formatted(HostLines.place(mount), word(path)));
            case FileSystemStep.AttachSharedMemory(var path, _) ->
                    bash("kernel 'call(\"move_mount\", int($ENV{SHARED}), \"\", -100, @ARGV, 4)' $ROOT" + word(path));
            case FileSystemStep.ShowProcView _ -> bash("# (left out: it is its monitor that tells them, and by hand there is none)");
            case FileSystemStep.Move(var from, var to) -> bash("mount -n --move $ROOT%s $ROOT%s".formatted(word(from), word(to)));
            // and not over the stage: in a shell the host's tools are in sight until here
            case FileSystemStep.CoverRoot _ ->
                    new Lines(List.of("ROOT=$ROOT/new"), List.of("chdir($ENV{ROOT}); call('pivot_root', '.', '.'); call('umount2', '.', 2); chdir('/');"));
            case FileSystemStep.Pivot _ -> perl("chdir($ENV{ROOT}); call('pivot_root', '.', '.');");
            case FileSystemStep.OwnMounts _ -> bash("# (it has mounts of its own since it began)");
            case FileSystemStep.PivotOver(_, var place) -> perl("chdir($ENV{ROOT}); call('pivot_root', '.', %s); chdir('/');".formatted(ShellText.perl(place)));
            case FileSystemStep.MakeFolder(var path, var mode) -> bash("[ -d $ROOT%1$s ] || mkdir -m %2$o $ROOT%1$s".formatted(word(path), mode));
            case FileSystemStep.MakeFile(var path) -> bash("[ -e $ROOT%1$s ] || : > $ROOT%1$s".formatted(word(path)));
            case FileSystemStep.Link(var target, var path, _) -> bash("ln -sfn %s $ROOT%s".formatted(word(target), word(path)));
            case FileSystemStep.Mount mount -> mount(mount);
            case FileSystemStep.Mask(var path) -> bash("mask $ROOT" + word(path));
            case FileSystemStep.ReadOnly(var path) -> bash("read_only $ROOT" + word(path));
        };
    }

    private static Lines mount(FileSystemStep.Mount step) {
        String options = step.data().isEmpty() ? step.flags().options() : step.flags().options() + "," + step.data();
        String target = step.target().equals("/") ? "$ROOT" : "$ROOT" + word(step.target());
        return bash(
                step.type().isEmpty()
                        ? "mount -o %s %s".formatted(options, target)
                        : "mount -t %s -o %s %s %s".formatted(step.type(), options, word(step.source()), target));
    }

    /** On the bench, with what is in {@code $WORK} moved there: it covers the folder that that is in. */
    private Lines maker(MakerStep step) {
        return switch (step) {
            case MakerStep.MakeBench _ -> new Lines(
                    List.of(
                            "mount -t tmpfs -o nosuid,nodev,mode=755 gantry \"$WORK/stage\"; mkdir \"$WORK/stage/work\"",
                            "mount --rbind \"$WORK\" \"$WORK/stage/work\"; mount --move \"$WORK/stage\" %1$s; export ROOT= WORK=%1$s/work".formatted(MakerStep.BENCH)),
                    List.of());
            case MakerStep.LeaveTree leave -> bash(leave.shell());
            case MakerStep.Bring(var mount, var path, _) -> bash(
                    "if [ -d %1$s ]; then mkdir %2$s; else : > %2$s; fi; mount --rbind %1$s %2$s".formatted(HostLines.place(mount), word(path)));
            case MakerStep.CoverNull cover -> bash(cover.shell());
            case MakerStep.LayProgram _ -> bash("# (by hand, the command itself is process 1)");
            case MakerStep.OpenOutput _ -> bash("# (its output comes to this terminal)");
            case MakerStep.WriteConfig config -> new Lines(file(config.path(), config.as(identity).config().jsonByHand()), List.of());
            case MakerStep.Make make -> perl(
                    "my $pid = made(%s, %s);".formatted(ShellText.perl(MakerStep.Make.PID_FILE), perlWords(make.byHand())));
            case MakerStep.Start start -> perl("started($pid, %s);".formatted(perlWords(start.byHand())));
        };
    }

    private static List<String> file(String path, String content) {
        return List.of("cat > %s <<END".formatted(word(path)), ShellText.body(content), "END");
    }

    private static String perlWords(List<String> all) {
        return all.stream().map(ShellText::perl).collect(Collectors.joining(", "));
    }

    private static Lines settings(SettingStep step) {
        return switch (step) {
            case SettingStep.WriteSetting(var path, var content, _) -> bash("echo %s > %s".formatted(word(content), word(path)));
            case SettingStep.SetHostname(var hostname) -> bash("kernel 'hostname(@ARGV)' " + word(hostname));
            case SettingStep.SetDomainname(var name) -> bash("kernel 'domainname(@ARGV)' " + word(name));
            case SettingStep.RaiseLoopback _ -> bash("ip link set lo up");
            case SettingStep.Limit(var resource, var soft, var hard, _) -> perl("limit(%d, %d, %d);".formatted(resource.number(), soft, hard));
        };
    }

    private Lines privileges(PrivilegeStep step) {
        return switch (step) {
            case PrivilegeStep.BecomeRoot _ -> bash("# (done as it began)");
            case PrivilegeStep.KeepBounding(var kept) -> perl("bounding(0x%x);".formatted(CapabilitySets.mask(kept)));
            case PrivilegeStep.SetCapabilities(var set) -> perl("capabilities(0x%x);".formatted(CapabilitySets.mask(set)));
            case PrivilegeStep.LayDown(var gone) -> perl("lay_down(0x%x);".formatted(CapabilitySets.mask(gone)));
            case PrivilegeStep.NoNewPrivileges _ -> perl("call('prctl', 38, 1, 0, 0, 0);");
            case PrivilegeStep.BecomeUser _ -> perl("become(%d, %d%s);".formatted(
                    identity.uid(), identity.gid(), identity.groups().stream().map(group -> ", " + group).collect(Collectors.joining())));
            case PrivilegeStep.Seccomp(_, var filter) -> perl("filter('%s');".formatted(HexFormat.of().formatHex(filter)));
        };
    }

    private Lines command(CommandStep step) {
        return switch (step) {
            case CommandStep.ForkInit _ -> perl("init();");
            case CommandStep.OpenStreams _, CommandStep.OpenTerminal _ -> perl("POSIX::setsid(); open(STDIN, '<', '/dev/null');");
            case CommandStep.EnterFolder(var path, _) -> perl("enter(%s);".formatted(ShellText.perl(path)));
            case CommandStep.Execute(var arguments, var environment, var secrets) -> perl("run({%s}, %s);".formatted(
                    pairs(environment, secrets), arguments.stream().map(ShellText::perl).collect(Collectors.joining(", "))));
        };
    }

    /** What is secret is read from its file when the script runs. */
    private String pairs(Map<String, String> environment, Map<String, KeptFile> secrets) {
        Map<String, String> all = new TreeMap<>(Map.of("HOME", ShellText.perl(identity.home())));
        environment.forEach((name, value) -> all.put(name, ShellText.perl(value)));
        secrets.forEach((name, file) -> all.put(name, "scalar(do { local (@ARGV, $/) = (%s); <> })".formatted(ShellText.perl(FilesRule.PLACE + "/" + file.name()))));
        return all.entrySet().stream().map(entry -> ShellText.perl(entry.getKey()) + " => " + entry.getValue()).collect(Collectors.joining(", "));
    }

    private static Lines bash(String line) {
        return new Lines(List.of(line), List.of());
    }

    private static Lines perl(String line) {
        return new Lines(List.of(), List.of(line));
    }
}
