# Measures what a night costs; figures go to .bench/increments.json. Included by the Makefile.
.PHONY: bench-increments
bench-increments: build ## CPU seconds of nights on which little or nothing changed
	VECMILL_SHARED=$(SHARED) python3 bench/increments.py --vecmill $(VECMILL)
