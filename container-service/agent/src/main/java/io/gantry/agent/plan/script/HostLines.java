package io.gantry.agent.plan.script;

import static io.gantry.agent.plan.script.ShellText.body;
import static io.gantry.agent.plan.script.ShellText.word;

import io.gantry.agent.plan.CableStep;
import io.gantry.agent.plan.Handle;
import io.gantry.agent.plan.HostDevice;
import io.gantry.agent.plan.HostStep;
import io.gantry.agent.plan.Identity;
import io.gantry.agent.plan.KeptFile;
import io.gantry.agent.plan.LauncherStep;
import io.gantry.agent.plan.RuntimeStep;
import io.gantry.agent.plan.SizeKeeper;
import io.gantry.agent.plan.TreeStep;
import io.gantry.agent.runtime.Attachment;
import io.gantry.contracts.id.ContainerId;
import io.gantry.contracts.link.ApiServerName;
import io.gantry.kernel.mount.DeviceFolder;
import io.gantry.kernel.namespaces.IdRange;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** What a person types on the host for each step. */
final class HostLines {
    private HostLines() {}

    /** @param identity who the command runs as */
    static List<String> of(HostStep step, Identity identity) {
        return switch (step) {
            case HostStep.MakeFolder(var path, var mode, _, _) -> List.of("mkdir -p -m %o %s".formatted(mode, word(path)));
            case HostStep.FreshFolder(var path, var mode, _, _) -> List.of("rm -rf %1$s; mkdir -m %2$o %1$s".formatted(word(path), mode));
            case HostStep.WriteFile(var path, var content, var mode, _) -> file(path, content, mode);
            case HostStep.MakeCgroup(_, var path) -> List.of("mkdir -p " + word(path));
            case HostStep.SetLimit(var path, var setting) -> List.of("echo %s > %s/%s".formatted(word(setting.value()), word(path), setting.file()));
            case HostStep.ServeApi(var container, var socket) -> api(container, socket);
            case HostStep.ServeClient(_, var id, var socket, var mode, var uid, var gid) -> List.of(
                    "socat UNIX-LISTEN:%s,fork,mode=%o,user=%d,group=%d \"UNIX:${CLIENT?set it to a socket that answers as the client's '%s'}\" &".formatted(word(socket), mode, uid, gid, id));
            case TreeStep.MapOwners(var range, _) -> owners(range);
            case LauncherStep.SpawnLauncher spawn -> launcher(spawn);
            case RuntimeStep.SpawnMaker spawn -> maker(spawn);
            case RuntimeStep.AwaitMaker _ -> List.of("start & FIRST=$!");
            case RuntimeStep.KeepWords _ -> List.of("# (what the runtime says comes to this terminal)");
            case RuntimeStep.LendProgram _ -> List.of("# (by hand, the command itself is process 1)");
            case RuntimeStep.AwaitMade _ -> List.of("read -r PID < \"$WORK/pid\"");
            case LauncherStep.NameMonitor _ -> List.of("# (nobody keeps a log here: the output comes to this terminal)");
            case LauncherStep.AwaitMonitor _, LauncherStep.AwaitExecuted _, LauncherStep.ResolveUser _ -> List.of();
            case LauncherStep.AwaitFirstProcess _ -> List.of("start & FIRST=$!", "read -r PID < \"$WORK/pid\"");
            case TreeStep.CloneTree(var path, _, var readOnly, var result, _) -> idmapped(path, readOnly, result);
            case TreeStep.CloneKernelTree(var path, var readOnly, var result, _) -> List.of(
                    "mkdir " + place(result), "mount --bind %s %s".formatted(path, place(result)),
                    "mount -o remount,bind,nosuid,nodev,noexec%s %s".formatted(readOnly ? ",ro" : "", place(result)));
            case TreeStep.CloneHostFolder bind -> hostFolder(bind);
            case TreeStep.FillVolume(var root, var target, var folder, _) -> fill(place(root) + word(target), word(folder + "/data"));
            case TreeStep.KeepToSize size -> sized(size.keeper(), word(size.place()), word(size.image()), size.bytes());
            case TreeStep.MountOverlay(var lowers, var writable, var synced, _, var result) -> overlay(lowers, writable, synced, result);
            case TreeStep.MakeScratch(var size, var owner, var folders, var result) -> scratch(place(result), size.value(), owner, folders);
            case TreeStep.MakeFiles(var files, var first, _, var result) -> kept(files, first, identity, place(result));
            case TreeStep.MakeDevices(var owner, var result) -> devices(owner, result);
            case LauncherStep.MakeProcView _ -> List.of("# (nobody tells of limits here: what /proc says of memory and cores stays the host's)");
            case TreeStep.AddDevice(var device, var name, var owner, var folder) -> device(device, place(folder) + "/" + word(name), owner);
            case LauncherStep.WriteIdMap(var kind, var range) -> List.of("echo %s > /proc/$PID/%s".formatted(range.map().strip(), kind));
            case LauncherStep.SetOomScore(var score) -> List.of("echo %d > /proc/$PID/oom_score_adj".formatted(score));
            case CableStep.MakeVeth(var name) -> List.of("ip link add %s type veth peer name eth0 netns $PID".formatted(name));
            case CableStep.PlugVeth(var cable, var network) -> plug(cable, network);
            case CableStep.SetAddress(var network) -> address(network);
            case CableStep.AddCable(var inside, var network) -> further(inside, network);
            case CableStep.LimitTraffic limit -> List.of(limit.shell().split("; "));
            case LauncherStep.Prepare _, LauncherStep.HandOver _ -> List.of("# (it begins when all is there)");
            case LauncherStep.Release _ -> List.of("echo > \"$WORK/go\"");
        };
    }

