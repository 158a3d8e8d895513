# Measures; figures go to .bench/. Included by the Makefile.
SHARED ?= $(or $(VECMILL_SHARED),$(abspath $(CURDIR)/../shared))
VECMILL ?= .build/release/vecmill
BENCH = VECMILL_SHARED=$(SHARED) .venv-peers/bin/python

.PHONY: bench bench-memory bench-retrieval bench-text bench-million bench-kills
bench: build .venv-peers/ready ## time whole runs beside the Python pipeline; writes .bench/run.json
	$(BENCH) bench/run.py --vecmill $(VECMILL)

bench-retrieval: build .venv-peers/ready ## score the embeddings on the evaluation sets
	$(BENCH) bench/retrieval.py --vecmill $(VECMILL)

bench-text: build .venv-peers/ready ## nDCG@10 on the text collection
	$(BENCH) bench/text.py --vecmill $(VECMILL)

bench-million: build .venv-peers/ready ## a million records through run, index and search
	$(BENCH) bench/million.py --vecmill $(VECMILL)

bench-memory: build .venv-peers/ready ## hold runs of many records under ceilings of memory
	$(BENCH) bench/memory.py --vecmill $(VECMILL)

bench-kills: build ## kill runs at random moments and compare the bytes
	VECMILL_SHARED=$(SHARED) python3 bench/kills.py --vecmill $(VECMILL)

ifneq ($(wildcard $(SHARED)/peers/setup.sh),)
.venv-peers/ready: $(SHARED)/peers/setup.sh
	$(SHARED)/peers/setup.sh .venv-peers
	touch $@
else
.venv-peers/ready:
	@echo '$(SHARED)/peers is not there: set VECMILL_SHARED to the folder that holds peers/ and data/'; exit 1
endif
