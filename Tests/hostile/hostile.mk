# Hostile input: files made to harm, fuzzing, sanitizers; docs/hostile-input.md has what they found. Included by the Makefile.
FUZZ_TARGETS ?=
FUZZ_SECONDS ?= 3600
FUZZ_BUILD := VECMILL_FUZZ=1 swift build -c release --product vecmill-fuzz --scratch-path .build-fuzz --sanitize address \
  -Xswiftc -sanitize=fuzzer -Xcc -fsanitize=fuzzer-no-link
ASAN_FILTER ?= MediaTests|FuzzTests|IndexFormatsTests|BundlesTests|TensorsTests|CKernelsTests|VectorSearchTests|EvilNamesTests
TSAN_FILTER ?= PipelinesTests|ArtifactsTests|RegistriesTests|EntryReaderTests|RecordStreamTests|TensorsTests|CommandStageTests|DeduplicateTests|FilterTests|IngestCeilingsTests
# Swift's own crash handler would stand in the way of the sanitizers' reports.
SANITIZED := SWIFT_BACKTRACE=enable=no VECMILL_SHARED=$(SHARED) ASAN_OPTIONS=detect_leaks=1:allocator_may_return_null=1 \
  LSAN_OPTIONS=suppressions=$(CURDIR)/Tests/hostile/leaks.supp TSAN_OPTIONS=suppressions=$(CURDIR)/Tests/hostile/races.supp

# The tests themselves, without the build tool between, for which a preloaded library is not meant.
TEST_BUNDLE = $(1)/debug/vecmillPackageTests.xctest --testing-library swift-testing

.PHONY: hostile fuzz asan tsan
hostile: build ## read the hostile files and corpora; time, memory and verdict of each file
	python3 Tests/hostile/read_all.py --vecmill $(VECMILL) --shared $(SHARED) --out .bench/hostile.json

# Two at a time, in turns; corpora, logs and what was found stay in .fuzz. What is found belongs in Tests/FuzzTests/Seeds once mended.
fuzz: setup ## fuzz every parser for FUZZ_SECONDS (3600) under the address sanitizer
	@$(FUZZ_BUILD)
	@$(SANITIZED) Tests/hostile/fuzz.py --binary .build-fuzz/release/vecmill-fuzz --shared $(SHARED) --seconds $(FUZZ_SECONDS) $(FUZZ_TARGETS)

asan: setup ## the tests of all parsers under the address sanitizer
	@swift build -Xcc -O2 --build-tests --sanitize address --scratch-path .build-asan
	@$(SANITIZED) $(call TEST_BUNDLE,.build-asan) --filter '$(ASAN_FILTER)'

# One test at a time: beside others, those that wait run into their time limits. The preloaded file says why it is there.
tsan: setup ## the tests of what runs in threads under the thread sanitizer
	@swift build -Xcc -O2 --build-tests --sanitize thread --scratch-path .build-tsan
	@clang -O1 -shared -fPIC -o .build-tsan/mutex_order.so Tests/hostile/mutex_order.c
	@$(SANITIZED) LD_PRELOAD=$(CURDIR)/.build-tsan/mutex_order.so $(call TEST_BUNDLE,.build-tsan) --no-parallel \
	  --filter '$(TSAN_FILTER)' --skip HostileYAMLTests
