# One Makefile, explicit lists. `make` shows the menu. Everything built lies in build/<mode>/.

MODE   ?= release
CC     := $(if $(filter default undefined,$(origin CC)),gcc,$(CC))
PREFIX ?= /usr
DATADIR = $(PREFIX)/share/tld
B      := build/$(MODE)

# ---- what must be installed (Debian 12 names) -----------------------------------------------------------------

PACKAGES_BUILD := gcc libc6-dev pkg-config libmicrohttpd-dev libsqlite3-dev libqrencode-dev libgsl-dev libglpk-dev \
	libfyaml-dev libjansson-dev libsodium-dev libcairo2-dev libpango1.0-dev librsvg2-dev libcsv-dev \
	libbrotli-dev zlib1g-dev tzdata fonts-noto-core fonts-dejavu-core
PACKAGES_TEST  := git libcmocka-dev clang libclang-rt-14-dev clang-format clang-tidy cppcheck chromium zbar-tools \
	poppler-utils nodejs npm sqlite3 nginx-light librsvg2-bin
# What the benchmarks compare with, besides; `make test` needs none of it.
PACKAGES_BENCH := r-base-core r-cran-data.table

# ---- sources, one list per layer ------------------------------------------------------------------------------
# Every line of a list ends with a backslash and an empty line ends the list, so that two additions merge.

CORE := \
	core/base/buf.c \
	core/base/csv_write.c \
	core/base/data_dir.c \
	core/base/day.c \
	core/base/err.c \
	core/base/faults.c \
	core/base/file.c \
	core/base/log.c \
	core/base/mem.c \
	core/base/opt.c \
	core/base/parallel.c \
	core/base/secret.c \
	core/base/text.c \
	core/base/tmpl.c \
	core/base/tmpl_parse.c \
	core/base/yaml.c \
	core/base/yaml_text.c \
	core/base/yaml_tree.c \
	core/domain/access.c \
	core/domain/form.c \
	core/domain/form_check.c \
	core/domain/form_fields.c \
	core/domain/form_load.c \
	core/domain/form_read.c \
	core/domain/form_scales.c \
	core/domain/round.c \
	core/domain/succession.c \
	core/domain/target.c \
	core/domain/unit.c \
	core/store/durable.c \
	core/store/keys.c \
	core/store/pack.c \
	core/store/sqlite/access.c \
	core/store/sqlite/backup.c \
	core/store/sqlite/blocks.c \
	core/store/sqlite/codes.c \
	core/store/sqlite/db.c \
	core/store/sqlite/fields.c \
	core/store/sqlite/open.c \
	core/store/sqlite/releases.c \
	core/store/sqlite/responses.c \
	core/store/sqlite/rounds.c \
	core/store/sqlite/seal.c \
	core/store/sqlite/sealed.c \
	core/store/sqlite/settings.c \
	core/store/sqlite/sql.c \
	core/store/sqlite/successions.c \
	core/store/sqlite/targets.c \
	core/store/sqlite/units.c \
	core/store/sqlite/watch.c \

# The schema of the store, one numbered file a version.
STORE_SCHEMA := \
	core/store/sqlite/0001_measurement.sql \
	core/store/sqlite/0002_round_group.sql \
	core/store/sqlite/0003_one_time_code.sql \
	core/store/sqlite/0004_succession_target.sql \
	core/store/sqlite/0005_release.sql \
	core/store/sqlite/0006_sealed_answers.sql \
	core/store/sqlite/0007_live_look.sql \

COLLECTOR := \
	collector/access_points.c \
	collector/cmd.c \
	collector/cmd_access.c \
	collector/cmd_changes.c \
	collector/cmd_forms.c \
	collector/cmd_import.c \
	collector/cmd_import_responses.c \
	collector/cmd_import_successions.c \
	collector/cmd_import_targets.c \
	collector/cmd_instructions.c \
	collector/cmd_place.c \
	collector/cmd_poster.c \
	collector/cmd_preview.c \
	collector/cmd_round_add.c \
	collector/cmd_round_show.c \
	collector/cmd_round_state.c \
	collector/cmd_serve.c \
	collector/cmd_settings.c \
	collector/cmd_slips.c \
	collector/cmd_store.c \
	collector/cmd_table.c \
	collector/drawing.c \
	collector/form_body.c \
	collector/guide.c \
	collector/http.c \
	collector/http_reply.c \
	collector/import_csv.c \
	collector/import_responses.c \
	collector/import_rows.c \
	collector/import_successions.c \
	collector/import_targets.c \
	collector/import_units.c \
	collector/intake.c \
	collector/link.c \
	collector/listen.c \
	collector/message.c \
	collector/page_about.c \
	collector/page_answer.c \
	collector/page_cache.c \
	collector/page_form.c \
	collector/page_misc.c \
	collector/page_reply.c \
	collector/paper.c \
	collector/paper_plan.c \
	collector/pinned.c \
	collector/poster.c \
	collector/print_text.c \
	collector/qr.c \
	collector/routes.c \
	collector/serve.c \
	collector/site.c \
	collector/slips.c \
	collector/survey.c \
	collector/svg.c \
	collector/view.c \
	collector/view_about.c \
	collector/view_form.c \
	collector/view_load.c \
	collector/view_message.c \
	collector/view_preview.c \

