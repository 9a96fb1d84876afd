// Makes every fdatasync take longer, as on a disk that is no memory: loaded into PostgreSQL by LD_PRELOAD.
// Built with -DFLUSH_MICROS=5000 -shared -fPIC; PostgreSQL gets no environment that could name the time.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <time.h>

int fdatasync(int fd)
{
  static int (*flush)(int);
  if (flush == 0) flush = (int (*)(int))dlsym(RTLD_NEXT, "fdatasync");
  struct timespec rest = {FLUSH_MICROS / 1000000, (FLUSH_MICROS % 1000000) * 1000L};
  // A signal must not make the disk faster.
  while (nanosleep(&rest, &rest) != 0 && errno == EINTR)
    ;
  return flush(fd);
}
