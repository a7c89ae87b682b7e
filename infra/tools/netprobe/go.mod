module example.org/sandbox/tools/netprobe

go 1.26.0