ANALYSIS := \
	analysis/change.c \
	analysis/classes.c \
	analysis/cmd_columns.c \
	analysis/cmd_compare.c \
	analysis/cmd_progression.c \
	analysis/cmd_publish.c \
	analysis/cmd_published.c \
	analysis/cmd_table.c \
	analysis/cohort.c \
	analysis/compare.c \
	analysis/dataset.c \
	analysis/dataset_past.c \
	analysis/dataset_tally.c \
	analysis/disclose.c \
	analysis/disclose_audit.c \
	analysis/disclose_block.c \
	analysis/disclose_decide.c \
	analysis/disclose_donors.c \
	analysis/disclose_linear.c \
	analysis/disclose_linear_follow.c \
	analysis/disclose_linear_setup.c \
	analysis/disclose_lp.c \
	analysis/disclose_elsewhere.c \
	analysis/disclose_partner.c \
	analysis/disclose_release.c \
	analysis/disclose_secret.c \
	analysis/disclose_span.c \
	analysis/disclose_vector.c \
	analysis/disclose_ways.c \
	analysis/family.c \
	analysis/forebears.c \
	analysis/goal.c \
	analysis/history.c \
	analysis/lattice.c \
	analysis/lattice_answers.c \
	analysis/lattice_control.c \
	analysis/lattice_past.c \
	analysis/lineage.c \
	analysis/measure.c \
	analysis/progression.c \
	analysis/publish.c \
	analysis/publish_ledger.c \
	analysis/progression_columns.c \
	analysis/progression_row.c \
	analysis/report_csv.c \
	analysis/report_json.c \
	analysis/results.c \
	analysis/row.c \
	analysis/series.c \
	analysis/stat_adjust.c \
	analysis/stat_base.c \
	analysis/stat_change.c \
	analysis/stat_classes.c \
	analysis/stat_compare.c \
	analysis/stat_dist.c \
	analysis/stat_exact.c \
	analysis/stat_fisher.c \
	analysis/stat_fisher_count.c \
	analysis/stat_index.c \
	analysis/stat_interval.c \
	analysis/stat_omega.c \
	analysis/stat_rank.c \
	analysis/stat_regress.c \
	analysis/stat_reliability.c \
	analysis/stat_response.c \
	analysis/stat_summary.c \
	analysis/stat_table.c \
	analysis/stat_trend.c \
	analysis/stat_units.c \
	analysis/stat_verdict.c \
	analysis/tally.c \
	analysis/tally_avx2.c \
	analysis/tally_avx512.c \
	analysis/tally_kernel.c \
	analysis/tally_pack.c \
	analysis/tally_room.c \
	analysis/trend.c \
	analysis/wider.c \

# The attacker: a part of tld-analysis that stands on core/base alone.
AUDIT := \
	audit/audit_alike.c \
	audit/audit_attack.c \
	audit/audit_attack_bound.c \
	audit/audit_attack_find.c \
	audit/audit_change.c \
	audit/audit_cmd.c \
	audit/audit_counts.c \
	audit/audit_csv.c \
	audit/audit_finding.c \
	audit/audit_json.c \
	audit/audit_late.c \
	audit/audit_linear.c \
	audit/audit_linear_union.c \
	audit/audit_lp.c \
	audit/audit_merger.c \
	audit/audit_notes.c \
	audit/audit_people.c \
	audit/audit_report.c \
	audit/audit_rest.c \
	audit/audit_run.c \
	audit/audit_scale.c \
	audit/audit_sets.c \
	audit/audit_settle.c \
	audit/audit_system.c \
	audit/audit_table.c \
	audit/audit_world.c \
	audit/audit_world_make.c \

