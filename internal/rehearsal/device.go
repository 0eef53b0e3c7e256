package rehearsal

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"sync"
	"time"

	"github.com/gorilla/websocket"

	"muster/signaling/wire"
)

// device is a page without media: a second device at a seat, or an observer.
type device struct {
	conn *websocket.Conn
	done chan struct{}

	write sync.Mutex
	ids   int

	mu      sync.Mutex
	changed chan struct{}
	taken   *wire.SeatTaken // while it waits
	in      bool            // it got hello
	floor   wire.Floor
	dossier bool // it was shown one
}

// openDevice joins without media.
func openDevice(ctx context.Context, base string, hello wire.Join) (*device, error) {
	address, err := socketURL(base)
	if err != nil {
		return nil, err
	}
	conn, res, err := websocket.DefaultDialer.DialContext(ctx, address, nil)
	if err != nil {
		return nil, dialError(err, res)
	}
	_ = res.Body.Close()
	d := &device{conn: conn, done: make(chan struct{}), changed: make(chan struct{})}
	hello.Version, hello.Observe = wire.Version, true
	if err := d.send(wire.TypeJoin, hello); err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	go d.read()
	go d.beat()
	return d, nil
}

func (d *device) send(kind string, data any) error {
	text, err := json.Marshal(data)
	if err != nil {
		return fmt.Errorf("send %s: %w", kind, err)
	}
	d.write.Lock()
	defer d.write.Unlock()
	d.ids++
	if err := d.conn.WriteJSON(wire.Frame{Type: kind, ID: "device-" + strconv.Itoa(d.ids), Data: text}); err != nil {
		return fmt.Errorf("send %s: %w", kind, err)
	}
	return nil
}

func (d *device) read() {
	defer close(d.done)
	for {
		var f wire.Frame
		if d.conn.ReadJSON(&f) != nil {
			return
		}
		d.mu.Lock()
		switch f.Type {
		case wire.TypeSeatTaken:
			taken := decoded[wire.SeatTaken](f)
			d.taken = &taken
		case wire.TypeHello:
			d.in, d.taken = true, nil
		case wire.TypeSnapshot:
			d.floor = decoded[wire.Snapshot](f).Floor
		case wire.TypeFloor:
			d.floor = decoded[wire.Floor](f)
		case wire.TypeDossier:
			d.dossier = true
		}
		close(d.changed)
		d.changed = make(chan struct{})
		d.mu.Unlock()
	}
}

func (d *device) beat() {
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			if d.send(wire.TypePing, wire.Ping{}) != nil {
				return // the reader sees it too
			}
		case <-d.done:
			return
		}
	}
}

// until waits until holds, which is called with what the device was told locked.
func (d *device) until(ctx context.Context, what string, holds func() bool) error {
	ctx, cancel := context.WithTimeout(ctx, comesTrue)
	defer cancel()
	for {
		d.mu.Lock()
		changed, yes := d.changed, holds()
		d.mu.Unlock()
		if yes {
			return nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return fmt.Errorf("it never came true: %s", what)
		}
	}
}

func (d *device) close() {
	_ = d.conn.Close() // ended already, or ended now
	<-d.done
}
