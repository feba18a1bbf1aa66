/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "enrich/mmdb.h"

#include <arpa/inet.h>
#include <errno.h>
#include <maxminddb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/sockaddr.h"

struct databases {
	unsigned count;
	MMDB_s files[];
};

int databases_open(struct databases **made, const char *const *paths, unsigned count, char *why, size_t why_size)
{
	struct databases *d = calloc(1, sizeof(*d) + count * sizeof(d->files[0]));

	if (!d) {
		snprintf(why, why_size, "mmdb: %s", strerror(ENOMEM));
		return -ENOMEM;
	}
	for (; d->count < count; d->count++) {
		const char *path = paths[d->count];
		int status = MMDB_open(path, MMDB_MODE_MMAP, &d->files[d->count]);

		if (status == MMDB_SUCCESS)
			continue;
		snprintf(why, why_size, "mmdb %s: %s", path,
			status == MMDB_FILE_OPEN_ERROR || status == MMDB_IO_ERROR ? strerror(errno)
										  : MMDB_strerror(status));
		databases_close(d);
		return -EINVAL;
	}
	*made = d;
	return 0;
}

void databases_close(struct databases *d)
{
	if (!d)
		return;
	while (d->count)
		MMDB_close(&d->files[--d->count]);
	free(d);
}

/* The string at this path of the entry, where the field is empty yet. */
static void find_text(MMDB_entry_s *entry, const char *const *path, char *field, size_t size)
{
	MMDB_entry_data_s data;

	if (*field || MMDB_aget_value(entry, &data, path) != MMDB_SUCCESS || !data.has_data ||
		data.type != MMDB_DATA_TYPE_UTF8_STRING)
		return;
	place_text(field, size, data.utf8_string, data.data_size);
}

static void find_asn(MMDB_entry_s *entry, struct place *p)
{
	static const char *const number[] = { "autonomous_system_number", NULL }, *const text[] = { "asn", NULL };
	MMDB_entry_data_s data;
	char word[16] = "";

	if (p->asn)
		return;
	if (MMDB_aget_value(entry, &data, number) == MMDB_SUCCESS && data.has_data &&
		data.type == MMDB_DATA_TYPE_UINT32)
		p->asn = data.uint32;
	find_text(entry, text, word, sizeof(word)); /* "AS64500" */
	if (!p->asn && strncmp(word, "AS", 2) == 0)
		p->asn = (uint32_t)strtoul(word + 2, NULL, 10);
}

static bool find_double(MMDB_entry_s *entry, const char *const *path, double limit, double *value)
{
	MMDB_entry_data_s data;

	if (MMDB_aget_value(entry, &data, path) != MMDB_SUCCESS || !data.has_data || data.type != MMDB_DATA_TYPE_DOUBLE)
		return false;
	*value = data.double_value;
	return *value >= -limit && *value <= limit;
}

static void find_location(MMDB_entry_s *entry, struct place *p)
{
	static const char *const latitude[] = { "location", "latitude", NULL };
	static const char *const longitude[] = { "location", "longitude", NULL };
	double lat, lon;

	if (p->has_location || !find_double(entry, latitude, 90, &lat) || !find_double(entry, longitude, 180, &lon))
		return;
	p->has_location = true;
	p->latitude = lat;
	p->longitude = lon;
}

static void read_entry(MMDB_entry_s *entry, struct place *p)
{
	const struct {
		const char *path[4];
		char *field;
		size_t size;
	} rows[] = {
		{ { "autonomous_system_organization" }, p->as_name, sizeof(p->as_name) },
		{ { "as_name" }, p->as_name, sizeof(p->as_name) },
		{ { "as_domain" }, p->as_domain, sizeof(p->as_domain) },
		{ { "city", "names", "en" }, p->city, sizeof(p->city) },
		{ { "country", "iso_code" }, p->country_code, sizeof(p->country_code) },
		{ { "country_code" }, p->country_code, sizeof(p->country_code) },
		{ { "country", "names", "en" }, p->country, sizeof(p->country) },
		{ { "country" }, p->country, sizeof(p->country) }, /* IPinfo; a map where it is GeoLite2's */
		{ { "continent", "code" }, p->continent_code, sizeof(p->continent_code) },
		{ { "continent_code" }, p->continent_code, sizeof(p->continent_code) },
		{ { "continent", "names", "en" }, p->continent, sizeof(p->continent) },
		{ { "continent" }, p->continent, sizeof(p->continent) },
	};

	find_asn(entry, p);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		find_text(entry, rows[i].path, rows[i].field, rows[i].size);
	find_location(entry, p);
}

void databases_find(const struct databases *d, const struct addr *a, struct place *p)
{
	struct sockaddr_storage address;

	sockaddr_of(a, 0, &address);
	for (unsigned i = 0; i < d->count; i++) {
		int status;
		MMDB_lookup_result_s found = MMDB_lookup_sockaddr(&d->files[i], (struct sockaddr *)&address, &status);

		if (status == MMDB_SUCCESS && found.found_entry)
			read_entry(&found.entry, p);
	}
}
