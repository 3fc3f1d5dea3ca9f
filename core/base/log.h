#ifndef TLD_BASE_LOG_H
#define TLD_BASE_LOG_H

/*
 * One line per event on standard error, "level: text" (the service manager adds the time). Nothing that comes
 * from a request may be put in a line: no address, header, path, code or answer, at any level.
 */

void log_error(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void log_warn(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void log_info(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

#endif
