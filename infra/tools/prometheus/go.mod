module example.org/sandbox/tools/prometheus

go 1.26.0

require github.com/prometheus/prometheus v0.311.3
