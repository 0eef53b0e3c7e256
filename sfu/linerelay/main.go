// Command linerelay stands in the middle of a network that a test has made and delays what passes: UDP by a time each way, TCP not at
// all. Kernels without netem have nothing for that. It ends with an interrupt.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/netip"
	"os"
	"os/signal"
	"syscall"
	"time"

	"muster/sfu/sfutest"
)

func main() {
	udp := flag.Int("udp", 0, "port of the media")
	tcp := flag.Int("tcp", 0, "port of the pages")
	at := flag.String("at", "", "address to listen on")
	to := flag.String("to", "", "address of the server")
	delay := flag.Duration("delay", 20*time.Millisecond, "of media, each way")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, *at, *to, uint16(*udp), uint16(*tcp), *delay); err != nil {
		fmt.Fprintln(os.Stderr, "linerelay:", err)
		os.Exit(1) //nolint:gocritic // the process ends; stop has nothing left to stop
	}
}

func run(ctx context.Context, at, to string, udp, tcp uint16, delay time.Duration) error {
	here, err := netip.ParseAddr(at)
	if err != nil {
		return err
	}
	server, err := netip.ParseAddr(to)
	if err != nil {
		return err
	}
	media, err := sfutest.RelayAt(netip.AddrPortFrom(here, udp), netip.AddrPortFrom(server, udp))
	if err != nil {
		return err
	}
	defer media.Close()
	media.Delay.Store(int64(delay))
	pages, err := net.ListenTCP("tcp4", net.TCPAddrFromAddrPort(netip.AddrPortFrom(here, tcp)))
	if err != nil {
		return err
	}
	context.AfterFunc(ctx, func() { _ = pages.Close() })
	for {
		conn, err := pages.Accept()
		if errors.Is(err, net.ErrClosed) {
			return nil
		}
		if err != nil {
			return err
		}
		go pass(conn, netip.AddrPortFrom(server, tcp).String())
	}
}

// pass leads one connection through; what breaks on one side ends both.
func pass(conn net.Conn, to string) {
	defer func() { _ = conn.Close() }()
	server, err := net.Dial("tcp4", to)
	if err != nil {
		fmt.Fprintln(os.Stderr, "linerelay:", err)
		return
	}
	defer func() { _ = server.Close() }()
	go func() {
		_, _ = io.Copy(server, conn)
		_ = server.Close()
	}()
	_, _ = io.Copy(conn, server)
}
