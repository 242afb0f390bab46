# What containers may call. Everything else is refused with EPERM, what the kernel got later with ENOSYS, so that C libraries
# fall back. Not here on purpose: mount and the new mount API, namespaces (unshare, setns), module and kexec loading, bpf,
# perf_event_open, keyrings (not namespaced), userfaultfd, io_uring, reboot, swap, quotas, accounting, raw port io, clock
# setting, open_by_handle_at. clone, clone3, personality and socket depend on their arguments: see DefaultProfile.
# One group per block: name and perhaps the capability whose holders it is for, reason, calls.

[files] what every program does with files
read write open close stat fstat lstat lseek pread64 pwrite64 readv writev access dup dup2 dup3 sendfile fcntl
flock fsync fdatasync truncate ftruncate getdents getdents64 getcwd chdir fchdir rename mkdir rmdir creat link
unlink symlink readlink chmod fchmod chown fchown lchown umask utime utimes futimesat openat openat2 mkdirat
mknodat mknod fchownat newfstatat unlinkat renameat renameat2 linkat symlinkat readlinkat fchmodat fchmodat2
faccessat faccessat2 utimensat statx preadv pwritev preadv2 pwritev2 fallocate copy_file_range sync syncfs
sync_file_range readahead fadvise64 statfs fstatfs cachestat close_range name_to_handle_at

[attributes] extended attributes of one's own files; the kernel checks who may
setxattr lsetxattr fsetxattr getxattr lgetxattr fgetxattr listxattr llistxattr flistxattr removexattr
lremovexattr fremovexattr setxattrat getxattrat listxattrat removexattrat

[pipes] pipes and moving data through them
pipe pipe2 splice tee vmsplice

[memory] a process's own address space
mmap mprotect munmap brk mremap msync mincore madvise mlock mlock2 munlock mlockall munlockall memfd_create
memfd_secret pkey_mprotect pkey_alloc pkey_free remap_file_pages process_madvise process_mrelease membarrier
mseal map_shadow_stack

[processes] making, naming and ending processes within the pid namespace
fork vfork execve execveat exit exit_group wait4 waitid kill tkill tgkill getpid getppid gettid getpgid
setpgid getpgrp getsid setsid set_tid_address prctl arch_prctl rseq pidfd_open pidfd_send_signal pidfd_getfd
uname getcpu restart_syscall set_robust_list get_robust_list sysinfo times getrusage

[randomness] random numbers without a file; OpenSSL has no other source, and every program that speaks TLS is one of its
getrandom

[signals] signals to oneself and to one's own processes
rt_sigaction rt_sigprocmask rt_sigreturn rt_sigpending rt_sigtimedwait rt_sigqueueinfo rt_tgsigqueueinfo
rt_sigsuspend sigaltstack signalfd signalfd4 pause

[identity] changing user, group and capabilities as far as capabilities allow
getuid getgid geteuid getegid setuid setgid setreuid setregid setresuid getresuid setresgid getresgid
getgroups setgroups setfsuid setfsgid capget capset

[limits] limits and scheduling of one's own processes
getrlimit setrlimit prlimit64 getpriority setpriority sched_yield sched_setparam sched_getparam
sched_setscheduler sched_getscheduler sched_get_priority_max sched_get_priority_min sched_rr_get_interval
sched_setaffinity sched_getaffinity sched_setattr sched_getattr ioprio_get ioprio_set

[time] reading clocks and waiting; setting them needs a capability no container has
time gettimeofday clock_gettime clock_getres clock_nanosleep nanosleep getitimer setitimer alarm timer_create
timer_settime timer_gettime timer_getoverrun timer_delete timerfd_create timerfd_settime timerfd_gettime
adjtimex clock_adjtime

[waiting] waiting for descriptors, locks and files
poll ppoll select pselect6 epoll_create epoll_create1 epoll_ctl epoll_ctl_old epoll_wait epoll_wait_old
epoll_pwait epoll_pwait2 eventfd eventfd2 futex futex_waitv futex_wake futex_wait futex_requeue inotify_init
inotify_init1 inotify_add_watch inotify_rm_watch fanotify_mark

[sockets] network in its own namespace; which families is checked below
socketpair bind listen accept accept4 connect getsockname getpeername sendto recvfrom sendmsg recvmsg sendmmsg
recvmmsg shutdown setsockopt getsockopt

[ipc] System V and POSIX ipc of its own namespace
shmget shmat shmctl shmdt semget semop semctl semtimedop msgget msgsnd msgrcv msgctl mq_open mq_unlink
mq_timedsend mq_timedreceive mq_notify mq_getsetattr

[aio] classic asynchronous io
io_setup io_destroy io_submit io_cancel io_getevents io_pgetevents

[devices] controls of open files; /dev holds harmless devices only
ioctl

[tracing] debuggers on one's own processes; the kernel checks who may
ptrace process_vm_readv process_vm_writev

[sandboxing] programs that confine themselves further
seccomp landlock_create_ruleset landlock_add_rule landlock_restrict_self chroot

[mounts SYS_ADMIN] mounts, namespaces and names, all within the container's own; without the calls the capability is nothing
mount umount2 pivot_root fsopen fsconfig fsmount fspick move_mount open_tree mount_setattr statmount listmount unshare setns
sethostname setdomainname

[restart SYS_BOOT] ends the container: in a pid namespace of its own that is all it does
reboot
