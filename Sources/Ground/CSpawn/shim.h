// What glibc declares to programs alone that define _GNU_SOURCE, which Swift does not; Linux and glibc 2.34 have it.
#pragma once

#include <spawn.h>

#if defined(__GLIBC__)
int posix_spawn_file_actions_addclosefrom_np(posix_spawn_file_actions_t *actions, int from);
#endif

#if defined(__linux__)
int memfd_create(const char *name, unsigned int flags);
int pipe2(int ends[2], int flags);
#endif
