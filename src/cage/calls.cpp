#include "cage/calls.h"

#include <fcntl.h>
#include <linux/sched.h>
#include <seccomp.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <memory>

namespace yinxin::cage {

namespace {

struct Release {
  void operator()(void* filter) const { seccomp_release(filter); }
};
using Filter = std::unique_ptr<void, Release>;

Error refused(int code) {
  return fail(code == -EOPNOTSUPP || code == -ENOSYS ? ErrorCode::unsupported : ErrorCode::internal,
              std::string("seccomp: ") + std::strerror(-code));
}

// A name that this libseccomp does not know is a call that the running kernel may have: the default then decides for a
// cell, and a domain's filter must not silently lack it.
Result<void> rule(const Filter& filter, std::uint32_t action, const char* name) {
  const int number = seccomp_syscall_resolve_name(name);
  if (number == __NR_SCMP_ERROR) {
    return {};
  }
  const int failed = seccomp_rule_add(filter.get(), action, number, 0);
  return failed == 0 ? Result<void>() : Result<void>(refused(failed));
}

template <std::size_t N>
Result<void> rules(const Filter& filter, std::uint32_t action, const std::array<const char*, N>& names) {
  for (const char* name : names) {
    YX_CHECK(rule(filter, action, name));
  }
  return {};
}

Result<void> load(const Filter& filter) {
  int failed = seccomp_attr_set(filter.get(), SCMP_FLTATR_CTL_TSYNC, 1);
  failed = failed == 0 ? seccomp_load(filter.get()) : failed;
  return failed == 0 ? Result<void>() : Result<void>(refused(failed));
}

// Into other processes, or out of the walls.
constexpr std::array outward{"ptrace",
                             "process_vm_readv",
                             "process_vm_writev",
                             "process_madvise",
                             "pidfd_open",
                             "pidfd_getfd",
                             "pidfd_send_signal",
                             "kcmp",
                             "perf_event_open",
                             "bpf",
                             "userfaultfd",
                             "io_uring_setup",
                             "io_uring_enter",
                             "io_uring_register",
                             "keyctl",
                             "add_key",
                             "request_key",
                             "mount",
                             "umount2",
                             "move_mount",
                             "open_tree",
                             "fsopen",
                             "fsconfig",
                             "fsmount",
                             "fspick",
                             "mount_setattr",
                             "pivot_root",
                             "chroot",
                             "unshare",
                             "setns",
                             "init_module",
                             "finit_module",
                             "delete_module",
                             "kexec_load",
                             "kexec_file_load",
                             "reboot",
                             "swapon",
                             "swapoff",
                             "acct",
                             "quotactl",
                             "iopl",
                             "ioperm",
                             "settimeofday",
                             "clock_settime",
                             "clock_adjtime",
                             "adjtimex",
                             "personality",
                             "syslog",
                             "open_by_handle_at",
                             "name_to_handle_at",
                             "fanotify_init",
                             "lookup_dcookie",
                             "vhangup",
                             "nfsservctl",
                             "modify_ldt",
                             "setuid",
                             "setgid",
                             "setreuid",
                             "setregid",
                             "setresuid",
                             "setresgid",
                             "setgroups",
                             "capset",
                             "mknod",
                             "mknodat",
                             "tkill",
                             "rt_sigqueueinfo",
                             "rt_tgsigqueueinfo"};

constexpr std::array programs{"execve", "execveat"};

constexpr std::array sockets{"socket",  "socketpair", "connect", "bind",     "listen",   "accept",
                             "accept4", "sendto",     "sendmsg", "sendmmsg", "recvfrom", "recvmsg"};

// What a cell computes with. The clock and signal calls are those of threads and of the C library.
constexpr std::array cell_calls{"read",
                                "readv",
                                "pread64",
                                "write",
                                "writev",
                                "close",
                                "lseek",
                                "fstat",
                                "stat",
                                "lstat",
                                "newfstatat",
                                "statx",
                                "access",
                                "faccessat",
                                "faccessat2",
                                "readlink",
                                "readlinkat",
                                "getdents64",
                                "getcwd",
                                "fcntl",
                                "poll",
                                "ppoll",
                                "select",
                                "pselect6",
                                "epoll_create1",
                                "epoll_ctl",
                                "epoll_wait",
                                "epoll_pwait",
                                "eventfd2",
                                "pipe2",
                                "dup",
                                "dup2",
                                "dup3",
                                "munmap",
                                "mremap",
                                "madvise",
                                "brk",
                                "mlock",
                                "futex",
                                "futex_waitv",
                                "set_robust_list",
                                "get_robust_list",
                                "rseq",
                                "set_tid_address",
                                "sched_yield",
                                "sched_getaffinity",
                                "sched_getparam",
                                "sched_getscheduler",
                                "clock_gettime",
                                "clock_getres",
                                "clock_nanosleep",
                                "nanosleep",
                                "gettimeofday",
                                "time",
                                "rt_sigaction",
                                "rt_sigprocmask",
                                "rt_sigreturn",
                                "sigaltstack",
                                "restart_syscall",
                                "getpid",
                                "gettid",
                                "getppid",
                                "getuid",
                                "geteuid",
                                "getgid",
                                "getegid",
                                "getrandom",
                                "getrlimit",
                                "getrusage",
                                "sysinfo",
                                "uname",
                                "getpriority",
                                "exit",
                                "exit_group",
                                "arch_prctl",
                                "membarrier",
                                "getcpu"};

// Signals to oneself alone: abort() and thread cancellation.
Result<void> own_signals(const Filter& filter, bool by_default_refused, bool may_end_programs = false) {
  const auto self = static_cast<scmp_datum_t>(::getpid());
  if (may_end_programs) {
    // Everything but SIGKILL, and everything to groups: a number below 1 as 32 bits.
    constexpr scmp_datum_t sign = 0x8000'0000U, number_bits = 0xFFFF'FFFFU;
    int failed = seccomp_rule_add(filter.get(), SCMP_ACT_ERRNO(EPERM), SCMP_SYS(kill), 2, SCMP_A0(SCMP_CMP_NE, self),
                                  SCMP_A1(SCMP_CMP_NE, static_cast<scmp_datum_t>(SIGKILL)));
    failed = failed == 0 ? seccomp_rule_add(filter.get(), SCMP_ACT_ERRNO(EPERM), SCMP_SYS(kill), 1,
                                            SCMP_A0(SCMP_CMP_MASKED_EQ, sign, sign))
                         : failed;
    failed = failed == 0 ? seccomp_rule_add(filter.get(), SCMP_ACT_ERRNO(EPERM), SCMP_SYS(kill), 1,
                                            SCMP_A0(SCMP_CMP_MASKED_EQ, number_bits, 0))
                         : failed;
    failed = failed == 0 ? seccomp_rule_add(filter.get(), SCMP_ACT_ERRNO(EPERM), SCMP_SYS(tgkill), 1,
                                            SCMP_A0(SCMP_CMP_NE, self))
                         : failed;
    return failed == 0 ? Result<void>() : Result<void>(refused(failed));
  }
  for (const int number : {SCMP_SYS(kill), SCMP_SYS(tgkill)}) {
    const int failed =
        by_default_refused
            ? seccomp_rule_add(filter.get(), SCMP_ACT_ALLOW, number, 1, SCMP_A0(SCMP_CMP_EQ, self))
            : seccomp_rule_add(filter.get(), SCMP_ACT_ERRNO(EPERM), number, 1, SCMP_A0(SCMP_CMP_NE, self));
    if (failed != 0) {
      return refused(failed);
    }
  }
  return {};
}

// No way out of a process that serves the Internet, also where Landlock knows no ports: no connection, none by its
// first data either, and no datagram sockets.
int only_be_reached(scmp_filter_ctx filter, std::uint32_t no) {
  int failed = seccomp_rule_add(filter, no, SCMP_SYS(connect), 0);
  for (const auto& [call, argument] :
       {std::pair{SCMP_SYS(sendto), 3U}, std::pair{SCMP_SYS(sendmsg), 2U}, std::pair{SCMP_SYS(sendmmsg), 3U}}) {
    failed = failed == 0 ? seccomp_rule_add(filter, no, call, 1,
                                            SCMP_CMP(argument, SCMP_CMP_MASKED_EQ, MSG_FASTOPEN, MSG_FASTOPEN))
                         : failed;
  }
  constexpr scmp_datum_t type_mask = 0xF;
  for (const scmp_datum_t family : {AF_INET, AF_INET6}) {
    failed = failed == 0 ? seccomp_rule_add(filter, no, SCMP_SYS(socket), 2, SCMP_A0(SCMP_CMP_EQ, family),
                                            SCMP_A1(SCMP_CMP_MASKED_EQ, type_mask, SOCK_DGRAM))
                         : failed;
  }
  return failed;
}

}  // namespace

Result<void> narrow_domain(const Calls& calls) {
  const Filter filter(seccomp_init(SCMP_ACT_ALLOW));
  if (!filter) {
    return refused(-ENOMEM);
  }
  const std::uint32_t no = SCMP_ACT_ERRNO(EPERM);
  YX_CHECK(rules(filter, no, outward));
  YX_CHECK(own_signals(filter, false, calls.may_end_programs));
  if (!calls.may_start_programs) {
    YX_CHECK(rules(filter, no, programs));
  }
  // Namespaces by clone; clone3 passes its flags in memory that a filter cannot see, and the C library falls back.
  int failed = seccomp_rule_add(filter.get(), SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3), 0);
  for (const scmp_datum_t flag :
       {CLONE_NEWUSER, CLONE_NEWNS, CLONE_NEWPID, CLONE_NEWNET, CLONE_NEWIPC, CLONE_NEWUTS, CLONE_NEWCGROUP}) {
    failed = failed == 0
                 ? seccomp_rule_add(filter.get(), no, SCMP_SYS(clone), 1, SCMP_A0(SCMP_CMP_MASKED_EQ, flag, flag))
                 : failed;
  }
  // Every family but AF_UNIX and, where allowed, those of the Internet.
  const scmp_datum_t family_limit = calls.may_use_internet ? AF_INET : AF_UNIX;
  if (failed == 0) {
    failed = seccomp_rule_add(filter.get(), no, SCMP_SYS(socket), 1, SCMP_A0(SCMP_CMP_GT, AF_INET6));
  }
  for (scmp_datum_t family = family_limit + 1; failed == 0 && family <= AF_INET6; ++family) {
    if (calls.may_use_internet && family == AF_INET6) {
      break;
    }
    failed = seccomp_rule_add(filter.get(), no, SCMP_SYS(socket), 1, SCMP_A0(SCMP_CMP_EQ, family));
  }
  if (failed == 0 && calls.may_use_internet && !calls.may_reach_out) {
    failed = only_be_reached(filter.get(), no);
  }
  // Packets below TCP and UDP.
  if (failed == 0) {
    failed = seccomp_rule_add(filter.get(), no, SCMP_SYS(socket), 1,
                              SCMP_A1(SCMP_CMP_MASKED_EQ, 0xF, static_cast<scmp_datum_t>(SOCK_RAW)));
  }
  if (failed != 0) {
    return refused(failed);
  }
  return load(filter);
}

