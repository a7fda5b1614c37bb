// Counts what a program allocates: loaded into it with LD_PRELOAD, it takes the place of malloc and its kin (glibc).
//
// The counts lie in the file that ALLOCATION_COUNTS names, two numbers of 64 bits in the machine's order, allocations
// and bytes, so that another program can read them while this one runs. What is freed is not counted; a realloc counts
// as an allocation of the new size.

#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

struct counts {
    _Atomic uint64_t allocations;
    _Atomic uint64_t bytes;
};

// Until the file is there, and where it cannot be made.
static struct counts early;
static struct counts *_Atomic counts = &early;

extern void *__libc_malloc(size_t);
extern void *__libc_calloc(size_t, size_t);
extern void *__libc_realloc(void *, size_t);
extern void *__libc_memalign(size_t, size_t);

static inline void count(size_t size) {
    struct counts *now = atomic_load_explicit(&counts, memory_order_relaxed);
    atomic_fetch_add_explicit(&now->allocations, 1, memory_order_relaxed);
    atomic_fetch_add_explicit(&now->bytes, size, memory_order_relaxed);
}

__attribute__((constructor)) static void begin(void) {
    const char *path = getenv("ALLOCATION_COUNTS");
    if (path == NULL) return;
    int file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (file < 0) return;
    if (ftruncate(file, sizeof(struct counts)) == 0) {
        void *shared = mmap(NULL, sizeof(struct counts), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
        if (shared != MAP_FAILED) atomic_store(&counts, shared);
    }
    close(file);
    // What this program starts is not to be counted with it.
    unsetenv("LD_PRELOAD");
}

void *malloc(size_t size) {
    count(size);
    return __libc_malloc(size);
}

void *calloc(size_t number, size_t size) {
    count(number * size);
    return __libc_calloc(number, size);
}

void *realloc(void *memory, size_t size) {
    count(size);
    return __libc_realloc(memory, size);
}

void *memalign(size_t alignment, size_t size) {
    count(size);
    return __libc_memalign(alignment, size);
}

void *aligned_alloc(size_t alignment, size_t size) {
    count(size);
    return __libc_memalign(alignment, size);
}

int posix_memalign(void **memory, size_t alignment, size_t size) {
    count(size);
    void *found = __libc_memalign(alignment, size);
    if (found == NULL) return ENOMEM;
    *memory = found;
    return 0;
}