# What several tests stand on.
SUPPORT := \
	tests/support/fault_vfs.c \
	tests/support/intake_bench.c \
	tests/support/raw_store.c \
	tests/support/results_scene.c \
	tests/support/shipped.c \
	tests/support/store_scene.c \
	tests/support/table.c \
	tests/support/town.c \
	tests/support/world.c \

# Unit tests tests/unit/test_<name>.c, by what they link: core alone, the collector, the analysis or the
# attacker.
UNIT_CORE := \
	access \
	base \
	csv_write \
	file \
	form \
	form_load \
	opt \
	round \
	store_codes \
	store_codes_privacy \
	store_answers \
	store_contract \
	store_faults \
	store_keys \
	store_power \
	store_power_normal \
	store_privacy \
	store_schema \
	succession \
	target \
	tmpl \
	unit \
	yaml \

UNIT_COLLECTOR := \
	about \
	form_body \
	import \
	intake \
	intake_faults \
	link \
	message \
	page_cache \
	paper \
	paper_plan \
	poster \
	print_text \
	qr \
	view \
	view_form \

UNIT_ANALYSIS := \
	change \
	compare \
	dataset \
	disclose \
	disclose_audit \
	disclose_donors \
	disclose_partner \
	disclose_release \
	history \
	lineage \
	live_look \
	progression \
	publish \
	stat_adjust \
	stat_compare \
	stat_dist \
	stat_exact \
	stat_groups \
	stat_interval \
	stat_omega \
	stat_rank \
	stat_table \
	tally \
	wider \

UNIT_AUDIT := \
	audit \
	audit_alike \
	audit_change \
	audit_oracle \
	audit_several \

SUPPORT_AUDIT := \
	tests/support/audit_scene.c \
	tests/support/audit_small.c \

# Both sides: what the analysis exports, and who attacks it.
UNIT_ATTACK := \
	attack \
	attack_row \

SUPPORT_ATTACK := \
	tests/support/audit_exact.c \
	tests/support/audit_town.c \
	tests/support/audit_truth.c \

# What tests/stat/stat_cases.c is made of besides itself.
STAT_CASES := \
	tests/stat/case_json.c \
	tests/stat/cases_groups.c \
	tests/stat/cases_pair.c \
	tests/stat/cases_single.c \

# Fuzz targets tests/fuzz/fuzz_<name>.c, each with its inputs in tests/corpus/<name>/; they link collector and core.
FUZZ := \
	body \
	csv \
	form \

FUZZ_SECONDS ?= 20

# Programs that tests, benchmarks and the demo run: $(B)/tests/<name>.
TOOLS_CORE := \
	tests/bench/load.c \
	tests/demo/municipality.c \
	tests/faults/missing.c \

TOOLS_COLLECTOR := \
	tests/support/trial.c \

PROGRAMS := \
	tld-analysis \
	tld-collector \

# ---- flags ----------------------------------------------------------------------------------------------------

WARN := -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wcast-qual -Wstrict-prototypes -Wmissing-prototypes \
	-Wvla -Wformat=2 -Wswitch-enum -Werror
PKG_CORE      := sqlite3 libfyaml jansson libsodium
PKG_COLLECTOR := libmicrohttpd libqrencode cairo pangocairo fontconfig librsvg-2.0 libbrotlienc zlib
PKG_ANALYSIS  := gsl
PKG := $(PKG_CORE) $(PKG_COLLECTOR) $(PKG_ANALYSIS)

OPT_release := -O2 -g -D_FORTIFY_SOURCE=2 -fstack-protector-strong -fPIE
OPT_asan    := -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
OPT_tsan    := -O1 -g -fsanitize=thread -fno-omit-frame-pointer
OPT_fuzz    := -O1 -g -fsanitize=address,undefined,fuzzer-no-link -fno-sanitize-recover=all
OPT         := $(OPT_$(MODE))