Result<void> narrow_cell() {
  const Filter filter(seccomp_init(SCMP_ACT_ERRNO(EPERM)));
  if (!filter) {
    return refused(-ENOMEM);
  }
  const std::uint32_t end = SCMP_ACT_KILL_PROCESS;
  YX_CHECK(rules(filter, SCMP_ACT_ALLOW, cell_calls));
  YX_CHECK(own_signals(filter, true));
  YX_CHECK(rules(filter, end, outward));
  YX_CHECK(rules(filter, end, programs));
  YX_CHECK(rules(filter, end, sockets));
  int failed = seccomp_rule_add(filter.get(), SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3), 0);
  // Threads only, no processes.
  if (failed == 0) {
    failed = seccomp_rule_add(filter.get(), SCMP_ACT_ALLOW, SCMP_SYS(clone), 1,
                              SCMP_A0(SCMP_CMP_MASKED_EQ, CLONE_THREAD, CLONE_THREAD));
  }
  // Opening to read; Landlock says which files.
  constexpr scmp_datum_t not_reading = O_WRONLY | O_RDWR | O_CREAT | O_TRUNC;
  if (failed == 0) {
    failed = seccomp_rule_add(filter.get(), SCMP_ACT_ALLOW, SCMP_SYS(openat), 1,
                              SCMP_A2(SCMP_CMP_MASKED_EQ, not_reading, 0));
  }
  if (failed == 0) {
    failed =
        seccomp_rule_add(filter.get(), SCMP_ACT_ALLOW, SCMP_SYS(open), 1, SCMP_A1(SCMP_CMP_MASKED_EQ, not_reading, 0));
  }
  // Memory is written or run, never both.
  constexpr scmp_datum_t both = PROT_WRITE | PROT_EXEC;
  for (const int number : {SCMP_SYS(mmap), SCMP_SYS(mprotect)}) {
    for (const scmp_datum_t allowed :
         {static_cast<scmp_datum_t>(0), static_cast<scmp_datum_t>(PROT_WRITE), static_cast<scmp_datum_t>(PROT_EXEC)}) {
      failed = failed == 0 ? seccomp_rule_add(filter.get(), SCMP_ACT_ALLOW, number, 1,
                                              SCMP_A2(SCMP_CMP_MASKED_EQ, both, allowed))
                           : failed;
    }
  }
  // Names of threads, and nothing else of prctl.
  for (const scmp_datum_t option : {static_cast<scmp_datum_t>(15), static_cast<scmp_datum_t>(16)}) {  // PR_SET/GET_NAME
    failed = failed == 0
                 ? seccomp_rule_add(filter.get(), SCMP_ACT_ALLOW, SCMP_SYS(prctl), 1, SCMP_A0(SCMP_CMP_EQ, option))
                 : failed;
  }
  // Reading one's own limits, and nobody else's.
  if (failed == 0) {
    failed = seccomp_rule_add(filter.get(), SCMP_ACT_ALLOW, SCMP_SYS(prlimit64), 1, SCMP_A2(SCMP_CMP_EQ, 0));
  }
  if (failed != 0) {
    return refused(failed);
  }
  return load(filter);
}

}  // namespace yinxin::cage
