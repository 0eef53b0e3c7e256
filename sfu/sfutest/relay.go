package sfutest

import (
	"bytes"
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
	clients map[netip.AddrPort]*relayed
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
		clients: map[netip.AddrPort]*relayed{},
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
		_ = c.socket.Close()
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
		r.pass(c.there, b[:n])
	}
}

// client returns how a client is led through; a new one gets a socket by which the server sees it.
func (r *Relay) client(from netip.AddrPort) (*relayed, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if c := r.clients[from]; c != nil {
		return c, nil
	}
	socket, err := net.DialUDP("udp4", nil, net.UDPAddrFromAddrPort(r.server))
	if err != nil {
		return nil, fmt.Errorf("sfutest: %w", err)
	}
	_ = socket.SetReadBuffer(1 << 20)
	c := &relayed{
		socket: socket,
		there:  r.newWay(func(p []byte) { _, _ = socket.Write(p) }),
		back:   r.newWay(func(p []byte) { _, _ = r.socket.WriteToUDPAddrPort(p, from) }),
	}
	r.clients[from] = c
	r.wait.Go(func() {
		b := make([]byte, 2048)
		for {
			n, err := socket.Read(b)
			if err != nil {
				return
			}
			r.pass(c.back, b[:n])
		}
	})
	return c, nil
}

// relayed is one client and its two ways.
type relayed struct {
	socket      *net.UDPConn
	there, back *way
}

// way is one direction; what is delayed alike stays in order.
type way struct {
	send  func([]byte)
	queue chan delayed
}

type delayed struct {
	due    time.Time
	packet []byte
}

// longestWay is how many packets are under way at most; a line that holds more has no end.
const longestWay = 4096

func (r *Relay) newWay(send func([]byte)) *way {
	w := &way{send: send, queue: make(chan delayed, longestWay)}
	r.wait.Go(func() {
		for {
			select {
			case d := <-w.queue:
				time.Sleep(time.Until(d.due))
				w.send(d.packet)
			case <-r.done:
				return
			}
		}
	})
	return w
}

// pass sends a packet on, as the line lets it.
func (r *Relay) pass(w *way, b []byte) {
	const whole = 1_000_000
	if r.Dark.Load() || rand.Int64N(whole) < r.Loss.Load() {
		return
	}
	copies := 1
	if rand.Int64N(whole) < r.Twice.Load() {
		copies = 2
	}
	for range copies {
		late, jitter := time.Duration(r.Delay.Load()), r.Jitter.Load()
		p := bytes.Clone(b)
		switch {
		case jitter > 0:
			time.AfterFunc(late+time.Duration(rand.Int64N(jitter)), func() {
				select {
				case <-r.done:
				default:
					w.send(p)
				}
			})
		case late == 0:
			w.send(b)
		default:
			select {
			case w.queue <- delayed{time.Now().Add(late), p}:
			default:
			}
		}
	}
}
