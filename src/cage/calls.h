#pragma once
// Filters of system calls (seccomp-bpf by libseccomp). Two of them: a narrow one for a cell, which reads one file and
// writes one answer, and a wide one for a domain, which loses what no domain needs.

#include "base/result.h"

namespace yinxin::cage {

struct Calls {
  bool may_use_internet = false;    // sockets of AF_INET and AF_INET6; those that are open already stay
  bool may_reach_out = false;       // not only hear those who come: connections from here, and datagrams
  bool may_start_programs = false;  // execve
  // SIGKILL to one process by its number, for what it starts itself. Landlock of ABI 6 and later keeps that to its own
  // children; below, only another uid keeps it from a neighbour, which is started again.
  bool may_end_programs = false;
};

// For a domain: no tracing or reading of other processes, no signals but to itself, no namespaces, mounts, modules,
// keys, io_uring, BPF, userfaultfd or perf, no sockets but those of AF_UNIX unless the Internet is allowed. What is
// refused answers EPERM, so that a library that tries it once goes on. unsupported without seccomp.
Result<void> narrow_domain(const Calls& calls);
// For a cell: what computing, memory, threads and reading of open files need, and opening for reading where Landlock
// lets it; what an attacker would want (programs, sockets, tracing) ends the process, everything else answers EPERM.
Result<void> narrow_cell();

}  // namespace yinxin::cage
