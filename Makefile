# SPDX-License-Identifier: GPL-2.0-or-later
# uturn: see the return path. `make help` says what there is.

PREFIX ?= /usr
DESTDIR ?=
SYSCONFDIR ?= /etc
LOCALSTATEDIR ?= /var
BUILD ?= build
# one name for one place, or what depends on what is lost between them
override BUILD := $(patsubst $(CURDIR)/%,%,$(abspath $(BUILD)))
CC ?= cc
CFLAGS ?= -O2 -g -fstack-protector-strong -D_FORTIFY_SOURCE=2
LDFLAGS ?= -Wl,-z,relro,-z,now

WARNINGS = -Wall -Wextra -Wshadow -Wmissing-prototypes -Wstrict-prototypes -Wold-style-definition \
	-Wpointer-arith -Wwrite-strings -Wvla
ifeq ($(CI),true)
WARNINGS += -Werror
endif
# llhttp comes as sources, in node-llhttp of Debian 12; where they are not, as a library
LLHTTP_HEADERS = /usr/share/include
LLHTTP_SOURCES = /usr/share/llhttp
llhttp = $(if $(wildcard $(LLHTTP_SOURCES)/llhttp.c),llhttp)
# written once: lint asks for them with `make include-paths`
POSTGRES_HEADERS = /usr/include/postgresql
INCLUDE_PATHS = -I. -Ilib -Iuturnd -I$(LLHTTP_HEADERS) -I$(POSTGRES_HEADERS)
ALL_CFLAGS = -std=gnu11 -D_GNU_SOURCE $(INCLUDE_PATHS) -fPIE $(WARNINGS) $(CPPFLAGS) $(CFLAGS)
ALL_LDFLAGS = -pie $(LDFLAGS)

# --- what is built from what --------------------------------------------------------------------------------------

