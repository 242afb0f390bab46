# shellcheck shell=bash
# A virtual machine with cgroup v2 alone and project quotas, whatever this machine has: Debian's cloud kernel in an emulated processor, a disk with a small
# Java and the agent's classes, two with file systems that keep quotas, and one program of tests in it (GuestMain), which prints a line for each.

GUEST_MEMORY=1024 # MiB
GUEST_PATIENCE=420 # seconds

packages_for_guest() {
    # shellcheck disable=SC2034 # read by install_missing
    MISSING=()
    need qemu-system-x86 qemu-system-x86_64
    need busybox-static busybox
    need e2fsprogs mkfs.ext4
    need xfsprogs mkfs.xfs
    need perl-base perl
    need musl-tools musl-gcc
    need crun crun
    install_missing
}

# run_guest: fails when a test fails, or the machine doesn't come to its end; leaves a report that sum_up counts
run_guest() {
    local begun=$SECONDS work=$GANTRY_HOME/guest log=$LOGS/guest.log report=$ROOT/container-service/agent/target/surefire-reports
    [[ $(uname -m) == x86_64 ]] || fail "the guest is an x86_64 machine, this is $(uname -m)" "Its tests can't run here."
    make_home
    find_java
    packages_for_guest
    mkdir -p "$work"
    guest_kernel "$work"
    guest_java "$work"
    guest_start "$work"
    guest_disk "$work"
    guest_quota_disks "$work"
    say "Booting a machine with cgroup v2 …"
    timeout "$GUEST_PATIENCE" qemu-system-x86_64 -accel tcg,thread=multi -cpu max -smp 2 -m "$GUEST_MEMORY" -nographic -no-reboot -nodefaults -serial stdio \
        -kernel "$work/vmlinuz" -initrd "$work/start.gz" -append "console=ttyS0 quiet panic=-1 psi=1 systemd.unified_cgroup_hierarchy=1" \
        -drive "file=$work/disk,if=virtio,format=raw,cache=unsafe" \
        -drive "file=$work/ext4,if=virtio,format=raw,cache=unsafe" -drive "file=$work/xfs,if=virtio,format=raw,cache=unsafe" </dev/null >"$log" 2>&1 || true
    tr -d '\r' <"$log" >"$log.text" && mv "$log.text" "$log"
    guest_report "$log" "$report" $((SECONDS - begun))
    grep -E '^(ok|failed) ' "$log" >&2 || true
    [[ $(sed -n 's/^end //p' "$log") == 0 ]] || fail "the guest's tests did not all pass" "See $log"
    say "Tested in a guest in $((SECONDS - begun)) s."
}

