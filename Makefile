# Everything a person needs: build, run, test, soak, bench, format. Each target does its own set-up.

CONFIGURATION ?= Release
DOTNET_FLAGS = -c $(CONFIGURATION) -v q -clp:NoSummary -nologo

export DOTNET_NOLOGO = 1
export DOTNET_CLI_TELEMETRY_OPTOUT = 1

.PHONY: build run test soak bench format clean

# Leaves a runnable out/strato.
build:
	@build/prerequisites.sh run
	@build/publish.sh $(CONFIGURATION) out

# Publishes a software tree of this machine, serves it, mounts it, runs a program from it; stays up until Ctrl-C.
run: build
	@out/strato quickstart $(ARGS)

# Every test; the last line counts them.
test:
	@build/prerequisites.sh run test
	@build/node-packages.sh
	@CONFIGURATION=$(CONFIGURATION) build/test.sh

# The fuzzers and the crash tests for as long as SOAK_SECONDS says.
soak:
	@build/prerequisites.sh run test
	@build/node-packages.sh
	@CONFIGURATION=$(CONFIGURATION) build/soak.sh

# Whole commands against native tools on the same tree; results go to bench/results.
bench: build
	@build/prerequisites.sh run bench
	@dotnet run --project bench/Strato.Benchmarks -c $(CONFIGURATION) -v q -- whole out/strato bench/results
	@dotnet run --project bench/Strato.Benchmarks -c $(CONFIGURATION) -v q --no-build -- large out/strato bench/results

format:
	@dotnet format Strato.slnx

clean:
	@dotnet clean Strato.slnx $(DOTNET_FLAGS)
	@rm -rf out TestResults
