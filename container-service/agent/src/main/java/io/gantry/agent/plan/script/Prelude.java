package io.gantry.agent.plan.script;

/** What stands at a script's top: its own mount namespace, a folder to work in, and the system calls that no tool makes. */
final class Prelude {
    private Prelude() {}

    static final String OWN_MOUNTS =
            """
            set -eu
            # in a mount namespace of its own: what is mounted here goes with the script
            if [ -z "${OWN_MOUNTS:-}" ]; then
                export OWN_MOUNTS=1 WORK=$(mktemp -d)
                trap 'rm -rf --one-file-system "$WORK"' EXIT
                unshare --mount --propagation private bash "$0" "$@"
                exit
            fi
            chmod 711 "$WORK"
            mkdir "$WORK/stage"
            mkfifo "$WORK/pid" "$WORK/go"
            """;

    /** Calls of perl's {@code syscall}, numbered as on 64-bit x86 and arm. */
    static final String KERNEL =
            """
            # the system calls that no tool makes
            cat > "$WORK/Kernel.pm" <<'EOF'
            package Kernel;
            use strict;
            use POSIX ();
            use Exporter 'import';
            our @EXPORT = qw(call idmapped overlay project made started first_process hostname domainname enter init limit bounding capabilities lay_down become filter run);
            my %new = (open_tree => 428, move_mount => 429, fsopen => 430, fsconfig => 431, fsmount => 432, pidfd_open => 434, mount_setattr => 442,
                quotactl_fd => 443);
            my %number = (POSIX::uname())[4] eq 'aarch64'
                ? (%new, unshare => 97, setns => 268, sethostname => 161, setdomainname => 162, pivot_root => 41, umount2 => 39, prctl => 167, capset => 91, setrlimit => 164,
                    setgroups => 159, setresgid => 149, setresuid => 147, seccomp => 277)
                : (%new, unshare => 272, setns => 308, sethostname => 170, setdomainname => 171, pivot_root => 155, umount2 => 166, prctl => 157, capset => 126, setrlimit => 160,
                    setgroups => 116, setresgid => 119, setresuid => 117, seccomp => 317);
            sub call {
                my ($name, @arguments) = @_;
                my $result = syscall($number{$name}, @arguments);
                die "$name: $!\\n" if $result == -1;
                return $result;
            }
            # a mount of $from at $to whose owners appear as the user namespace of process $pid maps them
            sub idmapped {
                my ($from, $to, $pid, $readonly, $propagation) = @_;
                my $all = $propagation ? 0x8000 : 0;                               # AT_RECURSIVE: with what is mounted in it
                my $passes = !$propagation ? 0 : $propagation eq 'RSLAVE' ? 1 << 19 : 1 << 18; # MS_SLAVE, MS_PRIVATE
                my $tree = call('open_tree', -100, $from, 1 | $all);               # OPEN_TREE_CLONE
                open(my $owners, '<', "/proc/$pid/ns/user") or die "$pid: $!\\n";
                my $attributes = pack('Q4', 0x100000 | $readonly | ($propagation ? 0 : 4), 0, $passes, fileno($owners)); # MOUNT_ATTR_IDMAP, RDONLY, NODEV
                call('mount_setattr', $tree, '', 0x1000 | $all, $attributes, 32);
                call('move_mount', $tree, '', -100, $to, 4);
            }
            # highest layer first
            sub overlay {
                my ($to, $writable, $synced, @layers) = @_;
                my $fs = call('fsopen', 'overlay', 0);
                call('fsconfig', $fs, 1, 'lowerdir+', $_, 0) for @layers;
                call('fsconfig', $fs, 1, 'upperdir', "$writable/upper", 0);
                call('fsconfig', $fs, 1, 'workdir', "$writable/work", 0);
                call('fsconfig', $fs, 0, 'volatile', 0, 0) if !$synced;
                call('fsconfig', $fs, 6, 0, 0, 0);
                call('move_mount', call('fsmount', $fs, 0, 4), '', -100, $to, 4);
            }
            # the folder as a project of its file system, which what is made in it belongs to, and which holds $bytes at most
            sub project {
                my ($place, $bytes) = @_;
                sysopen(my $folder, $place, 0x10000) or die "$place: $!\\n";       # O_DIRECTORY
                my $attributes = pack('L5 x8');
                ioctl($folder, 0x801c581f, $attributes) or die "$place: $!\\n";    # FS_IOC_FSGETXATTR
                my @now = unpack('L5', $attributes);
                $now[0] |= 0x200;                                                  # FS_XFLAG_PROJINHERIT
                $now[3] = 0x40000000 + (stat($folder))[1] % 0x40000000;
                ioctl($folder, 0x401c5820, pack('L5 x8', @now)) or die "$place: $!\\n"; # FS_IOC_FSSETXATTR
                my $limits = pack('Q8 L x4', $bytes >> 10, 0, 0, $bytes >> 12, 0, 0, 0, 0, 5);
                call('quotactl_fd', fileno($folder), 0x80000802, $now[3], $limits); # Q_SETQUOTA of projects
            }
            # into namespaces of process $pid; /dev/shm goes with the ipc namespace, and can be cloned only where it is mounted
            sub share {
                my ($namespaces, $pid) = @_;
                my $other = call('pidfd_open', $pid + 0, 0);
                if ($namespaces & 0x08000000) {                                    # CLONE_NEWIPC
                    open(my $home, '<', '/proc/self/ns/mnt') or die "ns: $!\\n";
                    call('setns', $other, 0x20000);                                # CLONE_NEWNS
                    $ENV{SHARED} = call('open_tree', -100, '/dev/shm', 1);
                    call('setns', fileno($home), 0x20000);
                }
                call('setns', $other, $namespaces);
            }
            # the first process of new namespaces: tells its number, waits until all is ready, then becomes root there and @next
            sub first_process {
                my ($made, $joined, $with, @next) = @_;
                share($joined, $with) if $joined;
                call('unshare', $made);
                my $pid = fork();
                if ($pid) {
                    open(my $told, '>', "$ENV{WORK}/pid"); print $told "$pid\\n"; close($told);
                    waitpid($pid, 0);
                    exit($? & 127 ? 128 + ($? & 127) : $? >> 8);
                }
                open(my $go, '<', "$ENV{WORK}/go"); my $word = <$go>; close($go);
                call('setresgid', 0, 0, 0);
                call('setgroups', 0, 0);
                call('setresuid', 0, 0, 0);
                umask(022);
                exec(@next);
            }
            # has another runtime make a container, and tells of its first process, which becomes a child of this one
            sub made {
                my ($file, @runtime) = @_;
                call('prctl', 36, 1, 0, 0, 0);                                     # PR_SET_CHILD_SUBREAPER
                system(@runtime) == 0 or die "$runtime[0]: it made nothing\\n";
                open(my $number, '<', $file) or die "$file: $!\\n"; my $pid = <$number>; close($number);
                open(my $told, '>', "$ENV{WORK}/pid"); print $told "$pid\\n"; close($told);
                return $pid;
            }
            # waits until all is ready, has it started, and ends as it does
            sub started {
                my ($pid, @runtime) = @_;
                open(my $go, '<', "$ENV{WORK}/go"); my $word = <$go>; close($go);
                system(@runtime) == 0 or die "$runtime[0]: it started nothing\\n";
                waitpid($pid, 0);
                exit($? & 127 ? 128 + ($? & 127) : $? >> 8);
            }
            sub hostname { call('sethostname', $_[0], length($_[0])) }
            sub domainname { call('setdomainname', $_[0], length($_[0])) }
            sub enter {
                my ($path, $part) = ($_[0], '');
                for my $name (grep { length } split('/', $path)) { $part .= "/$name"; -d $part || mkdir($part, 0755) || die "$part: $!\n" }
                chdir($path) || die "$path: $!\n";
            }
            # stays as process 1; returns in its child
            sub init {
                my $command = fork();
                return if !$command;
                while ((my $gone = wait()) != -1) {
                    exit($? & 127 ? 128 + ($? & 127) : $? >> 8) if $gone == $command;
                }
            }
            sub limit { my ($resource, $soft, $hard) = @_; call('setrlimit', $resource, pack('Q2', $soft, $hard)) }
            sub bounding {
                my ($kept) = @_;
                for my $capability (0 .. 63) {
                    next if $kept >> $capability & 1;
                    last if syscall($number{prctl}, 24, $capability, 0, 0, 0) == -1;   # PR_CAPBSET_DROP; the kernel knows no more
                }
            }
            sub capabilities {
                my ($set) = @_;
                my ($low, $high) = ($set & 0xffffffff, $set >> 32);
                call('capset', pack('L2', 0x20080522, 0), pack('L6', $low, $low, 0, $high, $high, 0));
            }
            sub lay_down {
                open(my $status, '<', '/proc/self/status') or die "status: $!\n";
                my ($held) = map { /^CapPrm:\\s*(\\w+)/ ? hex($1) : () } <$status>;
                capabilities($held & ~$_[0]);
            }
            sub become {
                my ($user, $group, @groups) = @_;
                call('setgroups', scalar(@groups), pack('L*', @groups));
                call('setresgid', $group, $group, $group);
                call('setresuid', $user, $user, $user);
            }
            sub filter {
                my $program = pack('H*', $_[0]);
                call('seccomp', 1, 0, pack('S x6 P', length($program) / 8, $program)); # SECCOMP_SET_MODE_FILTER
            }
            sub run {
                my ($environment, @arguments) = @_;
                POSIX::sigaction($_, POSIX::SigAction->new('DEFAULT')) for 1 .. 31; # this shell's parents may ignore some
                %ENV = %$environment;
                exec { $arguments[0] } @arguments;
                die "$arguments[0]: $!\\n";
            }
            1;
            EOF
            kernel() { perl -I"$WORK" -MKernel -e "$@"; }
            # what tells of the whole host is hidden: a folder by an empty one, a file by /dev/null
            mask() {
                if [ -d "$1" ]; then mount -t tmpfs -o ro,nosuid,nodev,noexec,size=0,nr_inodes=1 tmpfs "$1"
                elif [ -e "$1" ]; then mount --bind "$ROOT/dev/null" "$1"; fi
            }
            read_only() {
                if [ -e "$1" ]; then mount --rbind "$1" "$1"; mount -o remount,bind,ro,nosuid,nodev,noexec "$1"; fi
            }
            export -f kernel mask read_only
            """;
}
