// One static program for everything that the cluster needs besides Kubernetes and OpenKruise: process 1 of a
// cluster, the pause container, a workload that does nothing, and managers that fail. Its role is in the
// environment, because a Pod's command replaces that of the image but not its environment.
package main

import (
	"fmt"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	switch role := os.Getenv("KRUISE_E2E_ROLE"); role {
	case "init":
		reap()
	case "pause":
		go reap()
		awaitTermination()
	case "app":
		fmt.Println("app: running until SIGTERM")
		awaitTermination()
		fmt.Println("app: stopped")
	case "hang":
		fmt.Fprintln(os.Stderr, "hang: running, and never becoming ready")
		awaitTermination()
	case "crash":
		fmt.Fprintln(os.Stderr, "crash: panic on purpose: this image always fails")
		os.Exit(1)
	default:
		fmt.Fprintf(os.Stderr, "unknown role %q in KRUISE_E2E_ROLE\n", role)
		os.Exit(2)
	}
}

func awaitTermination() {
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGTERM, syscall.SIGINT)
	<-signals
}

// reap collects the children that others leave to process 1. It never returns.
func reap() {
	children := make(chan os.Signal, 1)
	signal.Notify(children, syscall.SIGCHLD)
	for {
		for {
			pid, err := syscall.Wait4(-1, nil, syscall.WNOHANG, nil)
			if pid <= 0 && err != syscall.EINTR {
				break
			}
		}
		<-children
	}
}
