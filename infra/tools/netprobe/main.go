// netprobe attempts to reach something and prints what came of it as a JSON line.
//
//	netprobe tcp HOST:PORT [TIMEOUT [PATIENCE]]   http URL …   dns NAME …
//	netprobe serve :PORT   netprobe sleep
//
// An attempt lasts TIMEOUT; with PATIENCE it is made again until it succeeds or patience ends, because a
// policy that allows takes a moment to be in force.
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
	timeout, patience := duration(3, time.Second), duration(4, 0)
	began := time.Now()
	err := try(timeout)
	for err != nil && time.Since(began) < patience {
		time.Sleep(50 * time.Millisecond)
		err = try(timeout)
	}
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

func try(timeout time.Duration) error {
	ctx, cancel := context.WithTimeout(context.Background(), timeout)
	defer cancel()
	return attempt(ctx, os.Args[1], os.Args[2])
}

// duration is an argument, or what holds without it.
func duration(position int, otherwise time.Duration) time.Duration {
	if len(os.Args) > position {
		if given, err := time.ParseDuration(os.Args[position]); err == nil {
			return given
		}
	}
	return otherwise
}
