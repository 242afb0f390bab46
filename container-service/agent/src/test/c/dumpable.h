/* Process 1 as it would be if others could look at it. */
#include <sys/prctl.h>
#define prctl(option, value, ...) prctl(option, (option) == PR_SET_DUMPABLE ? 1 : (value), __VA_ARGS__)