    private static List<String> file(String path, String content, int mode) {
        List<String> lines = new ArrayList<>();
        if (content.isEmpty()) {
            lines.add(": > " + word(path));
        } else {
            lines.add("cat > %s <<END".formatted(word(path)));
            body(content).lines().forEach(lines::add);
            lines.add("END");
        }
        lines.add("chmod %o %s".formatted(mode, word(path)));
        return lines;
    }

    /** The node's certificate is its agent's: whoever runs the script says where that is, and where the gateway. */
    private static List<String> api(ContainerId container, String socket) {
        return List.of(
                "IDENTITY=${IDENTITY?set it to the folder identity in the agent's data folder}",
                "socat UNIX-LISTEN:%s,fork,mode=666 OPENSSL:${GATEWAY?set it to the gateway's host and port for nodes},cert=$IDENTITY/node.crt,key=$IDENTITY/node.key,cafile=$IDENTITY/ca.crt,verify=1,commonname=,snihost=%s &"
                        .formatted(word(socket), ApiServerName.of(container)));
    }

    private static List<String> owners(IdRange range) {
        List<String> lines = new ArrayList<>();
        lines.add("unshare --user sleep infinity & OWNERS=$!");
        lines.add("until [ \"$(readlink /proc/$OWNERS/ns/user)\" != \"$(readlink /proc/self/ns/user)\" ]; do sleep 0.01; done");
        for (String kind : List.of("uid_map", "gid_map")) {
            lines.add("cat > /proc/$OWNERS/%s <<END".formatted(kind));
            range.mountMap().lines().forEach(lines::add);
            lines.add("END");
        }
        return lines;
    }

    private static List<String> launcher(LauncherStep.SpawnLauncher spawn) {
        return start(
                spawn, "a shell can't hand mounts over to a process, so it starts further down, when they are there",
                "kernel 'first_process(hex(shift), hex(shift), @ARGV)' %x %x %d bash \"$WORK/inside\"".formatted(spawn.made(), spawn.joined(), spawn.target()));
    }