PKG_CFLAGS = $(shell pkg-config --cflags $(PKG) | sed 's/-I/-isystem /g')
INCLUDES := -I. -I$(B)/gen -D_POSIX_C_SOURCE=200809L
CPPFLAGS_ALL := $(INCLUDES) -DTLD_DATA_DIR='"$(DATADIR)"'
CFLAGS_ALL    = -std=c17 $(WARN) $(OPT) $(CPPFLAGS_ALL) $(PKG_CFLAGS) $(CFLAGS)
LDFLAGS_ALL   = $(OPT) -pthread -Wl,--as-needed $(if $(filter release,$(MODE)),-pie -Wl$(comma)-z$(comma)relro$(comma)-z$(comma)now) $(LDFLAGS)
comma := ,
LIBS_CORE      = $(shell pkg-config --libs $(PKG_CORE)) -lm
LIBS_COLLECTOR = $(shell pkg-config --libs $(PKG_COLLECTOR)) -lcsv $(LIBS_CORE)
LIBS_ANALYSIS  = $(shell pkg-config --libs $(PKG_ANALYSIS)) -lglpk $(LIBS_CORE)
LIBS_AUDIT    := -lglpk -lcsv

# Evaluate the shell calls once, and only when something is built.
ifneq ($(filter-out help deps clean format,$(or $(MAKECMDGOALS),help)),)
PKG_CFLAGS := $(PKG_CFLAGS)
LIBS_CORE := $(LIBS_CORE)
LIBS_COLLECTOR := $(LIBS_COLLECTOR)
LIBS_ANALYSIS := $(LIBS_ANALYSIS)
endif

OBJ_CORE      := $(CORE:%.c=$(B)/%.o)
OBJ_COLLECTOR := $(COLLECTOR:%.c=$(B)/%.o)
OBJ_ANALYSIS  := $(ANALYSIS:%.c=$(B)/%.o)
OBJ_AUDIT     := $(AUDIT:%.c=$(B)/%.o)
OBJ_SUPPORT   := $(SUPPORT:%.c=$(B)/%.o)
TESTS_CORE      := $(UNIT_CORE:%=$(B)/tests/test_%)
TESTS_COLLECTOR := $(UNIT_COLLECTOR:%=$(B)/tests/test_%)
TESTS_ANALYSIS  := $(UNIT_ANALYSIS:%=$(B)/tests/test_%)
TESTS_AUDIT     := $(UNIT_AUDIT:%=$(B)/tests/test_%)
TESTS_ATTACK    := $(UNIT_ATTACK:%=$(B)/tests/test_%)
FUZZERS := $(FUZZ:%=$(B)/fuzz/fuzz_%)
REPLAYS := $(FUZZ:%=$(B)/fuzz/replay_%)
TOOLS := $(patsubst %.c,$(B)/tests/%,$(notdir $(TOOLS_CORE) $(TOOLS_COLLECTOR)))
# The longest first: two at a time, none is left alone at the end.
TESTS := $(TESTS_ATTACK) $(TESTS_AUDIT) $(TESTS_ANALYSIS) $(TESTS_COLLECTOR) $(TESTS_CORE)

# ---- menu -----------------------------------------------------------------------------------------------------

# No target of the menu is a file.
.PHONY: $(shell awk -F: '/^[a-z-]+:.*[\043][\043] /{print $$1}' Makefile) tools test-browser-pages test-browser-timed
help: ## this menu
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

deps: ## install the Debian packages that building and testing need
	@sh tests/support/deps.sh $(PACKAGES_BUILD) $(PACKAGES_TEST)

build: $(PROGRAMS:%=$(B)/%) ## both programs, in build/release/

unit: $(TESTS:%=%.run) ## the unit tests alone
.PHONY: $(TESTS:%=%.run)
$(TESTS:%=%.run): %.run: %
	@echo "== $<"; $<

