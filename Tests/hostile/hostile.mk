# Hostile input: files made to harm, fuzzing, sanitizers; docs/hostile-input.md has what they found. Included by the Makefile.
FUZZ_TARGETS ?= archive bundle faiss jpeg model pipeline png state table vectors
FUZZ_SECONDS ?= 3600
FUZZ_BUILD := VECMILL_FUZZ=1 swift build -c release --product vecmill-fuzz --scratch-path .build-fuzz --sanitize address \
  -Xswiftc -sanitize=fuzzer -Xcc -fsanitize=fuzzer-no-link
ASAN_FILTER ?= MediaTests|FuzzTests|IndexFormatsTests|TensorsTests
TSAN_FILTER ?= EntryReaderTests|RecordStreamTests|JobGateTests|ShardLedgerTests|PipelinesTests.RunTests|IngestTests|IngestCeilingsTests
# Swift's own crash handler would stand in the way of the sanitizers' reports.
SANITIZED := SWIFT_BACKTRACE=enable=no ASAN_OPTIONS=detect_leaks=1:allocator_may_return_null=1 TSAN_OPTIONS=halt_on_error=0

.PHONY: hostile fuzz asan tsan
hostile: build ## read the hostile files and corpora; time, memory and verdict of each file
	python3 Tests/hostile/read_all.py --vecmill $(VECMILL) --shared $(SHARED) --out .bench/hostile.json

# The corpora grow in .fuzz/TARGET; what is found lies in .fuzz/found, and belongs in Tests/FuzzTests/Seeds once it is mended.
fuzz: setup ## fuzz every parser for FUZZ_SECONDS (3600) under the address sanitizer
	@$(FUZZ_BUILD)
	@mkdir -p .fuzz/found
	@for target in $(FUZZ_TARGETS); do \
	  $(SANITIZED) .build-fuzz/release/vecmill-fuzz $$target .fuzz/$$target -max_total_time=$(FUZZ_SECONDS) -timeout=10 \
	    -rss_limit_mb=2048 -max_len=65536 -print_final_stats=1 -artifact_prefix=.fuzz/found/$$target- 2>&1 \
	    | tee .fuzz/$$target.log | grep -E 'ERROR|SUMMARY|stat::' || true; \
	done; ls -l .fuzz/found

asan: setup ## the tests of all parsers under the address sanitizer
	@swift build -Xcc -O2 --build-tests --sanitize address --scratch-path .build-asan
	@$(SANITIZED) swift test -Xcc -O2 --skip-build --sanitize address --scratch-path .build-asan --filter '$(ASAN_FILTER)'

tsan: setup ## the tests of what runs in threads under the thread sanitizer
	@swift build -Xcc -O2 --build-tests --sanitize thread --scratch-path .build-tsan
	@$(SANITIZED) swift test -Xcc -O2 --skip-build --sanitize thread --scratch-path .build-tsan --filter '$(TSAN_FILTER)'
