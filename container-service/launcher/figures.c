/*
 * The files that programs size themselves by, as the container's limits and what it uses make them. The host's own file is gone through line by
 * line, so each has what this kernel has, in its order; what the groups know better is put in. All is read anew for each text, by calls that
 * don't wait.
 *
 * Of memory (Documentation/admin-guide/cgroup-v1/memory.rst, cgroup-v2.rst), in bytes:
 *   MemTotal      the limit, at most what the host has
 *   MemFree       MemTotal - use; use counts page cache
 *   MemAvailable  MemFree + active and inactive file pages + reclaimable slab, as the kernel's si_mem_available() without the watermarks, that no
 *                 group has; at most what is available on the host
 *   SwapTotal     the limit beyond memory, at most what the host has; SwapFree what of it isn't used
 *   kinds of use  the group's own counters; 0 for those that this version of cgroups doesn't count
 * What isn't a use of memory, such as the size of huge pages, is the host's.
 *
 * Of cores: those of the cpuset under their own numbers, so that a program can bind itself to them; where there is a quota, only the first of
 * them that together make it up, 2 for 1.5. Their time in /proc/stat is the container's own: what it used is spread evenly over them, and what it
 * could have used besides is idle.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sysinfo.h>
#include <unistd.h>
#include "figures.h"
#include "launcher.h"

/* Version 2 has one group for all. */
enum { MEMORY, CPU, CPUACCT, CPUSET, GROUPS };
static int groups[GROUPS];
static int unified;

#define ENDLESS UINT64_MAX
#define MOST_CORES 8192
#define MICROS_PER_TICK 10000u /* USER_HZ is 100 */

static struct cores {
	unsigned char set[MOST_CORES / 8];
	unsigned count;
} cores;

static _Atomic uint64_t begun; /* microseconds, as the next */
static uint64_t counted_until, counted_used, idle;

static uint64_t micros(void) { return nanos_of(CLOCK_MONOTONIC) / 1000; }

void figures_of(const int *folders, size_t count)
{
	unified = count == 1;
	for (size_t i = 0; i < GROUPS; i++)
		groups[i] = unified ? folders[0] : i < count ? folders[i] : -1;
	figures_begin();
}

void figures_begin(void) { begun = micros(); }

static uint64_t least(uint64_t a, uint64_t b) { return a < b ? a : b; }

static uint64_t beyond(uint64_t a, uint64_t b) { return a > b ? a - b : 0; }

/* The text of a group's file; empty if it isn't there. Valid until the next one is read. */
static const char *text_of(int group, const char *name)
{
	static char text[16384];
	int fd = openat(groups[group], name, O_RDONLY | O_CLOEXEC);
	size_t size = 0;
	ssize_t got = 0;
	while (fd >= 0 && size < sizeof text - 1 && (got = read(fd, text + size, sizeof text - 1 - size)) > 0)
		size += (size_t)got;
	if (fd >= 0)
		close(fd);
	text[size] = 0;
	return text;
}

/* "max", and whatever is no number, is no limit; v1 writes one that is larger than any memory. */
static uint64_t number_of(int group, const char *name, uint64_t otherwise)
{
	const char *text = text_of(group, name);
	return *text >= '0' && *text <= '9' ? strtoull(text, NULL, 10) : otherwise;
}

/* Of lines "name number". */
static uint64_t value(const char *text, const char *name)
{
	size_t length = name ? strlen(name) : 0;
	for (const char *line = text; name && line && *line; line = strchr(line, '\n')) {
		line += *line == '\n';
		if (strncmp(line, name, length) == 0 && line[length] == ' ')
			return strtoull(line + length, NULL, 10);
	}
	return 0;
}

/* ---- memory ---- */