    /** It has mounts of its own at once: a shell can't unshare itself. */
    private static List<String> maker(RuntimeStep.SpawnMaker spawn) {
        return start(spawn, "it begins further down, when all is there", "exec unshare --mount --propagation private bash \"$WORK/inside\"");
    }

    /** Joins its groups before it makes namespaces: a cgroup namespace's root is where its maker was. */
    private static List<String> start(LauncherStep.Spawn spawn, String remark, String command) {
        List<String> lines = new ArrayList<>();
        lines.add("# (" + remark + ")");
        lines.add("start() {");
        lines.add("    echo $BASHPID > %s/cgroup.procs".formatted(word(spawn.unified())));
        spawn.tasks().forEach(file -> lines.add("    echo 0 > " + word(file)));
        lines.add("    " + command);
        lines.add("}");
        return lines;
    }

    private static List<String> idmapped(String path, boolean readOnly, Handle result) {
        String place = place(result);
        return List.of(
                "if [ -d %1$s ]; then mkdir %2$s; else : > %2$s; fi".formatted(word(path), place),
                "kernel 'idmapped(@ARGV)' %s %s $OWNERS %d".formatted(word(path), place, readOnly ? 1 : 0));
    }

    private static List<String> hostFolder(TreeStep.CloneHostFolder bind) {
        String from = word(bind.granted() + "/" + bind.below());
        String place = place(bind.result());
        return List.of(
                "if [ -d %1$s ]; then mkdir %2$s; else : > %2$s; fi".formatted(from, place),
                "kernel 'idmapped(@ARGV)' %s %s $OWNERS %d %s".formatted(from, place, bind.readOnly() ? 1 : 0, bind.propagation().name()));
    }

    /** Through a mount that maps owners, so that they lie in the volume unshifted. */
    private static List<String> fill(String from, String data) {
        return List.of(
                "if [ -d %s ] && [ -z \"$(ls -A %s)\" ]; then".formatted(from, data),
                "    mkdir -p $WORK/fill; kernel 'idmapped(@ARGV)' %s $WORK/fill $OWNERS 0; cp -a %s/. $WORK/fill; umount $WORK/fill".formatted(data, from),
                "fi");
    }

    private static List<String> sized(SizeKeeper keeper, String place, String image, long size) {
        return switch (keeper) {
            case FILE -> List.of(
                    "[ -e %1$s ] || { truncate -s %2$d %1$s; mkfs.ext4 -q %1$s; }".formatted(image, size),
                    "mountpoint -q %2$s || mount -o loop %1$s %2$s".formatted(image, place));
            case PROJECT -> List.of("kernel 'project(@ARGV)' %s %d".formatted(place, size));
            case SUBVOLUME -> List.of(
                    "btrfs quota enable %s".formatted(place),
                    "[ $(stat -c %%i %1$s) = 256 ] || { MODE=$(stat -c %%a %1$s); rmdir %1$s; btrfs -q subvolume create %1$s; chmod $MODE %1$s; }".formatted(place),
                    "btrfs qgroup limit %s %s".formatted(size == 0 ? "none" : size, place));
        };
    }

    private static List<String> overlay(List<Handle> lowers, Handle writable, boolean synced, Handle result) {
        String layers = lowers.reversed().stream().map(HostLines::place).collect(Collectors.joining(" "));
        return List.of("mkdir " + place(result), "kernel 'overlay(@ARGV)' %s %s %d %s".formatted(place(result), place(writable), synced ? 1 : 0, layers));
    }

    private static List<String> scratch(String place, long size, int owner, List<String> folders) {
        String made = folders.stream().map(name -> place + "/upper/" + name).collect(Collectors.joining(" "));
        return List.of(
                "mkdir %1$s; mount -t tmpfs -o mode=700,size=%2$d none %1$s".formatted(place, size),
                "mkdir -p %1$s/work %1$s/upper %2$s; chown -R %3$d:%3$d %1$s/upper".formatted(place, made, owner));
    }