objects = $(patsubst %.c,$(BUILD)/obj/%.o,$(1))
folder = $(call objects,$(filter-out %/main.c,$(wildcard $(addsuffix /*.c,$(1)))))

# what the demo shows needs little; the rest of the programs more libraries
DEMO_PROGRAMS = $(addprefix $(BUILD)/,uturnd uturn-rules uturnctl uturn-lab uturn-replay)
PROGRAMS = $(DEMO_PROGRAMS) $(BUILD)/uturn-web $(BUILD)/uturn-cert $(BUILD)/uturn-trace $(BUILD)/uturn-history
TESTS = $(patsubst %.c,$(BUILD)/%,$(wildcard tests/unit/*/test_*.c tests/replay/test_*.c))
BENCHES = $(patsubst %.c,$(BUILD)/%,$(wildcard tests/bench/*.c))
HELPERS = $(patsubst tests/system/helpers/%.c,$(BUILD)/tests/helpers/%,$(filter-out %/faults.c %/clock_steps.c,$(wildcard tests/system/helpers/*.c))) \
	$(BUILD)/tests/helpers/clock_steps.so
FUZZERS = $(patsubst tests/fuzz/%.c,$(BUILD)/fuzz/%,$(wildcard tests/fuzz/fuzz_*.c))
MANUALS = $(wildcard doc/*.7 uturnd/*.[578] rules/*.[78] tools/*/*.[158])

DAEMON_LIBS = -lev -lnetfilter_queue -lmnl -lpcap -ljansson -lcap-ng -lseccomp -lsodium
CTL_LIBS = -ljansson -lcrypto -lncursesw -ltinfo
RULES_LIBS = -lip4tc -lip6tc -lxtables -lmnl -lnftables -ljansson
TRACE_LIBS = -lev -lpcap -lcares -lmaxminddb -lcap-ng -lseccomp -lmnl -lncursesw -ltinfo -lm
HISTORY_LIBS = -lsqlite3 -lpq -ljansson -lmaxminddb -lcap-ng -lmicrohttpd -lseccomp -lm
WEB_LIBS = -lev -lnghttp2 -lssl -lcrypto -lmaxminddb -lcares -ljansson -lcap-ng -lseccomp $(if $(llhttp),,-lllhttp)

all: $(PROGRAMS)

$(BUILD)/obj/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) -MMD -MP -c -o $@ $<

$(BUILD)/lib%.a:
	@rm -f $@
	ar rcs $@ $^

# without warnings that are not ours to mend; strict, or it would accept what RFC 9112 does not
LLHTTP_FLAGS = -std=gnu11 -DLLHTTP_STRICT_MODE=1 -I$(LLHTTP_HEADERS)/llhttp -w

$(BUILD)/obj/llhttp/%.o: $(LLHTTP_SOURCES)/%.c
	@mkdir -p $(@D)
	$(CC) $(LLHTTP_FLAGS) -fPIE $(CPPFLAGS) $(CFLAGS) -c -o $@ $<

$(BUILD)/libllhttp.a: $(patsubst %,$(BUILD)/obj/llhttp/%.o,api http llhttp)

# lib/: what several programs share
$(BUILD)/libpacket.a: $(call folder,lib/packet)
$(BUILD)/libcommon.a: $(call folder,lib/common)
$(BUILD)/libconfig.a: $(call folder,lib/config)
$(BUILD)/libdaemon.a: $(call folder,lib/daemon)
$(BUILD)/libenrich.a: $(call folder,lib/enrich)
$(BUILD)/libraw.a: $(call folder,lib/raw)
$(BUILD)/libmetrics.a: $(call folder,lib/metrics)
$(BUILD)/libpage.a: $(call folder,lib/page)
$(BUILD)/libterminal.a: $(call folder,lib/terminal)
$(BUILD)/libcontrol.a: $(call folder,lib/control)
$(BUILD)/libcompare.a: $(call folder,lib/compare)
$(BUILD)/librecord.a: $(call folder,lib/record)
# the programs, each without its main()
$(BUILD)/libengine.a: $(call folder,uturnd/engine)
$(BUILD)/libuturnd.a: $(call folder,uturnd uturnd/io uturnd/process uturnd/operator)
$(BUILD)/librules.a: $(call folder,rules)
$(BUILD)/libctl.a: $(call folder,tools/uturnctl)
$(BUILD)/libweb.a: $(call folder,tools/uturn-web)
$(BUILD)/libhistory.a: $(call folder,tools/uturn-history)
$(BUILD)/libreplay.a: $(call folder,tools/uturn-replay)
# uturn-trace's own folders
$(BUILD)/libtrace.a: $(call folder,tools/uturn-trace)
$(BUILD)/libsearch.a: $(call folder,tools/uturn-trace/search)

# an archive stands before those that it needs
libraries = $(patsubst %,$(BUILD)/lib%.a,$(1))
COMMON = $(call libraries,config common packet)
CORE = $(call libraries,engine) $(COMMON)

$(BUILD)/uturnd: $(BUILD)/obj/uturnd/main.o $(call libraries,uturnd raw daemon) $(CORE)
	$(CC) $(ALL_LDFLAGS) -o $@ $^ $(DAEMON_LIBS)

$(BUILD)/uturn-rules: $(BUILD)/obj/rules/main.o $(call libraries,rules daemon) $(COMMON)
	$(CC) $(ALL_LDFLAGS) -o $@ $^ $(RULES_LIBS)

$(BUILD)/uturnctl: $(BUILD)/obj/tools/uturnctl/main.o $(call libraries,ctl metrics terminal control) $(COMMON)
	$(CC) $(ALL_LDFLAGS) -o $@ $^ $(CTL_LIBS)

$(BUILD)/uturn-web: $(BUILD)/obj/tools/uturn-web/main.o $(call libraries,web $(llhttp) page daemon enrich metrics common packet)
	$(CC) $(ALL_LDFLAGS) -o $@ $^ $(WEB_LIBS)

$(BUILD)/uturn-trace: $(BUILD)/obj/tools/uturn-trace/main.o $(call libraries,trace search record compare raw daemon enrich terminal common packet)
	$(CC) $(ALL_LDFLAGS) -o $@ $^ $(TRACE_LIBS)

$(BUILD)/uturn-history: $(BUILD)/obj/tools/uturn-history/main.o $(call libraries,history page control record compare daemon enrich common packet)
	$(CC) $(ALL_LDFLAGS) -o $@ $^ -Wl,--as-needed $(HISTORY_LIBS)

# the page is part of the program
$(BUILD)/obj/lib/page/page_file.o: $(wildcard lib/page/*.css lib/page/*.js lib/page/*.svg)
$(BUILD)/obj/tools/uturn-web/page.o: $(wildcard tools/uturn-web/page/*)
$(BUILD)/obj/tools/uturn-history/serve_request.o: $(wildcard tools/uturn-history/page/*)
$(BUILD)/obj/tools/uturn-trace/page.o: $(wildcard tools/uturn-trace/page/*)

$(BUILD)/uturn-lab: tools/uturn-lab/uturn-lab
	@mkdir -p $(@D)
	install -m 755 $< $@

# what tests share lies in tests/*.c
$(BUILD)/tests/%: $(BUILD)/obj/tests/%.o $(call folder,tests) $(call libraries,web history $(llhttp) page rules ctl replay trace search record compare uturnd raw daemon enrich metrics terminal control) $(CORE)
	@mkdir -p $(@D)
	$(CC) $(ALL_LDFLAGS) -o $@ $^ -lcmocka -lm $(DAEMON_LIBS) $(RULES_LIBS) -Wl,--as-needed $(WEB_LIBS) $(HISTORY_LIBS) -lncursesw -ltinfo

# the search over networks in memory
$(BUILD)/tests/trace/simulate: $(call folder,tests/trace) $(call libraries,search compare common packet)
	@mkdir -p $(@D)
	$(CC) $(ALL_LDFLAGS) -o $@ $^ -lm

# networks behind a tun device, for uturn-trace to find
$(BUILD)/tests/fakenet: $(BUILD)/obj/tests/fakenet/main.o $(call folder,tests/fakenet) $(call libraries,common packet)
	@mkdir -p $(@D)
	$(CC) $(ALL_LDFLAGS) -o $@ $^

$(BUILD)/tests/fakenet-judge: $(call objects,$(wildcard tests/fakenet/judge/*.c)) $(call folder,tests/fakenet) \
		$(call libraries,trace search record compare common packet)
	@mkdir -p $(@D)
	$(CC) $(ALL_LDFLAGS) -o $@ $^ -lm

# what system tests start beside the programs
$(BUILD)/tests/helpers/%: $(BUILD)/obj/tests/system/helpers/%.o
	@mkdir -p $(@D)
	$(CC) $(ALL_LDFLAGS) -o $@ $^ $(HELPER_LIBS)

$(BUILD)/tests/helpers/filtered: HELPER_LIBS = -lseccomp
$(BUILD)/tests/helpers/delay: HELPER_LIBS = -lnetfilter_queue -lmnl
$(BUILD)/tests/helpers/clock_steps.so: ALL_CFLAGS += -fPIC
$(BUILD)/tests/helpers/clock_steps.so: ALL_LDFLAGS = -shared $(LDFLAGS)
$(BUILD)/tests/helpers/clock_steps.so: $(BUILD)/obj/tests/system/helpers/clock_steps.o
	@mkdir -p $(@D)
	$(CC) $(ALL_LDFLAGS) -o $@ $^

# uturnd whose calls can be made to fail, for tests/system/scenarios/faults.sh
FAULTS = $(shell sed -nE 's/^\tX.([a-z0-9_]+),.*/-Wl,--wrap=\1/p' tests/system/helpers/faults.c) -Wl,--wrap=loop_run

$(BUILD)/tests/uturnd-faults: $(BUILD)/obj/uturnd/main.o $(BUILD)/obj/tests/system/helpers/faults.o $(call libraries,uturnd raw daemon) $(CORE)
	@mkdir -p $(@D)
	$(CC) $(ALL_LDFLAGS) $(FAULTS) -o $@ $^ $(DAEMON_LIBS)

# the engine and no network
$(BUILD)/uturn-replay: $(BUILD)/obj/tools/uturn-replay/main.o $(call libraries,replay) $(CORE)
	$(CC) $(ALL_LDFLAGS) -o $@ $^

$(BUILD)/uturn-cert: tools/uturn-cert/uturn-cert
	@mkdir -p $(@D)
	install -m 755 $< $@

include-paths:
	@echo $(INCLUDE_PATHS)

# for tests/lint/packages.sh
programs:
	@echo $(notdir $(PROGRAMS))

# --- help and demo ------------------------------------------------------------------------------------------------

help:
	@echo 'make demo       a lab, the daemon, an unmodified traceroute (KEEP=1: keep the lab running)'
	@echo 'make test       all tests; the last line counts them'
	@echo 'make check      the quick tests: unit, replay, lint'
	@echo 'make            build everything into $(BUILD)/'
	@echo 'make deps       install build and test dependencies (Debian, as root)'
	@echo 'make install    install programs and manuals; PREFIX=/usr DESTDIR='
	@echo 'make uninstall  remove what make install put down; a configuration that was changed stays'
	@echo 'make bench      benchmarks, compared with the kernel'\''s own answers in one run'
	@echo 'make bench-compare A=FILE B=FILE   compare the results of two runs (build/bench.jsonl)'
	@echo 'make bench-rules   what a packet costs in the rules alone, each backend in one run, as root'
	@echo 'make bench-trace   uturn-trace beside other programs that find all paths, as root'
	@echo 'make soak       long run of traces beside junk traffic, SOAK_SECONDS=600'
	@echo 'make fakenet    uturn-trace in networks by chance, FAKENET_RUNS=100 of each shape'
	@echo 'make matrix     every client through every network; writes doc/matrix.md'
	@echo 'make fuzz       all fuzz targets, FUZZ_SECONDS=60 each'
	@echo 'make lint       layers, format, static analysis, manuals'
	@echo 'make tidy       clang-tidy again, as far as its analyzer goes'
	@echo 'make docs       manuals and documents as HTML in $(BUILD)/docs/'
	@echo 'make coverage   line coverage of packet/ and engine/, by file'
	@echo 'make deb        build Debian packages in $(BUILD)/deb/'
	@echo 'make test-packages   build, install, upgrade, remove and purge them on Debian 12 and 13'
	@echo 'make test-kernels    boot the kernels of Debian 12 and 13 with them, in qemu'
	@echo 'make test-containers   build the images of Containerfile, and run them in a lab'
	@echo 'make clean      remove $(BUILD)/'

deps:
	@tools/deps all

demo-deps:
	@tools/deps demo

demo-programs: $(DEMO_PROGRAMS)

demo: demo-deps
	@$(MAKE) --no-print-directory -sq demo-programs || echo 'building'
	@$(MAKE) --no-print-directory -s -j2 demo-programs
	@BUILD=$(BUILD) KEEP=$(KEEP) tools/uturn-lab/demo

# --- tests --------------------------------------------------------------------------------------------------------

SANITIZE = -fsanitize=address,undefined -fno-sanitize-recover=all
SANITIZED = BUILD=$(BUILD)/sanitized CFLAGS='-O1 -g -fno-omit-frame-pointer $(SANITIZE)' LDFLAGS='$(SANITIZE)'

unit: $(TESTS)
helpers: $(HELPERS)
faults: $(BUILD)/tests/uturnd-faults
replay: $(BUILD)/uturn-replay
trace-simulation: $(BUILD)/tests/trace/simulate
fakenet-judge: $(BUILD)/tests/fakenet-judge $(BUILD)/tests/fakenet
bench-programs: $(BENCHES)

# what tests/run starts: packets in tests have their exact length, so a byte too far is caught
test-unit test-replay: test-%:
	@$(MAKE) --no-print-directory $(SANITIZED) $*

test: deps
	@BUILD=$(BUILD) tests/run build unit replay trace fakenet valgrind fuzz lint system

check:
	@BUILD=$(BUILD) tests/run unit replay lint

lint:
	@BUILD=$(BUILD) tests/run lint

tidy:
	@BUILD=$(BUILD) NODES=225000 tests/lint/run tidy

bench: deps all bench-programs
	@BUILD=$(BUILD) tests/bench/run
	@BUILD=$(BUILD) tests/bench/curve >$(BUILD)/curve.jsonl
	@cp $(BUILD)/curve.jsonl doc/bench.jsonl
	@awk -f tests/bench/plot.awk doc/bench.jsonl >doc/bench.svg
	@echo 'how cost grows: doc/bench.svg, made of doc/bench.jsonl'

bench-compare:
	@tests/bench/compare $(A) $(B)

bench-rules: all bench-programs
	@BUILD=$(BUILD) tests/bench/rules

bench-trace: all
	@BUILD=$(BUILD) tests/bench/trace

fakenet: deps
	@FAKENET_RUNS=$${FAKENET_RUNS:-100} BUILD=$(BUILD) tests/run fakenet

SOAK_SECONDS ?= 600

soak: deps all helpers
	@BUILD=$(BUILD) SOAK_SECONDS=$(SOAK_SECONDS) LIMIT=$$(($(SOAK_SECONDS) + 1200)) tests/system/run soak

matrix: deps all helpers
	@BUILD=$(BUILD) tests/system/matrix -o doc/matrix.md

FUZZ_SECONDS ?= 60
FUZZ_FLAGS = -std=gnu11 -D_GNU_SOURCE $(INCLUDE_PATHS) -O1 -g $(WARNINGS) $(SANITIZE)
FUZZ_COVERAGE = -fsanitize=fuzzer-no-link
FUZZ_SOURCES = $(wildcard lib/packet/*.c lib/common/*.c lib/config/*.c uturnd/engine/*.c) uturnd/io/control_request.c \
	tools/uturnctl/spoof_message.c tools/uturnctl/spoof_tally.c $(filter-out tests/fuzz/fuzz_%,$(wildcard tests/fuzz/*.c))
FUZZ_SOURCES += $(patsubst %,tools/uturn-web/%.c,buffer control_lines format format_events format_inband format_json \
	format_sse format_text http1_lines http1_reader http_request proxy_header quota record route settings_page web_config_file web_keywords)
FUZZ_SOURCES += lib/enrich/place.c lib/enrich/mmdb.c $(patsubst %,tools/uturn-history/%.c,intake kept kept_bytes kept_json kept_record objects)
FUZZ_SOURCES += $(patsubst %,tools/uturn-trace/%.c,html_rows markup page svg diff diff_aliases diff_values search/layout search/loss) $(wildcard tools/uturn-trace/drawing*.c tools/uturn-trace/print*.c) \
	$(patsubst %,tools/uturn-trace/record_%.c,links met mtu paths shares) $(wildcard lib/compare/*.c lib/record/*.c)
FUZZ_OBJECTS = $(patsubst %.c,$(BUILD)/fuzz/obj/%.o,$(FUZZ_SOURCES)) $(if $(llhttp),$(patsubst %,$(BUILD)/fuzz/obj/llhttp/%.o,api http llhttp))

$(BUILD)/fuzz/obj/%.o: %.c
	@mkdir -p $(@D)
	clang $(FUZZ_FLAGS) $(FUZZ_COVERAGE) -MMD -MP -c -o $@ $<

$(BUILD)/fuzz/obj/llhttp/%.o: $(LLHTTP_SOURCES)/%.c
	@mkdir -p $(@D)
	clang $(LLHTTP_FLAGS) -O1 -g $(SANITIZE) $(FUZZ_COVERAGE) -c -o $@ $<

# sequences of packets are made of few choices, which no comparison betrays; the comparisons would be most of the time
$(BUILD)/fuzz/obj/uturnd/engine/%.o $(BUILD)/fuzz/obj/lib/packet/%.o: FUZZ_COVERAGE += -fno-sanitize-coverage=trace-cmp

# what watches is no place to learn from, and half of the time
$(BUILD)/fuzz/obj/tests/%.o: tests/%.c
	@mkdir -p $(@D)
	clang $(FUZZ_FLAGS) -MMD -MP -c -o $@ $<

$(BUILD)/fuzz/%: $(BUILD)/fuzz/obj/tests/fuzz/%.o $(FUZZ_OBJECTS)
	clang -fsanitize=fuzzer,address,undefined -o $@ $^ -ljansson -lmaxminddb $(if $(llhttp),,-lllhttp) -lm

fuzzers: $(FUZZERS)

docs-deps:
	@tools/deps docs

docs: docs-deps
	@tools/docs $(BUILD)/docs
	@echo '$(BUILD)/docs/index.html'

fuzz: deps
	@FUZZ_SECONDS=$(FUZZ_SECONDS) BUILD=$(BUILD) tests/run fuzz

coverage:
	@$(MAKE) --no-print-directory -s BUILD=$(BUILD)/coverage CFLAGS='-O0 -g --coverage' LDFLAGS=--coverage unit replay
	@BUILD=$(BUILD)/coverage tests/coverage

# --- where it goes ------------------------------------------------------------------------------------------------

INSTALL = install
UNITDIR ?= $(PREFIX)/lib/systemd/system
COMPLETIONS = $(PREFIX)/share/bash-completion/completions
UNITS = $(wildcard $(addprefix service/*.,service socket timer))
# a configuration that is there is its operator's
CONFIGURATIONS = uturnd/uturnd.conf tools/uturn-web/uturn-web.conf tools/uturn-history/uturn-history.conf

# MODE:FILE:WHERE of all that `make install` puts down and `make uninstall` removes
to = $(foreach file,$(2),$(1):$(file):$(strip $(3))/$(notdir $(file)))
INSTALLED = \
	$(call to,755,$(addprefix $(BUILD)/,uturnd uturn-rules uturn-web uturn-cert),$(PREFIX)/sbin) \
	$(call to,755,$(addprefix $(BUILD)/,uturnctl uturn-history uturn-trace uturn-replay uturn-lab),$(PREFIX)/bin) \
	$(foreach section,1 5 7 8,$(call to,644,$(filter %.$(section),$(MANUALS)),$(PREFIX)/share/man/man$(section))) \
	644:tools/uturn-trace/completion.bash:$(COMPLETIONS)/uturn-trace \
	$(foreach program,uturnd uturn-rules uturnctl uturn-history uturn-web uturn-cert uturn-lab uturn-replay,644:tools/completion.bash:$(COMPLETIONS)/$(program)) \
	$(call to,644,$(UNITS),$(UNITDIR)) \
	$(foreach package,uturn uturn-web uturn-history,644:service/$(package).sysusers:$(PREFIX)/lib/sysusers.d/$(package).conf) \
	644:service/uturn-web.tmpfiles:$(PREFIX)/lib/tmpfiles.d/uturn-web.conf \
	644:service/uturn-modprobe.conf:$(PREFIX)/lib/modprobe.d/uturn.conf

# shell commands for each: $$mode, $$file and $$where are set
each_installed = for installed in $(INSTALLED); do \
	mode=$${installed%%:*} where=$${installed\#\#*:}; file=$${installed\#*:}; file=$${file%%:*}; $(1) || exit 1; done
each_configuration = for file in $(CONFIGURATIONS); do where=$(DESTDIR)$(SYSCONFDIR)/uturn/$${file\#\#*/}; $(1) || exit 1; done

install: all
	@$(call each_installed,$(INSTALL) -D -m $$mode $$file $(DESTDIR)$$where)
	@setcap cap_net_raw+ep $(DESTDIR)$(PREFIX)/bin/uturn-trace 2>/dev/null || echo 'uturn-trace: as root, or after setcap cap_net_raw+ep $(PREFIX)/bin/uturn-trace'
	install -d -m 755 $(DESTDIR)$(LOCALSTATEDIR)/lib/uturn
	@$(call each_configuration,{ [ ! -e $$where ] && $(INSTALL) -D -m 644 $$file $$where; } || cmp -s $$file $$where || \
		echo "$$where stays as it is; the one of this version is $$file")

# a configuration that was changed stays, as do the users uturn, uturn-web and uturn-history
uninstall:
	@$(call each_installed,rm -f $(DESTDIR)$$where)
	@$(call each_configuration,if cmp -s $$file $$where; then rm $$where; elif [ -e $$where ]; then echo "$$where stays: it was changed"; fi)
	@rmdir $(DESTDIR)$(SYSCONFDIR)/uturn $(DESTDIR)$(LOCALSTATEDIR)/lib/uturn 2>/dev/null || true

package-deps:
	@tools/deps package

deb: package-deps
	@BUILD=$(BUILD) tools/deb

# SUITES: releases of Debian
test-packages:
	@BUILD=$(BUILD) tests/packages/run $(SUITES)

test-kernels:
	@BUILD=$(BUILD) tests/kernels/run $(SUITES)

test-containers:
	@BUILD=$(BUILD) tests/containers/run

clean:
	rm -rf $(BUILD)

-include $(shell find $(BUILD) -type f -path '*/obj/*.d' 2>/dev/null)

.PRECIOUS: $(BUILD)/obj/%.o $(BUILD)/fuzz/obj/%.o
.SECONDARY:
.PHONY: all soak tidy deps docs docs-deps include-paths programs demo demo-deps demo-programs matrix check test test-unit test-replay unit replay trace-simulation fakenet fakenet-judge bench bench-compare bench-rules bench-trace bench-programs helpers faults \
	fuzz fuzzers lint coverage install uninstall package-deps deb test-packages test-kernels test-containers clean help
