// netprobe makes one attempt to reach something and prints what came of it as a JSON line.
//
//	netprobe tcp HOST:PORT [TIMEOUT]   netprobe http URL [TIMEOUT]   netprobe dns NAME [TIMEOUT]
//	netprobe serve :PORT               netprobe sleep
//
// It runs inside the environments whose walls it tests, so it is static and needs nothing.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"net"
	"net/http"
	"os"
	"os/signal"
	"syscall"
	"time"
)

func attempt(ctx context.Context, kind, target string) error {
	switch kind {
	case "tcp":
		connection, err := (&net.Dialer{}).DialContext(ctx, "tcp", target)
		if err == nil {
			connection.Close()
		}
		return err
	case "http":
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, target, nil)
		if err != nil {
			return err
		}
		response, err := http.DefaultClient.Do(request)
		if err == nil {
			response.Body.Close()
		}
		return err
	default:
		_, err := net.DefaultResolver.LookupHost(ctx, target)
		return err
	}
}

// outcome is the word for an error: who refuses answers, who drops is silent.
func outcome(err error) string {
	var dns *net.DNSError
	switch {
	case err == nil:
		return "allowed"
	case errors.As(err, &dns) && dns.IsNotFound:
		return "dns_error"
	case errors.Is(err, syscall.ECONNREFUSED), errors.Is(err, syscall.EHOSTUNREACH),
		errors.Is(err, syscall.ENETUNREACH), errors.Is(err, syscall.EACCES), errors.Is(err, syscall.EPERM):
		return "refused"
	case errors.As(err, &dns) && !dns.IsTimeout:
		return "dns_error"
	default:
		return "dropped"
	}
}

func main() {
	end := make(chan os.Signal, 1)
	signal.Notify(end, syscall.SIGTERM, syscall.SIGINT)
	if len(os.Args) < 2 || os.Args[1] == "sleep" {
		<-end
		return
	}
	if os.Args[1] == "serve" {
		go func() { <-end; os.Exit(0) }()
		ok := func(w http.ResponseWriter, _ *http.Request) { w.Write([]byte("ok\n")) }
		if err := http.ListenAndServe(os.Args[2], http.HandlerFunc(ok)); err != nil {
			panic(err)
		}
	}
	timeout := time.Second
	if len(os.Args) > 3 {
		if given, err := time.ParseDuration(os.Args[3]); err == nil {
			timeout = given
		}
	}
	ctx, cancel := context.WithTimeout(context.Background(), timeout)
	defer cancel()
	began := time.Now()
	err := attempt(ctx, os.Args[1], os.Args[2])
	detail := ""
	if err != nil {
		detail = err.Error()
	}
	json.NewEncoder(os.Stdout).Encode(map[string]any{
		"outcome":      outcome(err),
		"milliseconds": time.Since(began).Milliseconds(),
		"detail":       detail,
	})
}
