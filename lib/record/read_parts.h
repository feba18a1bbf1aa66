/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The parts of read_json(), each in a file: a table of keys for each kind of
 * object, and what a value is checked for. All return false after reader_fail().
 */
#ifndef UTURN_RECORD_READ_PARTS_H
#define UTURN_RECORD_READ_PARTS_H

#include <stdbool.h>
#include <stddef.h>

#include "record/reader.h"
#include "record/trace_record.h"

enum { READ_FLOWS_MOST = 65536, READ_ROUTERS_MOST = 4096, READ_LINKS_MOST = 65536, READ_PROBES_MOST = 65536 };

/* What one key of an object means: reads its value. A table ends with a row without a key. */
struct reading {
	const char *key;
	bool (*read)(struct reader *j, const char *name, struct trace_record *r, void *element);
};

/* A key whose value is one field of the element, and no more. A table ends with a row without a key. */
enum field_kind { FIELD_WHOLE, FIELD_NUMBER, FIELD_TRUTH, FIELD_WORD };

struct field_reading {
	const char *key;
	enum field_kind kind;
	size_t offset, size; /* FIELD_WHOLE: of a uint8_t, uint16_t or uint32_t; FIELD_NUMBER: of a double */
	double least, most; /* of the first two */
};

/* The offset and size of a field of struct `type`. */
#define READ_INTO(type, field) offsetof(struct type, field), sizeof(((struct type *)0)->field)

/* One object; keys that are in neither table are skipped. */
bool read_object(struct reader *j, struct trace_record *r, void *element, const struct field_reading *fields,
	const struct reading *table);
bool read_address(struct reader *j, const char *name, struct addr *a);
/* Printable ASCII: it is printed as it is, and must bring no escape sequence to a terminal. */
bool read_word(struct reader *j, const char *name, char *text, size_t size);
/* The id of a router that is there already. */
bool read_router_of(struct reader *j, const char *name, const struct trace_record *r, uint32_t *index);

/* The arrays of a trace; element is not used. */
bool read_flows(struct reader *j, const char *name, struct trace_record *r, void *element);
bool read_routers(struct reader *j, const char *name, struct trace_record *r, void *element);
bool read_aliases(struct reader *j, const char *name, struct trace_record *r, void *element);
bool read_links(struct reader *j, const char *name, struct trace_record *r, void *element);
bool read_probes(struct reader *j, const char *name, struct trace_record *r, void *element);
bool read_back_probes(struct reader *j, const char *name, struct trace_record *r, void *element);

/* The object of --mtu. */
bool read_mtu(struct reader *j, const char *name, struct trace_record *r, void *element);

#endif