# guest_kernel WORK: Debian's newest for clouds, which has all controllers; fetched once
guest_kernel() {
    local package
    [[ ! -f $1/vmlinuz ]] || return 0
    package=$(apt-cache depends linux-image-cloud-amd64 2>/dev/null | awk '/Depends: linux-image/ { print $2; exit }')
    [[ -n $package ]] || { apt-get -q update >"$GANTRY_HOME/apt.log" 2>&1 && package=$(apt-cache depends linux-image-cloud-amd64 | awk '/Depends: linux-image/ { print $2; exit }'); }
    [[ -n $package ]] || fail "no Debian package linux-image-cloud-amd64 is known" "Add a Debian mirror to apt's sources, and run apt-get update."
    say "Fetching $package …"
    rm -rf "$1/kernel" && mkdir -p "$1/kernel"
    (cd "$1/kernel" && apt-get -q download "$package" >"$GANTRY_HOME/apt.log" 2>&1 && dpkg-deb -x ./*.deb . && rm ./*.deb) \
        || fail "$package could not be fetched" "See $GANTRY_HOME/apt.log"
    mv "$1"/kernel/boot/vmlinuz-* "$1/vmlinuz"
}

# guest_java WORK: a Java of the modules that the agent's runtime needs
guest_java() {
    local stamp
    stamp=$(java_release "$JAVA_HOME") # another JDK, another runtime
    [[ ! -f $1/java/stamp || $(<"$1/java/stamp") != "$stamp" ]] || return 0
    rm -rf "$1/java"
    "$JAVA_HOME/bin/jlink" --add-modules java.base,java.logging,java.net.http,java.management,jdk.unsupported,jdk.net --strip-debug --no-header-files --no-man-pages --output "$1/java"
    printf '%s' "$stamp" >"$1/java/stamp"
}

# guest_modules WORK NAME…: their files, each after those it needs, one a line
guest_modules() {
    local work=$1 base name
    shift
    base=$(echo "$work"/kernel/lib/modules/*)
    [[ -f $base/modules.dep ]] || busybox depmod -b "$work/kernel" "$(basename "$base")"
    for name in "$@"; do
        awk -F: -v name="/$name.ko" 'substr($1, length($1) - length(name) + 1) == name { count = split($2, needed, " "); for (i = count; i > 0; i--) print needed[i]; print $1 }' \
            "$base/modules.dep" | sed "s|^|$base/|"
    done | awk '!seen[$0]++'
}

# guest_start WORK: what boots: finds the disk and goes there
guest_start() {
    local root=$1/start module number=0
    rm -rf "$root" && mkdir -p "$root"/{bin,dev,proc,sys,disk,modules}
    cp "$(command -v busybox)" "$root/bin/busybox"
    while read -r module; do
        number=$((number + 1))
        cp "$module" "$root/modules/$(printf '%02d' "$number")-$(basename "$module")"
    done < <(guest_modules "$1" virtio_pci virtio_blk)
    cat >"$root/init" <<'INIT'
#!/bin/busybox sh
busybox mount -t devtmpfs dev /dev
for module in /modules/*; do busybox insmod "$module"; done
for attempt in 1 2 3 4 5 6 7 8 9 10; do
    busybox mount -t ext4 /dev/vda /disk 2>/dev/null && exec busybox switch_root /disk /init
    busybox sleep 0.2
done
echo "the disk can't be mounted"
busybox poweroff -f
INIT
    chmod +x "$root/init"
    (cd "$root" && find . | busybox cpio -o -H newc 2>/dev/null | gzip -1) >"$1/start.gz"
}

# guest_disk WORK: the root of the machine
guest_disk() {
    local root=$1/root agent=$ROOT/container-service/agent/target jar number=0 module
    rm -rf "$root" && mkdir -p "$root"/{bin,dev,proc,sys,run,tmp,etc,app,modules,root,lib64}
    cp "$(command -v busybox)" "$root/bin/busybox"
    while read -r module; do
        number=$((number + 1))
        cp "$module" "$root/modules/$(printf '%02d' "$number")-$(basename "$module")"
    done < <(guest_modules "$1" overlay lzo-rle zram fuse quota_v2 xfs)
    cp -r "$1/java" "$root/java"
    cp -r "$agent/classes" "$root/app/agent"
    cp -r "$agent/test-classes" "$root/app/tests"
    for jar in "$agent"/lib/{gantry-*,jackson-*,jna-*,jboss-log*}.jar; do
        cp "$jar" "$root/app/"
    done
    musl-gcc -static -O1 -o "$root/bin/hugepages" "$ROOT/container-service/agent/src/test/guest/hugepages.c"
    musl-gcc -static -O1 -o "$root/bin/quota" "$ROOT/container-service/agent/src/test/c/quota.c"
    cp -L "$(command -v perl)" "$root/bin/perl"
    cp -r --parents /usr/lib/*/perl-base "$root"
    mkdir -p "$root/usr/bin"
    cp -L "$(command -v crun)" "$root/usr/bin/crun"
    guest_libraries "$root" "$root/usr/bin/crun"
    guest_libraries "$root" "$root/bin/perl" "$root"/usr/lib/*/perl-base/auto/POSIX/POSIX.so
    guest_libraries "$root" "$root/java/bin/java" "$root/java/lib/server/libjvm.so" "$root/java/lib/libnio.so"
    printf 'root:x:0:0:root:/root:/bin/sh\n' >"$root/etc/passwd"
    cat >"$root/init" <<'INIT'
#!/bin/busybox sh
/bin/busybox mount -t proc proc /proc
/bin/busybox --install -s /bin
export PATH=/bin
mount -t sysfs sys /sys; mount -t devtmpfs dev /dev; mkdir -p /dev/pts /dev/shm
mount -t tmpfs run /run; mount -t cgroup2 cgroup /sys/fs/cgroup
for module in /modules/*; do insmod "$module"; done
echo 64M >/sys/block/zram0/disksize; mkswap /dev/zram0 >/dev/null; swapon /dev/zram0
# io.weight is kept by a model of the disk: so many operations and bytes a second (cgroup-v2.rst, io.cost)
device=$(cat /sys/block/vda/dev)
echo "$device enable=1 ctrl=user rpct=0 wpct=0 min=100 max=100" >/sys/fs/cgroup/io.cost.qos
echo "$device ctrl=user model=linear rbps=16777216 rseqiops=400 rrandiops=400 wbps=16777216 wseqiops=400 wrandiops=400" >/sys/fs/cgroup/io.cost.model
hostname guest
mkdir -p /quota/ext4 /quota/xfs
mount -t ext4 -o prjquota /dev/vdb /quota/ext4
mount -t xfs -o prjquota /dev/vdc /quota/xfs
/java/bin/java -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Xmx160m -Xshare:auto --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow \
    -cp '/app/tests:/app/agent:/app/*' io.gantry.agent.execute.GuestMain
poweroff -f
INIT
    chmod +x "$root/init"
    rm -f "$1/disk"
    truncate -s 768M "$1/disk"
    mkfs.ext4 -q -F -O ^metadata_csum,^has_journal -d "$root" "$1/disk"
}

# guest_quota_disks WORK: two file systems that can count projects; the second is of the smallest size that mkfs.xfs makes
guest_quota_disks() {
    rm -f "$1/ext4" "$1/xfs"
    truncate -s 160M "$1/ext4"
    mkfs.ext4 -q -F -O quota,project -E quotatype=prjquota "$1/ext4"
    truncate -s 320M "$1/xfs"
    mkfs.xfs -q -f "$1/xfs"
}

# guest_libraries ROOT FILE…: what the files are linked to, at the same places
guest_libraries() {
    local root=$1 library
    shift
    ldd "$@" 2>/dev/null | grep -oE '/[^ )]+' | grep -v ':$' | sort -u | while read -r library; do
        [[ $library == "$root"/* || ! -f $library ]] || cp -L --parents "$library" "$root"
    done
}

# guest_report LOG FOLDER SECONDS: what happened as a report that the others are counted with
guest_report() {
    mkdir -p "$2"
    awk -v seconds="$3" '
        function escaped(text) { gsub(/&/, "\\&amp;", text); gsub(/</, "\\&lt;", text); gsub(/"/, "\\&quot;", text); return text }
        /^ok / { tests++; cases = cases sprintf("<testcase classname=\"GuestMain\" name=\"%s\" time=\"%s\"/>\n", $2, $3) }
        /^failed / { tests++; failed++; name = $2; sub(/^failed [^ ]* /, ""); cases = cases sprintf("<testcase classname=\"GuestMain\" name=\"%s\"><failure message=\"%s\"/></testcase>\n", name, escaped($0)) }
        /^end / { ended = 1 }
        END {
            if (!ended) { tests++; failed++; cases = cases "<testcase classname=\"GuestMain\" name=\"comesToItsEnd\"><failure message=\"see guest.log\"/></testcase>\n" }
            printf "<testsuite name=\"GuestMain\" tests=\"%d\" failures=\"%d\" errors=\"0\" skipped=\"0\" time=\"%d\">\n%s</testsuite>\n", tests, failed, seconds, cases
        }' "$1" >"$2/TEST-guest.xml"
}
