/* Lets system calls on the files of jobs fail on demand. Preloaded into a program; what shall fail is said by a file that is
 * mapped here, so that the program can say it with plain writes, while it runs. All files of 64-bit Linux. */

#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

/* As `Call` in switch.rs. */
enum call { NONE, READ, WRITE, FSYNC, TRUNCATE, OPEN, LOCK, MAP };

/* As `Order` in switch.rs. */
struct order {
    int call;  /* which calls */
    int error; /* how they fail; -1: they do not come back until the order is taken back */
    int skip;  /* so many succeed first */
    int times; /* so many fail then */
    int seen;  /* so many were made */
    int hits;  /* so many failed */
};

static volatile struct order *order;

__attribute__((constructor)) static void begin(void) {
    const char *path = getenv("DURABLE_JOBS_FAULTS");
    if (!path) return;
    int fd = (int)syscall(SYS_openat, AT_FDCWD, path, O_RDWR | O_CLOEXEC, 0);
    if (fd < 0) abort();
    void *at = (void *)syscall(SYS_mmap, 0, sizeof(struct order), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (at == MAP_FAILED) abort();
    order = at;
}

/* The file of jobs, its log and their index, but not the lock file. */
static int is_ours(const char *path) {
    const char *name = strrchr(path, '/');
    name = name ? name + 1 : path;
    return !strcmp(name, "jobs.db") || !strcmp(name, "jobs.db-wal") || !strcmp(name, "jobs.db-shm");
}

static int is_our_file(int fd) {
    char link[40], path[4096];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    long size = syscall(SYS_readlinkat, AT_FDCWD, link, path, sizeof path - 1);
    if (size <= 0) return 0;
    path[size] = 0;
    return is_ours(path);
}

/* Whether this call is to fail: then errno says how. */
static int fails_now(void) {
    int seen = __atomic_fetch_add(&order->seen, 1, __ATOMIC_SEQ_CST);
    if (seen < order->skip || seen - order->skip >= order->times) return 0;
    __atomic_fetch_add(&order->hits, 1, __ATOMIC_SEQ_CST);
    errno = order->error;
    return 1;
}

/* A disk that does not answer. */
static int has_hung(enum call call) {
    if (order->error >= 0) return 0;
    __atomic_fetch_add(&order->hits, 1, __ATOMIC_SEQ_CST);
    while (order->call == (int)call && order->error < 0) usleep(1000);
    return 1;
}

static int fails(enum call call, int fd) {
    return order && order->call == (int)call && is_our_file(fd) && !has_hung(call) && fails_now();
}

static int fails_to_open(const char *path) {
    return order && order->call == OPEN && is_ours(path) && fails_now();
}

ssize_t read(int fd, void *to, size_t size) {
    return fails(READ, fd) ? -1 : syscall(SYS_read, fd, to, size);
}

ssize_t pread64(int fd, void *to, size_t size, off64_t at) {
    return fails(READ, fd) ? -1 : syscall(SYS_pread64, fd, to, size, at);
}

ssize_t pread(int fd, void *to, size_t size, off_t at) { return pread64(fd, to, size, at); }

/* A disk that is full takes the half of what comes first. */
static size_t half_of(size_t size) { return errno == ENOSPC && order->hits == 1 ? size / 2 : 0; }

ssize_t write(int fd, const void *from, size_t size) {
    if (!fails(WRITE, fd)) return syscall(SYS_write, fd, from, size);
    size_t half = half_of(size);
    return half ? syscall(SYS_write, fd, from, half) : -1;
}

ssize_t pwrite64(int fd, const void *from, size_t size, off64_t at) {
    if (!fails(WRITE, fd)) return syscall(SYS_pwrite64, fd, from, size, at);
    size_t half = half_of(size);
    return half ? syscall(SYS_pwrite64, fd, from, half, at) : -1;
}

ssize_t pwrite(int fd, const void *from, size_t size, off_t at) { return pwrite64(fd, from, size, at); }

int fsync(int fd) { return fails(FSYNC, fd) ? -1 : (int)syscall(SYS_fsync, fd); }

int fdatasync(int fd) { return fails(FSYNC, fd) ? -1 : (int)syscall(SYS_fdatasync, fd); }

int ftruncate64(int fd, off64_t size) { return fails(TRUNCATE, fd) ? -1 : (int)syscall(SYS_ftruncate, fd, size); }

int ftruncate(int fd, off_t size) { return ftruncate64(fd, size); }

static int open_with(const char *path, int flags, int mode) {
    return fails_to_open(path) ? -1 : (int)syscall(SYS_openat, AT_FDCWD, path, flags, mode);
}

#define OPENS(name)                                       \
    int name(const char *path, int flags, ...) {          \
        va_list rest;                                     \
        va_start(rest, flags);                            \
        int mode = va_arg(rest, int);                     \
        va_end(rest);                                     \
        return open_with(path, flags, mode);              \
    }
OPENS(open)
OPENS(open64)

/* To give a lock back does not fail on a local disk. */
#define CONTROLS(name)                                                    \
    int name(int fd, int cmd, ...) {                                      \
        va_list rest;                                                     \
        va_start(rest, cmd);                                              \
        void *argument = va_arg(rest, void *);                            \
        va_end(rest);                                                     \
        int locks = (cmd == F_SETLK || cmd == F_SETLKW) &&                \
                    ((struct flock *)argument)->l_type != F_UNLCK;        \
        if (locks && fails(LOCK, fd)) return -1;                          \
        return (int)syscall(SYS_fcntl, fd, cmd, argument);                \
    }
CONTROLS(fcntl)
CONTROLS(fcntl64)

void *mmap64(void *at, size_t size, int access, int flags, int fd, off64_t offset) {
    if (fd >= 0 && fails(MAP, fd)) return MAP_FAILED;
    return (void *)syscall(SYS_mmap, at, size, access, flags, fd, offset);
}

void *mmap(void *at, size_t size, int access, int flags, int fd, off_t offset) {
    return mmap64(at, size, access, flags, fd, offset);
}
