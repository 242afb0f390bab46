/*
 * Stands in for Testcontainers' reaper, where no image can be pulled, and does what that does: takes lines of filters on port 8080, acknowledges each, and when
 * its last client has gone removes by them, over Docker's API on the socket that was mounted for it, what they match.
 */
#include <arpa/inet.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define FILTERS 64
#define CLIENTS 16

static char filters[FILTERS][4096];
static int filter_count;

static void die(const char *what)
{
	perror(what);
	exit(1);
}

/* The whole answer, body and all; the next call overwrites it. */
static char *call(const char *method, const char *path)
{
	static char answer[1 << 20];
	struct sockaddr_un address = {.sun_family = AF_UNIX, .sun_path = "/var/run/docker.sock"};
	char request[8192];
	size_t got = 0;
	ssize_t count;
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);
	if (connect(fd, (struct sockaddr *)&address, sizeof address))
		die("/var/run/docker.sock");
	int length = snprintf(request, sizeof request, "%s %s HTTP/1.1\r\nHost: docker\r\nConnection: close\r\nContent-Length: 0\r\n\r\n", method, path);
	if (write(fd, request, (size_t)length) != length)
		die("write");
	while (got < sizeof answer - 1 && (count = read(fd, answer + got, sizeof answer - 1 - got)) > 0)
		got += (size_t)count;
	answer[got] = 0;
	close(fd);
	return answer;
}

static int removed(const char *path)
{
	char *answer = call("DELETE", path);
	if (!strncmp(answer, "HTTP/1.1 2", 10))
		return 1;
	printf("%s: %.200s\n", path, answer);
	return 0;
}

/* Of a list of objects: each is removed by its field. */
static int remove_all(const char *list, const char *field, const char *path, const char *query)
{
	static char answer[1 << 20];
	char mark[32], one[512];
	int count = 0;
	snprintf(mark, sizeof mark, "\"%s\":\"", field);
	strcpy(answer, call("GET", list));
	for (char *at = strstr(answer, mark); at; at = strstr(at + 1, mark)) {
		char *from = at + strlen(mark), *to = strchr(from, '"');
		snprintf(one, sizeof one, "%s/%.*s%s", path, (int)(to - from), from, query);
		count += removed(one);
	}
	return count;
}

/* "label=a%3Db&label=c" to {"label":["a=b","c"]}, escaped for a query. */
static void query(const char *filter, char *to)
{
	to += sprintf(to, "%%7B%%22label%%22%%3A%%5B");
	for (int first = 1; *filter; first = 0) {
		if (strncmp(filter, "label=", 6)) {
			printf("no such filter: %s\n", filter);
			exit(1);
		}
		filter += 6;
		to += sprintf(to, first ? "%%22" : "%%2C%%22");
		while (*filter && *filter != '&')
			*to++ = *filter++;
		to += sprintf(to, "%%22");
		if (*filter)
			filter++;
	}
	strcpy(to, "%5D%7D");
}

static void reap(void)
{
	char wanted[8192], path[9000];
	int containers = 0, networks = 0, volumes = 0, images = 0;
	for (int i = 0; i < filter_count; i++) {
		query(filters[i], wanted);
		snprintf(path, sizeof path, "/containers/json?all=1&filters=%s", wanted);
		containers += remove_all(path, "Id", "/containers", "?force=1&v=1");
		snprintf(path, sizeof path, "/networks?filters=%s", wanted);
		networks += remove_all(path, "Id", "/networks", "");
		snprintf(path, sizeof path, "/volumes?filters=%s", wanted);
		volumes += remove_all(path, "Name", "/volumes", "?force=1");
		snprintf(path, sizeof path, "/images/json?filters=%s", wanted);
		images += remove_all(path, "Id", "/images", "?force=1");
	}
	printf("Removed %d container(s) %d network(s) %d volume(s) %d image(s)\n", containers, networks, volumes, images);
}

/* Zero when the client has gone. */
static int take(int fd, char *line, size_t *length)
{
	ssize_t got = read(fd, line + *length, 4095 - *length);
	if (got <= 0)
		return 0;
	*length += (size_t)got;
	line[*length] = 0;
	for (char *end; (end = strchr(line, '\n')); *length = strlen(line)) {
		*end = 0;
		if (filter_count < FILTERS)
			strcpy(filters[filter_count++], line);
		printf("Adding %s\n", line);
		memmove(line, end + 1, strlen(end + 1) + 1);
		if (write(fd, "ACK\n", 4) != 4)
			return 0;
	}
	return 1;
}

int main(void)
{
	static char lines[CLIENTS][4096];
	static size_t lengths[CLIENTS];
	struct pollfd fds[CLIENTS + 1] = {{0}};
	struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(8080)};
	int clients = 0, had = 0;
	setvbuf(stdout, NULL, _IOLBF, 0);
	fds[0] = (struct pollfd){socket(AF_INET, SOCK_STREAM, 0), POLLIN, 0};
	if (bind(fds[0].fd, (struct sockaddr *)&address, sizeof address) || listen(fds[0].fd, 16))
		die("port 8080");
	if (strncmp(call("GET", "/_ping"), "HTTP/1.1 200", 12))
		die("the API doesn't answer");
	printf("Started!\n");
	/* one that connects only to see whether the port is open is no client: it has said nothing */
	while (!had || clients || !filter_count || poll(fds, 1, 1000) > 0) {
		if (poll(fds, (nfds_t)clients + 1, -1) < 0)
			die("poll");
		for (int i = clients; i >= 1; i--) {
			if (fds[i].revents && !take(fds[i].fd, lines[i - 1], &lengths[i - 1])) {
				close(fds[i].fd);
				fds[i] = fds[clients];
				memcpy(lines[i - 1], lines[clients - 1], sizeof lines[0]);
				lengths[i - 1] = lengths[clients - 1];
				clients--;
			}
		}
		if (fds[0].revents && clients < CLIENTS) {
			fds[++clients] = (struct pollfd){accept(fds[0].fd, NULL, NULL), POLLIN, 0};
			lengths[clients - 1] = 0;
			had = 1;
		}
	}
	reap();
	return 0;
}