/* Names in meminfo, and in a group's memory.stat of version 1 and 2; some are sums of two. */
static const struct use {
	const char *shown, *first[2], *second[2];
} uses[] = {
    {"Buffers", {NULL, NULL}, {NULL, NULL}},
    {"Cached", {"total_cache", "file"}, {NULL, NULL}},
    {"SwapCached", {"total_swapcached", "swapcached"}, {NULL, NULL}},
    {"Active", {"total_active_anon", "active_anon"}, {"total_active_file", "active_file"}},
    {"Inactive", {"total_inactive_anon", "inactive_anon"}, {"total_inactive_file", "inactive_file"}},
    {"Active(anon)", {"total_active_anon", "active_anon"}, {NULL, NULL}},
    {"Inactive(anon)", {"total_inactive_anon", "inactive_anon"}, {NULL, NULL}},
    {"Active(file)", {"total_active_file", "active_file"}, {NULL, NULL}},
    {"Inactive(file)", {"total_inactive_file", "inactive_file"}, {NULL, NULL}},
    {"Unevictable", {"total_unevictable", "unevictable"}, {NULL, NULL}},
    {"Mlocked", {NULL, NULL}, {NULL, NULL}},
    {"Zswap", {NULL, "zswap"}, {NULL, NULL}},
    {"Zswapped", {NULL, "zswapped"}, {NULL, NULL}},
    {"Dirty", {"total_dirty", "file_dirty"}, {NULL, NULL}},
    {"Writeback", {"total_writeback", "file_writeback"}, {NULL, NULL}},
    {"AnonPages", {"total_rss", "anon"}, {NULL, NULL}},
    {"Mapped", {"total_mapped_file", "file_mapped"}, {NULL, NULL}},
    {"Shmem", {"total_shmem", "shmem"}, {NULL, NULL}},
    {"KReclaimable", {NULL, "slab_reclaimable"}, {NULL, NULL}},
    {"Slab", {NULL, "slab_reclaimable"}, {NULL, "slab_unreclaimable"}},
    {"SReclaimable", {NULL, "slab_reclaimable"}, {NULL, NULL}},
    {"SUnreclaim", {NULL, "slab_unreclaimable"}, {NULL, NULL}},
    {"KernelStack", {NULL, "kernel_stack"}, {NULL, NULL}},
    {"PageTables", {NULL, "pagetables"}, {NULL, NULL}},
    {"SecPageTables", {NULL, "sec_pagetables"}, {NULL, NULL}},
    {"NFS_Unstable", {NULL, NULL}, {NULL, NULL}},
    {"Bounce", {NULL, NULL}, {NULL, NULL}},
    {"WritebackTmp", {NULL, NULL}, {NULL, NULL}},
    {"VmallocUsed", {NULL, "vmalloc"}, {NULL, NULL}},
    {"Percpu", {NULL, "percpu"}, {NULL, NULL}},
    {"AnonHugePages", {"total_rss_huge", "anon_thp"}, {NULL, NULL}},
    {"ShmemHugePages", {NULL, "shmem_thp"}, {NULL, NULL}},
    {"FileHugePages", {NULL, "file_thp"}, {NULL, NULL}},
};

struct memory {
	uint64_t total, free, reclaimable, swap, swap_used;
	const char *stat; /* until the next file is read */
};

static struct memory measure_memory(void)
{
	struct sysinfo host;
	sysinfo(&host);
	uint64_t all = (uint64_t)host.totalram * host.mem_unit, all_swap = (uint64_t)host.totalswap * host.mem_unit;
	uint64_t limit = number_of(MEMORY, unified ? "memory.max" : "memory.limit_in_bytes", ENDLESS);
	uint64_t used = number_of(MEMORY, unified ? "memory.current" : "memory.usage_in_bytes", 0);
	uint64_t swap = number_of(MEMORY, unified ? "memory.swap.max" : "memory.memsw.limit_in_bytes", ENDLESS);
	uint64_t swap_used = unified ? number_of(MEMORY, "memory.swap.current", 0) : 0;
	struct memory m = {.total = least(limit, all), .swap = least(unified || swap == ENDLESS ? swap : beyond(swap, limit), all_swap)};
	m.free = beyond(m.total, used);
	m.stat = text_of(MEMORY, "memory.stat");
	m.swap_used = least(m.swap, unified ? swap_used : value(m.stat, "total_swap"));
	m.reclaimable = value(m.stat, unified ? "active_file" : "total_active_file") + value(m.stat, unified ? "inactive_file" : "total_inactive_file")
	    + (unified ? value(m.stat, "slab_reclaimable") : 0);
	return m;
}

