// Where the linker put the part of the program that nobody writes.
#pragma once

#if defined(__linux__)
extern const char __executable_start, etext;

/// The first byte of the program in memory.
static inline const void *program_image_start(void) { return &__executable_start; }

/// The byte behind its code; what can be written lies further up.
static inline const void *program_image_code_end(void) { return &etext; }
#endif