arch: ## the includes against the layers and the libraries' homes
	@sh tests/support/suite.sh arch build/arch.log node --test tests/arch/*.test.mjs

stat: $(B)/tests/stat_cases $(B)/tests/stat_nist ## the statistics against R's and NIST's values
	@mkdir -p build; $(B)/tests/stat_cases tests/data/cases_*.json >build/stat_cases.log || { cat build/stat_cases.log; exit 1; }
	@tail -1 build/stat_cases.log
	@$(B)/tests/stat_nist $(wildcard ../shared/reference/nist)

fuzz: ## each parser fuzzed for FUZZ_SECONDS (20), with sanitizers
	@$(MAKE) --no-print-directory MODE=fuzz CC=clang fuzz-run
fuzz-run: $(FUZZERS)
	@set -e; for t in $(FUZZ); do echo "== fuzzing $$t for $(FUZZ_SECONDS) s"; mkdir -p build/fuzz/found/$$t; \
	  $(B)/fuzz/fuzz_$$t -max_total_time=$(FUZZ_SECONDS) -timeout=10 -max_len=20000 -print_final_stats=1 -verbosity=0 \
	    -artifact_prefix=build/fuzz/found/$$t- \
	    $$(test ! -f tests/fuzz/$$t.dict || echo -dict=tests/fuzz/$$t.dict) build/fuzz/found/$$t tests/corpus/$$t; done

fuzz-replay: $(REPLAYS) ## the fuzzed parsers over the stored inputs, without libFuzzer
	@set -e; for t in $(FUZZ); do $(B)/fuzz/replay_$$t tests/corpus/$$t/*; done

test-http: build $(B)/tests/trial ## the collector over HTTP: every status, limits, faults, kills under load
	@TLD_BUILD=$(B) sh tests/support/suite.sh http build/http.log node --test --test-concurrency=1 tests/http/*.test.mjs

demo: ## a whole measurement in an invented municipality, then served until Ctrl-C (DEMO_ONCE=1: not served)
	@sh tests/support/deps.sh $(PACKAGES_BUILD) nodejs
	@$(MAKE) -s --no-print-directory -j"$$(nproc)" build $(B)/tests/municipality
	@TLD_BUILD=$(B) node tests/demo/demo.mjs

test-demo: build $(B)/tests/municipality ## the demo from start to Ctrl-C
	@TLD_BUILD=$(B) sh tests/support/suite.sh demo build/demo.log node --test --test-concurrency=1 tests/demo/*.test.mjs

test-browser: ## the pupil's pages in Chromium, with and without scripts
	@$(MAKE) --no-print-directory -j1 test-browser-pages test-browser-timed
# In these the browser's clock and the program's run against each other, or a page must be there within a second.
BROWSER_TIMED := \
	tests/browser/answer.test.mjs \
	tests/browser/every_form.test.mjs \
	tests/browser/kept.test.mjs \
	tests/browser/waits.test.mjs \

BROWSER_PAGES := $(filter-out $(BROWSER_TIMED),$(wildcard tests/browser/*.test.mjs))
test-browser-pages test-browser-timed: build $(B)/tests/trial tests/node_modules/.package-lock.json
test-browser-pages:
	@TLD_BUILD=$(B) sh tests/support/suite.sh browser build/browser.log node --test --test-concurrency=1 $(BROWSER_PAGES)
test-browser-timed:
	@TLD_BUILD=$(B) sh tests/support/suite.sh browser-timed build/browser-timed.log node --test --test-concurrency=1 $(BROWSER_TIMED)
tests/node_modules/.package-lock.json: tests/package-lock.json
	@npm ci --prefix tests --ignore-scripts --no-fund --no-audit --loglevel=error
	@touch $@

screenshots: build tools tests/node_modules/.package-lock.json ## the README's pictures of the pages, in docs/pictures/
	@TLD_BUILD=$(B) node tests/browser/pictures.mjs

test-poster: build ## posters: codes that decode, pages that hold every name
	@TLD_BUILD=$(B) sh tests/support/suite.sh poster build/poster.log node --test --test-concurrency=1 tests/poster/*.test.mjs

test-cli: build ## the commands, as an administrator runs them
	@TLD_BUILD=$(B) sh tests/support/suite.sh cli build/cli.log node --test --test-concurrency=1 tests/cli/*.test.mjs

test: ## all tests, and the packages that they need
	@sh tests/support/deps.sh $(PACKAGES_BUILD) $(PACKAGES_TEST)
	@$(MAKE) --no-print-directory -j"$$(nproc)" --output-sync=target $(SUITES)
	@$(MAKE) --no-print-directory -j1 $(SUITES_ALONE)
# Side by side, as many as there are processors, the longest first; a suite of Node's runs one file at a time. After them,
# alone, those that another's load could make slower than they allow for.
SUITES       := test-browser-pages test-http test-demo test-poster test-cli arch stat fuzz-replay unit
SUITES_ALONE := test-browser-timed test-faults

test-faults: build tools $(B)/tests/tld-collector-normal ## kill −9, power cuts, full disk, failing fsync, locked database
	@TLD_BUILD=$(B) sh tests/support/suite.sh faults build/faults.log node --test --test-concurrency=1 tests/faults/*.test.mjs

bench: build tools $(B)/tests/bench_store $(B)/tests/bench_tally $(B)/tests/bench_coverage $(B)/tests/bench_disclose $(B)/tests/bench_publish bench-paint ## every speed beside its peer, measured in the same run
	@TLD_BUILD=$(B) node tests/bench/bench.mjs
	@$(B)/tests/bench_store
	@$(B)/tests/bench_tally
	@$(MAKE) --no-print-directory bench-figures
	@$(B)/tests/bench_coverage
	@$(B)/tests/bench_disclose
	@$(B)/tests/bench_publish

bench-paint: build tests/node_modules/.package-lock.json ## how soon an old phone on bad Wi-Fi shows the form
	@TLD_BUILD=$(B) node tests/bench/paint.mjs

asan: ## the unit tests with address and undefined-behaviour sanitizers
	@$(MAKE) --no-print-directory --output-sync=target MODE=asan unit

tsan: ## the unit tests with the thread sanitizer
	@TSAN_OPTIONS=ignore_noninstrumented_modules=1 $(MAKE) --no-print-directory --output-sync=target MODE=tsan unit

lint: $(B)/gen/gen_store_schema.inc ## layout, static analysis (clang-tidy, cppcheck, gcc -fanalyzer), shell scripts
	@sh tests/support/lint.sh "$(INCLUDES) $(PKG_CFLAGS)" $(CORE) $(COLLECTOR) $(ANALYSIS) $(AUDIT) $(PROGRAMS:tld-%=%/main.c)

bench-tally: $(B)/tests/bench_tally ## how fast 1 and 10 million sealed responses are tallied (M=1 for one million)
	@$(B)/tests/bench_tally $(M)

bench-figures: $(B)/tests/bench_figures ## from responses to all units' figures, beside DuckDB and data.table (M=1 for one million)
	@sh tests/support/deps.sh nodejs npm $(PACKAGES_BENCH) || echo "bench-figures: R can not be installed"
	@$(MAKE) -s --no-print-directory tests/bench/node_modules/.package-lock.json || echo "bench-figures: DuckDB can not be installed"
	@TLD_BUILD=$(B) node tests/bench/figures.mjs
tests/bench/node_modules/.package-lock.json: tests/bench/package-lock.json
	@npm ci --prefix tests/bench --ignore-scripts --no-fund --no-audit --loglevel=error
	@touch $@

bench-coverage: $(B)/tests/bench_coverage ## how often the intervals hold the true value, for skewed answers
	@$(B)/tests/bench_coverage

bench-disclose: $(B)/tests/bench_disclose ## what disclosure control costs a unit, and what it leaves to be shown
	@$(B)/tests/bench_disclose

bench-publish: $(B)/tests/bench_publish ## what publishing costs a unit, part by part (UNITS=15 for that many alone)
	@$(B)/tests/bench_publish $(UNITS)

bench-store: $(B)/tests/bench_store ## how fast the store takes responses and gives blocks (M=10 for 10 million)
	@$(B)/tests/bench_store $(M)

install: build ## the programs, forms and views (PREFIX=/usr, DESTDIR=)
	install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(DATADIR)
	install $(PROGRAMS:%=$(B)/%) $(DESTDIR)$(PREFIX)/bin
	find forms views -type f ! -name '.*' -exec install -D -m 644 {} $(DESTDIR)$(DATADIR)/{} \;

clean: ## remove everything built
	rm -rf build

format: ## lay out the C files
	clang-format -i $$(git ls-files '*.c' '*.h')

# ---- rules ----------------------------------------------------------------------------------------------------

$(B)/%.o: %.c
	@mkdir -p $(@D)
	@echo "  CC    $<"
	@$(CC) $(CFLAGS_ALL) -MMD -MP -c -o $@ $<

# The schema files as C: one string a statement (a statement ends with ";" at the end of a line), in lines of
# {number of the file, "statement"}.
$(B)/core/store/sqlite/open.o: $(B)/gen/gen_store_schema.inc
$(B)/gen/gen_store_schema.inc: core/store/sqlite/schema.awk $(STORE_SCHEMA)
	@mkdir -p $(@D)
	@awk -f core/store/sqlite/schema.awk $(STORE_SCHEMA) >$@.tmp && mv $@.tmp $@

$(B)/libcore.a: $(OBJ_CORE)
$(B)/libcollector.a: $(OBJ_COLLECTOR)
$(B)/libanalysis.a: $(OBJ_ANALYSIS)
$(B)/libaudit.a: $(OBJ_AUDIT)
$(B)/libsupport.a: $(OBJ_SUPPORT)
$(B)/lib%.a:
	@mkdir -p $(@D)
	@rm -f $@
	@ar rcsD $@ $^

$(B)/tld-collector: $(B)/collector/main.o $(B)/libcollector.a $(B)/libcore.a
	@echo "  LINK  $@"
	@$(CC) $(LDFLAGS_ALL) -o $@ $^ $(LIBS_COLLECTOR)
$(B)/tld-analysis: $(B)/analysis/main.o $(B)/libanalysis.a $(B)/libaudit.a $(B)/libcore.a
	@echo "  LINK  $@"
	@$(CC) $(LDFLAGS_ALL) -o $@ $^ $(LIBS_ANALYSIS) $(LIBS_AUDIT)

$(TESTS_CORE): $(B)/tests/test_%: $(B)/tests/unit/test_%.o $(B)/libsupport.a $(B)/libcore.a
	@mkdir -p $(@D)
	@echo "  LINK  $@"
	@$(CC) $(LDFLAGS_ALL) -o $@ $(filter %.o,$^) $(filter %.a,$^) $(LIBS_CORE) -lcmocka
# The power cut once more, on a store that does not wait for its log: it must lose answers.
$(B)/tests/test_store_power_normal: $(B)/tests/store_open_normal.o
$(B)/tests/store_open_normal.o: core/store/sqlite/open.c $(B)/gen/gen_store_schema.inc
	@mkdir -p $(@D)
	@$(CC) $(CFLAGS_ALL) -DTLD_SYNCHRONOUS=NORMAL -MMD -MP -c -o $@ $<
$(B)/tests/unit/test_store_power_normal.o: tests/unit/test_store_power.c
	@mkdir -p $(@D)
	@$(CC) $(CFLAGS_ALL) -DEXPECT_LOSS=1 -MMD -MP -c -o $@ $<
$(B)/tests/bench_store: $(B)/tests/bench/bench_store.o $(B)/libsupport.a $(B)/libcore.a
	@mkdir -p $(@D)
	@echo "  LINK  $@"
	@$(CC) $(LDFLAGS_ALL) -o $@ $^ $(LIBS_CORE)
$(B)/tests/bench_coverage: $(B)/tests/bench/bench_coverage.o $(B)/libanalysis.a $(B)/libcore.a
	@mkdir -p $(@D)
	@echo "  LINK  $@"
	@$(CC) $(LDFLAGS_ALL) -o $@ $^ $(LIBS_ANALYSIS)
$(B)/tests/bench_publish: $(B)/tests/bench/bench_publish.o $(B)/libsupport.a $(B)/libanalysis.a $(B)/libcore.a
	@mkdir -p $(@D)
	@echo "  LINK  $@"
	@$(CC) $(LDFLAGS_ALL) -Wl,--wrap=vector_release,--wrap=audit -o $@ $^ $(LIBS_ANALYSIS)
$(B)/tests/bench_disclose: $(B)/tests/bench/bench_disclose.o $(B)/libanalysis.a $(B)/libcore.a
	@mkdir -p $(@D)
	@echo "  LINK  $@"
	@$(CC) $(LDFLAGS_ALL) -o $@ $^ $(LIBS_ANALYSIS)
$(B)/tests/bench_tally: $(B)/tests/bench/bench_tally.o $(B)/tests/bench/made.o $(B)/libanalysis.a $(B)/libcore.a
	@mkdir -p $(@D)
	@echo "  LINK  $@"
	@$(CC) $(LDFLAGS_ALL) -o $@ $^ $(LIBS_ANALYSIS)
$(B)/tests/bench_figures: $(B)/tests/bench/bench_figures.o $(B)/tests/bench/made.o $(B)/libanalysis.a $(B)/libcore.a
	@mkdir -p $(@D)
	@echo "  LINK  $@"
	@$(CC) $(LDFLAGS_ALL) -o $@ $^ $(LIBS_ANALYSIS)
$(TESTS_COLLECTOR): $(B)/tests/test_%: $(B)/tests/unit/test_%.o $(B)/libsupport.a $(B)/libcollector.a $(B)/libcore.a
	@mkdir -p $(@D)
	@echo "  LINK  $@"
	@$(CC) $(LDFLAGS_ALL) -o $@ $^ $(LIBS_COLLECTOR) -lbrotlidec -lcmocka
$(TESTS_ANALYSIS): $(B)/tests/test_%: $(B)/tests/unit/test_%.o $(B)/libsupport.a $(B)/libanalysis.a $(B)/libcore.a
	@mkdir -p $(@D)
	@echo "  LINK  $@"
	@$(CC) $(LDFLAGS_ALL) -o $@ $^ $(LIBS_ANALYSIS) -lcmocka
$(TESTS_ATTACK): $(B)/tests/test_%: $(B)/tests/unit/test_%.o $(SUPPORT_ATTACK:%.c=$(B)/%.o) $(B)/libsupport.a $(B)/libanalysis.a $(B)/libaudit.a $(B)/libcore.a
	@mkdir -p $(@D)
	@echo "  LINK  $@"
	@$(CC) $(LDFLAGS_ALL) -o $@ $^ $(LIBS_ANALYSIS) $(LIBS_AUDIT) -lcmocka
$(TESTS_AUDIT): $(B)/tests/test_%: $(B)/tests/unit/test_%.o $(SUPPORT_AUDIT:%.c=$(B)/%.o) $(B)/libaudit.a $(B)/libcore.a
	@mkdir -p $(@D)
	@echo "  LINK  $@"
	@$(CC) $(LDFLAGS_ALL) -o $@ $^ $(LIBS_AUDIT) $(LIBS_CORE) -lcmocka

$(B)/tests/stat_cases: $(B)/tests/stat/stat_cases.o $(STAT_CASES:%.c=$(B)/%.o) $(B)/libanalysis.a $(B)/libcore.a
	@mkdir -p $(@D)
	@echo "  LINK  $@"
	@$(CC) $(LDFLAGS_ALL) -o $@ $^ $(LIBS_ANALYSIS)
$(B)/tests/stat_nist: $(B)/tests/stat/stat_nist.o $(B)/tests/stat/nist_sets.o $(B)/libanalysis.a $(B)/libcore.a
	@mkdir -p $(@D)
	@echo "  LINK  $@"
	@$(CC) $(LDFLAGS_ALL) -o $@ $^ $(LIBS_ANALYSIS)

$(FUZZERS): $(B)/fuzz/fuzz_%: $(B)/tests/fuzz/fuzz_%.o $(B)/libcollector.a $(B)/libcore.a
	@mkdir -p $(@D)
	@echo "  LINK  $@"
	@$(CC) $(LDFLAGS_ALL) -fsanitize=fuzzer -o $@ $^ $(LIBS_COLLECTOR)
$(REPLAYS): $(B)/fuzz/replay_%: $(B)/tests/fuzz/replay.o $(B)/tests/fuzz/fuzz_%.o $(B)/libcollector.a $(B)/libcore.a
	@mkdir -p $(@D)
	@echo "  LINK  $@"
	@$(CC) $(LDFLAGS_ALL) -o $@ $^ $(LIBS_COLLECTOR)

# Programs for tests, and the disk that fails (preloaded). The collector "normal" trusts the disk as it must not.
tools: $(TOOLS) $(B)/tests/disk.so
define TOOL
$(B)/tests/$(notdir $(1:.c=)): $(B)/$(1:.c=.o) $(2)
	@mkdir -p $$(@D)
	@echo "  LINK  $$@"
	@$$(CC) $$(LDFLAGS_ALL) -o $$@ $$^ $$($(3))
endef
$(foreach t,$(TOOLS_CORE),$(eval $(call TOOL,$t,$(B)/libcore.a,LIBS_CORE)))
$(foreach t,$(TOOLS_COLLECTOR),$(eval $(call TOOL,$t,$(B)/libcollector.a $(B)/libcore.a,LIBS_COLLECTOR)))
$(B)/tests/disk.so: tests/faults/disk.c
	@mkdir -p $(@D)
	@$(CC) -std=gnu17 -O2 $(WARN) -Wno-pedantic -shared -fPIC -o $@ $< -ldl
$(B)/tests/open_normal.o: core/store/sqlite/open.c $(B)/gen/gen_store_schema.inc
	@mkdir -p $(@D)
	@$(CC) $(CFLAGS_ALL) -DTLD_SYNCHRONOUS=NORMAL -MMD -MP -c -o $@ $<
$(B)/tests/tld-collector-normal: $(B)/collector/main.o $(B)/tests/open_normal.o $(B)/libcollector.a $(B)/libcore.a
	@$(CC) $(LDFLAGS_ALL) -o $@ $^ $(LIBS_COLLECTOR)

# Objects stay, so that a second build does nothing. (Not .SECONDARY: with it a source that is new in a list but older
# than the library would never be compiled.)
.PRECIOUS: %.o

-include $(shell [ -d $(B) ] && find $(B) -name '*.d')