static uint64_t figure_of(const struct memory *m, const char *name, uint64_t hosts)
{
	if (strcmp(name, "MemTotal") == 0)
		return m->total;
	if (strcmp(name, "MemFree") == 0)
		return m->free;
	if (strcmp(name, "MemAvailable") == 0)
		return least(least(m->free + m->reclaimable, m->total), hosts);
	if (strcmp(name, "SwapTotal") == 0)
		return m->swap;
	if (strcmp(name, "SwapFree") == 0)
		return m->swap - m->swap_used;
	for (size_t i = 0; i < sizeof uses / sizeof *uses; i++) {
		if (strcmp(name, uses[i].shown) == 0)
			return value(m->stat, uses[i].first[unified]) + value(m->stat, uses[i].second[unified]);
	}
	return hosts;
}

/* Lines "Name:   1234 kB"; what has no unit is a count of pages of some size, and the host's. */
static void print_meminfo(FILE *out)
{
	char *line = NULL, unit[4];
	size_t room = 0;
	unsigned long long hosts;
	struct memory m = measure_memory();
	FILE *in = fopen("/proc/meminfo", "re");
	while (in && getline(&line, &room, in) > 0) {
		char *colon = strchr(line, ':');
		if (!colon || sscanf(colon + 1, "%llu %3s", &hosts, unit) != 2) {
			fputs(line, out);
			continue;
		}
		*colon = 0;
		uint64_t figure = figure_of(&m, line, (uint64_t)hosts << 10);
		*colon = ':';
		if (figure == (uint64_t)hosts << 10)
			fputs(line, out);
		else
			fprintf(out, "%-15.*s %8llu kB\n", (int)(colon + 1 - line), line, (unsigned long long)figure >> 10);
	}
	free(line);
	if (in)
		fclose(in);
}

static void print_swaps(FILE *out)
{
	struct memory m = measure_memory();
	fputs("Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n", out);
	if (m.swap)
		fprintf(out, "%-40s%s\t\t%llu\t\t%llu\t\t0\n", "none", "virtual", (unsigned long long)m.swap >> 10, (unsigned long long)m.swap_used >> 10);
}

/* ---- cores ---- */

static int has(unsigned core) { return core < MOST_CORES && cores.set[core / 8] >> core % 8 & 1; }

/* As many as "0-3,8" names, at most so many. */
static void take_cores(const char *list, uint64_t most)
{
	memset(&cores, 0, sizeof cores);
	while (*list >= '0' && *list <= '9') {
		char *end;
		unsigned long first = strtoul(list, &end, 10), last = first;
		if (*end == '-')
			last = strtoul(end + 1, &end, 10);
		for (; first <= last && first < MOST_CORES && cores.count < most; first++) {
			cores.set[first / 8] |= (unsigned char)(1u << first % 8);
			cores.count++;
		}
		list = *end == ',' ? end + 1 : end;
	}
}

static uint64_t quota_cores(void)
{
	uint64_t quota, period;
	if (unified) {
		const char *text = text_of(CPU, "cpu.max"), *space = strchr(text, ' ');
		quota = *text == 'm' ? 0 : strtoull(text, NULL, 10);
		period = space ? strtoull(space, NULL, 10) : 0;
	} else {
		quota = number_of(CPU, "cpu.cfs_quota_us", 0); /* -1 without one */
		period = number_of(CPU, "cpu.cfs_period_us", 0);
	}
	return quota && period ? (quota + period - 1) / period : MOST_CORES;
}

