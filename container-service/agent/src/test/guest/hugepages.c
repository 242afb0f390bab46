/* Takes and touches as many huge pages of 2 MiB as its argument says; says how many it has after each. The kernel ends it by SIGBUS at the limit. */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>

#define PAGE (2UL << 20)

int main(int count, char **arguments)
{
	int pages = count > 1 ? atoi(arguments[1]) : 1;
	setvbuf(stdout, NULL, _IONBF, 0);
	for (int i = 1; i <= pages; i++) {
		char *page = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_HUGETLB | MAP_NORESERVE, -1, 0);
		if (page == MAP_FAILED) {
			perror("mmap");
			return 1;
		}
		*page = 1;
		printf("%d\n", i);
	}
	return 0;
}
