# SPDX-License-Identifier: GPL-2.0-or-later
# uturn: see the way back. `make help` says what there is.

PREFIX ?= /usr
DESTDIR ?=
SYSCONFDIR ?= /etc
BUILD ?= build
CC ?= cc
CFLAGS ?= -O2 -g -fstack-protector-strong -D_FORTIFY_SOURCE=2
LDFLAGS ?= -Wl,-z,relro,-z,now

WARNINGS = -Wall -Wextra -Wshadow -Wmissing-prototypes -Wstrict-prototypes -Wold-style-definition \
	-Wpointer-arith -Wwrite-strings -Wvla
ifeq ($(CI),true)
WARNINGS += -Werror
endif
ALL_CFLAGS = -std=gnu11 -D_GNU_SOURCE -I. -Iuturnd -fPIE $(WARNINGS) $(CFLAGS)
ALL_LDFLAGS = -pie $(LDFLAGS)
VERSION = $(shell sed -n 's/^\#define UTURN_VERSION "\(.*\)"/\1/p' uturnd/version.h)

# --- what is built from what --------------------------------------------------------------------------------------

objects = $(patsubst %.c,$(BUILD)/obj/%.o,$(1))

PACKET = $(call objects,$(wildcard uturnd/packet/*.c))
ENGINE = $(call objects,$(wildcard uturnd/engine/*.c))
IO = $(call objects,$(wildcard uturnd/io/*.c))
CONFIG = $(call objects,$(wildcard uturnd/config*.c) uturnd/text.c uturnd/log.c)
DAEMON = $(call objects,$(filter-out uturnd/config% uturnd/text.c uturnd/log.c uturnd/main.c,$(wildcard uturnd/*.c)))
RULES = $(call objects,$(filter-out rules/main.c,$(wildcard rules/*.c)))
CTL = $(call objects,$(filter-out tools/uturnctl/main.c,$(wildcard tools/uturnctl/*.c)))

PROGRAMS = $(addprefix $(BUILD)/,uturnd uturn-rules uturnctl uturn-lab)
TESTS = $(patsubst %.c,$(BUILD)/%,$(wildcard tests/unit/test_*.c tests/replay/test_*.c))
BENCHES = $(patsubst %.c,$(BUILD)/%,$(wildcard tests/bench/*.c))
FUZZERS = $(patsubst tests/fuzz/%.c,$(BUILD)/fuzz/%,$(wildcard tests/fuzz/fuzz_*.c))
MANUALS = $(wildcard uturnd/*.[58] rules/*.8 tools/*/*.[18])

DAEMON_LIBS = -lev -lnetfilter_queue -lmnl -lpcap -ljansson -lcap-ng
RULES_LIBS = -lip4tc -lip6tc -lxtables

all: $(PROGRAMS)

$(BUILD)/obj/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) -MMD -MP -c -o $@ $<

$(BUILD)/lib%.a:
	@rm -f $@
	ar rcs $@ $^

$(BUILD)/libpacket.a: $(PACKET)
$(BUILD)/libengine.a: $(ENGINE)
$(BUILD)/libio.a: $(IO)
$(BUILD)/libconfig.a: $(CONFIG)
$(BUILD)/libdaemon.a: $(DAEMON)
$(BUILD)/librules.a: $(RULES)
$(BUILD)/libctl.a: $(CTL)

CORE = $(addprefix $(BUILD)/,libengine.a libconfig.a libpacket.a)

$(BUILD)/uturnd: $(BUILD)/obj/uturnd/main.o $(BUILD)/libdaemon.a $(BUILD)/libio.a $(CORE)
	$(CC) $(ALL_LDFLAGS) -o $@ $^ $(DAEMON_LIBS)

$(BUILD)/uturn-rules: $(BUILD)/obj/rules/main.o $(BUILD)/librules.a $(BUILD)/libconfig.a $(BUILD)/libpacket.a
	$(CC) $(ALL_LDFLAGS) -o $@ $^ $(RULES_LIBS)

$(BUILD)/uturnctl: $(BUILD)/obj/tools/uturnctl/main.o $(BUILD)/libctl.a $(BUILD)/libconfig.a $(BUILD)/libpacket.a
	$(CC) $(ALL_LDFLAGS) -o $@ $^ -ljansson

$(BUILD)/uturn-lab: tools/uturn-lab/uturn-lab
	@mkdir -p $(@D)
	install -m 755 $< $@

$(BUILD)/tests/%: $(BUILD)/obj/tests/%.o $(BUILD)/librules.a $(BUILD)/libctl.a $(BUILD)/libdaemon.a $(BUILD)/libio.a $(CORE)
	@mkdir -p $(@D)
	$(CC) $(ALL_LDFLAGS) -o $@ $^ -lcmocka $(DAEMON_LIBS) $(RULES_LIBS)

-include $(shell find $(BUILD) -name '*.d' 2>/dev/null)

.PRECIOUS: $(BUILD)/obj/%.o
.SECONDARY:
.PHONY: all deps demo check test bench fuzz lint coverage install deb clean help