    /** What is secret isn't written down: whoever runs the script says it. */
    private static List<String> kept(List<KeptFile> files, int first, Identity identity, String place) {
        List<String> lines = new ArrayList<>();
        lines.add("mkdir %1$s; mount -t ramfs -o mode=755 none %1$s".formatted(place));
        for (int i = 0; i < files.size(); i++) {
            KeptFile file = files.get(i);
            String path = place + "/" + word(file.name());
            int uid = file.uid() == null ? identity.uid() : file.uid();
            int gid = file.gid() == null ? identity.gid() : file.gid();
            lines.add("printf %%s \"${FILE_%d?set it to the content of %s}\" > %s".formatted(i, file.what().replace("'", ""), path));
            lines.add("chown $((%1$d + %2$d)):$((%1$d + %3$d)) %4$s; chmod %5$o %4$s".formatted(first, uid, gid, path, file.mode()));
        }
        lines.add("mount --bind -o ro,nosuid,nodev,noexec %1$s %1$s".formatted(place));
        return lines;
    }

    private static List<String> devices(int owner, Handle result) {
        String dev = place(result);
        List<String> lines = new ArrayList<>();
        lines.add("mkdir %1$s; mount -t tmpfs -o nosuid,noexec,mode=755,size=64k,uid=%2$d,gid=%2$d none %1$s".formatted(dev, owner));
        for (DeviceFolder.Device device : DeviceFolder.DEVICES) {
            lines.add("mknod -m 666 %s/%s c %d %d".formatted(dev, device.name(), device.major(), device.minor()));
        }
        lines.add("mkdir %s".formatted(DeviceFolder.FOLDERS.stream().map(name -> dev + "/" + name).collect(Collectors.joining(" "))));
        DeviceFolder.LINKS.forEach((name, target) -> lines.add("ln -s %s %s/%s".formatted(target, dev, name)));
        lines.add("chown -hR %1$d:%1$d %2$s".formatted(owner, dev));
        return lines;
    }

    private static List<String> device(HostDevice device, String place, int owner) {
        return List.of(
                "mkdir -p $(dirname %s)".formatted(place),
                "mknod -m 666 %1$s c %2$d %3$d; chown %4$d:%4$d %1$s".formatted(place, device.major(), device.minor(), owner));
    }

    private static List<String> plug(String cable, Attachment network) {
        String link = network.hostInterface();
        return List.of(
                "ip link set %s name %s".formatted(cable, link),
                "ip link set %s mtu %d master %s group %s".formatted(link, network.mtu(), network.bridge(), Integer.toUnsignedString(network.group())),
                "ip link set %s up".formatted(link));
    }

    private static List<String> address(Attachment network) {
        String inside = "nsenter --net=/proc/$PID/ns/net ip ";
        return List.of(
                inside + "link set eth0 address %s mtu %d up".formatted(network.mac(), network.mtu()),
                inside + "address add %s/%d dev eth0".formatted(network.address(), network.prefix()),
                inside + "route add default via " + network.gateway());
    }

    private static List<String> further(String inside, Attachment network) {
        String link = network.hostInterface();
        return List.of(
                "ip link add %1$s mtu %2$d group %3$s type veth peer name %4$s mtu %2$d address %5$s netns $PID"
                        .formatted(link, network.mtu(), Integer.toUnsignedString(network.group()), inside, network.mac()),
                "ip link set %s master %s up".formatted(link, network.bridge()),
                "nsenter --net=/proc/$PID/ns/net ip link set %s up".formatted(inside),
                "nsenter --net=/proc/$PID/ns/net ip address add %s/%d dev %s".formatted(network.address(), network.prefix(), inside));
    }

    static String place(Handle handle) {
        return "$WORK/" + handle.name().replaceAll("[^\\w.-]", "_");
    }
}
