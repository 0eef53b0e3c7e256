package signaling

import (
	"encoding/json"
	"fmt"
	"sync"
	"time"

	"github.com/gorilla/websocket"

	"muster/signaling/wire"
)

const (
	// outboxFrames bounds what waits for a page; one that reads so slowly comes back and gets a snapshot.
	outboxFrames = 512
	// writeWithin is how long the kernel may take to accept one message.
	writeWithin = 10 * time.Second
	// compressFrom is the size in bytes from which a message is worth compressing.
	compressFrom = 8 << 10
)

// frame marshals one message. All that goes out is made of our own types, so that it can't fail.
func frame(kind, id string, data any) []byte {
	head := mustJSON(wire.Frame{Type: kind, ID: id})
	if data == nil {
		return head
	}
	// As a field of the frame, the data would be read and copied once more: that is much of the cost of a large one.
	body := mustJSON(data)
	out := make([]byte, 0, len(head)+len(`,"data":`)+len(body))
	out = append(out, head[:len(head)-1]...)
	out = append(out, `,"data":`...)
	out = append(out, body...)
	return append(out, '}')
}

func mustJSON(v any) []byte {
	out, err := json.Marshal(v)
	if err != nil {
		panic(fmt.Sprintf("signaling: %T can't be marshalled: %v", v, err))
	}
	return out
}

// message is what is written to a page: a text, or one that was prepared for many pages.
type message struct {
	text     []byte
	prepared *websocket.PreparedMessage
}

// shared prepares a large text for many pages: it is compressed once, by the first that is written to.
func shared(text []byte) message {
	prepared, err := websocket.NewPreparedMessage(websocket.TextMessage, text)
	if err != nil {
		return message{text: text}
	}
	return message{text, prepared}
}

// outbox is what waits to be written to one page. It never blocks who adds: a full one says so.
type outbox struct {
	conn *websocket.Conn
	wake chan struct{}
	once sync.Once
	quit chan struct{}
	done chan struct{}
	last []byte // written before the close
	code int

	mu      sync.Mutex
	waiting []message // of the most pages there is nothing most of the time, so that it takes no memory then
}

func newOutbox(conn *websocket.Conn) *outbox {
	o := &outbox{conn: conn, wake: make(chan struct{}, 1), quit: make(chan struct{}), done: make(chan struct{})}
	go o.run()
	return o
}

// add queues a message and reports false when there is no room.
func (o *outbox) add(m message) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	if len(o.waiting) >= outboxFrames {
		return false
	}
	o.waiting = append(o.waiting, m)
	select {
	case o.wake <- struct{}{}:
	default: // it is awake
	}
	return true
}

// next takes the message that waits longest.
func (o *outbox) next() (message, bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if len(o.waiting) == 0 {
		o.waiting = nil
		return message{}, false
	}
	m := o.waiting[0]
	o.waiting[0] = message{}
	o.waiting = o.waiting[1:]
	return m, true
}

// ended says that the server itself ends the connection.
func (o *outbox) ended() bool {
	select {
	case <-o.quit:
		return true
	default:
		return false
	}
}

// end writes what waits if there is time, then the last message, and closes the connection. Only its first call counts.
func (o *outbox) end(last []byte, code int) {
	o.once.Do(func() {
		o.last, o.code = last, code
		// A write that hangs must not delay the end; the deadline of the connection itself may be set from here.
		_ = o.conn.NetConn().SetWriteDeadline(time.Now().Add(time.Second))
		close(o.quit)
	})
}

func (o *outbox) run() {
	defer close(o.done)
	defer o.conn.Close()
	for {
		select {
		case <-o.wake:
			if o.writeAll() != nil {
				return
			}
		case <-o.quit:
			o.flush()
			return
		}
	}
}

// writeAll writes what waits, until the server ends the connection: that has its own way to do it.
func (o *outbox) writeAll() error {
	for !o.ended() {
		m, ok := o.next()
		if !ok {
			return nil
		}
		if err := o.write(m); err != nil {
			return err
		}
	}
	return nil
}

// flush writes the rest; a page that does not read loses it with its connection.
func (o *outbox) flush() {
	for o.code != websocket.CloseTryAgainLater {
		m, ok := o.next()
		if !ok {
			break
		}
		if o.write(m) != nil {
			return
		}
	}
	if o.last != nil && o.write(message{text: o.last}) != nil {
		return
	}
	_ = o.conn.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(o.code, ""), time.Now().Add(time.Second))
}

func (o *outbox) write(m message) error {
	o.conn.EnableWriteCompression(len(m.text) >= compressFrom)
	if err := o.conn.SetWriteDeadline(time.Now().Add(writeWithin)); err != nil {
		return err
	}
	if m.prepared != nil {
		return o.conn.WritePreparedMessage(m.prepared)
	}
	return o.conn.WriteMessage(websocket.TextMessage, m.text)
}