static void measure_cores(void)
{
	uint64_t most = quota_cores();
	const char *list = text_of(CPUSET, unified ? "cpuset.cpus.effective" : "cpuset.effective_cpus");
	char hosts[4096];
	FILE *in;
	if (!*list && (in = fopen("/sys/devices/system/cpu/online", "re"))) { /* this host binds nobody to cores */
		list = fgets(hosts, sizeof hosts, in) ? hosts : "0";
		fclose(in);
	}
	take_cores(list, most);
}

static void print_online(FILE *out)
{
	const char *between = "";
	measure_cores();
	for (unsigned first = 0; first < MOST_CORES; first++) {
		unsigned last = first;
		if (!has(first))
			continue;
		while (has(last + 1))
			last++;
		fprintf(out, last > first ? "%s%u-%u" : "%s%u", between, first, last);
		between = ",";
		first = last;
	}
	fputc('\n', out);
}

/* A block for each core, which begins with its number. */
static void print_cpuinfo(FILE *out)
{
	char *line = NULL;
	size_t room = 0;
	int shown = 1;
	unsigned core;
	measure_cores();
	FILE *in = fopen("/proc/cpuinfo", "re");
	while (in && getline(&line, &room, in) > 0) {
		if (sscanf(line, "processor : %u", &core) == 1)
			shown = has(core);
		if (shown)
			fputs(line, out);
		if (*line == '\n')
			shown = 1;
	}
	free(line);
	if (in)
		fclose(in);
}

struct time_used {
	uint64_t user, system; /* ticks */
};

static struct time_used measure_time(void)
{
	const char *stat = text_of(CPUACCT, unified ? "cpu.stat" : "cpuacct.stat");
	struct time_used t = {
	    unified ? value(stat, "user_usec") / MICROS_PER_TICK : value(stat, "user"),
	    unified ? value(stat, "system_usec") / MICROS_PER_TICK : value(stat, "system"),
	};
	/* counted on, so that it never goes back when there are fewer cores from now on */
	uint64_t now = micros(), used = (t.user + t.system) * MICROS_PER_TICK;
	if (counted_until < begun)
		counted_until = begun;
	idle += beyond(cores.count * (now - counted_until), beyond(used, counted_used));
	counted_until = now;
	counted_used = used;
	return t;
}

static unsigned long long portion(uint64_t all, unsigned index, unsigned count) { return all * (index + 1) / count - all * index / count; }

static void print_times(FILE *out, const char *name, const struct time_used *t, uint64_t idle_ticks, unsigned index, unsigned count)
{
	fprintf(out, "%s %llu 0 %llu %llu 0 0 0 0 0 0\n", name, portion(t->user, index, count), portion(t->system, index, count),
	    portion(idle_ticks, index, count));
}

/* What isn't time of cores is the host's; of its interrupts only how many there were. */
static void print_rest(FILE *out)
{
	char *line = NULL;
	size_t room = 0;
	unsigned long long all;
	FILE *in = fopen("/proc/stat", "re");
	while (in && getline(&line, &room, in) > 0) {
		if (strncmp(line, "cpu", 3) == 0)
			continue;
		if (sscanf(line, "intr %llu", &all) == 1)
			fprintf(out, "intr %llu\n", all);
		else
			fputs(line, out);
	}
	free(line);
	if (in)
		fclose(in);
}

static void print_stat(FILE *out)
{
	char name[16];
	measure_cores();
	struct time_used t = measure_time();
	uint64_t idle_ticks = idle / MICROS_PER_TICK;
	print_times(out, "cpu ", &t, idle_ticks, 0, 1);
	for (unsigned core = 0, index = 0; core < MOST_CORES && index < cores.count; core++) {
		if (has(core)) {
			snprintf(name, sizeof name, "cpu%u", core);
			print_times(out, name, &t, idle_ticks, index++, cores.count);
		}
	}
	print_rest(out);
}

const struct figure figures[FIGURES] = {
    {"meminfo", 4096, print_meminfo}, {"cpuinfo", 256 << 10, print_cpuinfo}, {"stat", 256 << 10, print_stat}, {"swaps", 4096, print_swaps},
    {"online", 4096, print_online},
};
