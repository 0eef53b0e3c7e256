package sfutest

import (
	"fmt"
	"math/rand/v2"
	"net"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"
)

// Relay is a bad line between a client and a server: it loses, repeats, delays and reorders UDP packets, or lets none through.
type Relay struct {
	server netip.AddrPort
	socket *net.UDPConn
	done   chan struct{}
	wait   sync.WaitGroup

	// Loss and Twice are shares of the packets each way, of a million. Delay is one way, Jitter up to which it is longer, which
	// reorders.
	Loss, Twice   atomic.Int64
	Delay, Jitter atomic.Int64 // nanoseconds
	// Dark lets nothing through.
	Dark atomic.Bool

	mu      sync.Mutex
	clients map[netip.AddrPort]*net.UDPConn
}

// NewRelay leads to a server's media port on 127.0.0.1.
func NewRelay(port int) (*Relay, error) {
	here := netip.AddrFrom4([4]byte{127, 0, 0, 1})
	return RelayAt(netip.AddrPortFrom(here, 0), netip.AddrPortFrom(here, uint16(port)))
}

// RelayAt leads from an address of this machine to a server's media port.
func RelayAt(at, server netip.AddrPort) (*Relay, error) {
	socket, err := net.ListenUDP("udp4", net.UDPAddrFromAddrPort(at))
	if err != nil {
		return nil, fmt.Errorf("sfutest: %w", err)
	}
	_ = socket.SetReadBuffer(1 << 20)
	r := &Relay{
		server: server, socket: socket, done: make(chan struct{}),
		clients: map[netip.AddrPort]*net.UDPConn{},
	}
	r.wait.Go(r.up)
	return r, nil
}

// Port is where clients find the relay.
func (r *Relay) Port() int { return r.socket.LocalAddr().(*net.UDPAddr).Port }

// Close ends it.
func (r *Relay) Close() {
	close(r.done)
	_ = r.socket.Close()
	r.mu.Lock()
	for _, c := range r.clients {
		_ = c.Close()
	}
	r.mu.Unlock()
	r.wait.Wait()
}

func (r *Relay) up() {
	b := make([]byte, 2048)
	for {
		n, from, err := r.socket.ReadFromUDPAddrPort(b)
		if err != nil {
			return
		}
		c, err := r.client(from)
		if err != nil {
			return
		}
		r.pass(b[:n], func(p []byte) { _, _ = c.Write(p) })
	}
}

// client is the socket by which the server sees a client.
func (r *Relay) client(from netip.AddrPort) (*net.UDPConn, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if c := r.clients[from]; c != nil {
		return c, nil
	}
	c, err := net.DialUDP("udp4", nil, net.UDPAddrFromAddrPort(r.server))
	if err != nil {
		return nil, fmt.Errorf("sfutest: %w", err)
	}
	_ = c.SetReadBuffer(1 << 20)
	r.clients[from] = c
	r.wait.Go(func() {
		b := make([]byte, 2048)
		for {
			n, err := c.Read(b)
			if err != nil {
				return
			}
			r.pass(b[:n], func(p []byte) { _, _ = r.socket.WriteToUDPAddrPort(p, from) })
		}
	})
	return c, nil
}

// pass sends a packet on, as the line lets it.
func (r *Relay) pass(b []byte, send func([]byte)) {
	const whole = 1_000_000
	if r.Dark.Load() || rand.Int64N(whole) < r.Loss.Load() {
		return
	}
	copies := 1
	if rand.Int64N(whole) < r.Twice.Load() {
		copies = 2
	}
	for range copies {
		late := time.Duration(r.Delay.Load())
		if j := r.Jitter.Load(); j > 0 {
			late += time.Duration(rand.Int64N(j))
		}
		if late == 0 {
			send(b)
			continue
		}
		p := append([]byte(nil), b...)
		time.AfterFunc(late, func() {
			select {
			case <-r.done:
			default:
				send(p)
			}
		})
	}
}
