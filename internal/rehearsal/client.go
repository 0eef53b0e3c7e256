package rehearsal

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gorilla/websocket"

	"muster/signaling/wire"
)

// client is one page's end of the protocol (docs/protocol.md): a socket, the commands under way on it, and its media.
type client struct {
	conn   *websocket.Conn
	opened time.Time // when the socket was asked for
	hello  wire.Hello
	roster []byte // the frame with the units
	media  *media

	write sync.Mutex
	// idPrefix makes the ids of commands unique: the server answers one that it knows without carrying it out again.
	idPrefix string
	ids      atomic.Int64
	mu       sync.Mutex
	waiting  map[string]chan wire.Frame
	// frame is given every frame that ends no command.
	frame func(wire.Frame)
	done  chan struct{} // closed when the socket has ended
	err   error         // why, once done is closed
}

// Patience with a server that answers late, and with one that does not answer at all.
const (
	dialPatience    = 30 * time.Second
	commandPatience = 30 * time.Second
)

// join opens a socket and says who it is; frames go to frame from then on.
func join(ctx context.Context, base string, hello wire.Join, frame func(wire.Frame)) (*client, error) {
	address, err := socketURL(base)
	if err != nil {
		return nil, err
	}
	c := &client{opened: time.Now(), waiting: map[string]chan wire.Frame{}, frame: frame, done: make(chan struct{}), idPrefix: rand.Text() + "-"}
	ctx, cancel := context.WithTimeout(ctx, dialPatience)
	defer cancel()
	dialer := websocket.Dialer{Proxy: http.ProxyFromEnvironment, EnableCompression: true}
	conn, res, err := dialer.DialContext(ctx, address, nil)
	if err != nil {
		return nil, dialError(err, res)
	}
	_ = res.Body.Close()
	c.conn = conn
	if err := c.greet(hello); err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	go c.read()
	go c.heartbeat()
	return c, nil
}

func dialError(err error, res *http.Response) error {
	if res != nil {
		return fmt.Errorf("cannot open a socket: the server answers %s: %w", res.Status, err)
	}
	return fmt.Errorf("cannot open a socket: %w", err)
}

func socketURL(base string) (string, error) {
	u, err := url.Parse(base)
	if err != nil {
		return "", fmt.Errorf("the address %s: %w", base, err)
	}
	switch u.Scheme {
	case "http":
		u.Scheme = "ws"
	case "https":
		u.Scheme = "wss"
	default:
		return "", fmt.Errorf("the address %s begins with neither http:// nor https://", base)
	}
	return u.JoinPath("ws").String(), nil
}

func (c *client) greet(hello wire.Join) error {
	if err := c.send(wire.TypeJoin, "", hello); err != nil {
		return err
	}
	if err := c.conn.SetReadDeadline(time.Now().Add(dialPatience)); err != nil {
		return fmt.Errorf("wait for hello: %w", err)
	}
	var f wire.Frame
	err := c.conn.ReadJSON(&f)
	if err != nil {
		return fmt.Errorf("wait for hello: %w", err)
	}
	if f.Type != wire.TypeHello {
		return fmt.Errorf("the server does not say hello: %w", refusalOf(f))
	}
	if err := json.Unmarshal(f.Data, &c.hello); err != nil {
		return fmt.Errorf("read hello: %w", err)
	}
	if _, c.roster, err = c.conn.ReadMessage(); err != nil {
		return fmt.Errorf("wait for the roster: %w", err)
	}
	return c.conn.SetReadDeadline(time.Time{})
}

// units reads the roster, which is large and of no interest to most.
func (c *client) units() ([]wire.Unit, error) {
	var f struct{ Data wire.Roster }
	if err := json.Unmarshal(c.roster, &f); err != nil {
		return nil, fmt.Errorf("read the roster: %w", err)
	}
	return f.Data.Units, nil
}

// connect negotiates the client's lines; inside sees the packets that were asked for.
func (c *client) connect(ctx context.Context, w *wiring, inside func(*stream, []byte), keyframe func()) error {
	m, err := newMedia(w, c.hello.Lines, inside, keyframe)
	if err != nil {
		return err
	}
	c.media = m
	offer, err := m.offer()
	if err != nil {
		return err
	}
	var answer wire.Answer
	if err := c.command(ctx, wire.TypeOffer, wire.Offer{SDP: offer}, &answer); err != nil {
		return err
	}
	return m.accept(answer.SDP)
}

// command sends a command and waits for what ends it; result may be nil.
func (c *client) command(ctx context.Context, kind string, data, result any) error {
	id := c.idPrefix + strconv.FormatInt(c.ids.Add(1), 10)
	reply := make(chan wire.Frame, 1)
	c.mu.Lock()
	c.waiting[id] = reply
	c.mu.Unlock()
	defer func() {
		c.mu.Lock()
		delete(c.waiting, id)
		c.mu.Unlock()
	}()
	if err := c.send(kind, id, data); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, commandPatience)
	defer cancel()
	select {
	case f := <-reply:
		if f.Type == wire.TypeError {
			return fmt.Errorf("%s was refused: %w", kind, refusalOf(f))
		}
		if result == nil {
			return nil
		}
		if err := json.Unmarshal(f.Data, result); err != nil {
			return fmt.Errorf("read the reply to %s: %w", kind, err)
		}
		return nil
	case <-c.done:
		return fmt.Errorf("%s has no reply: %w", kind, c.err)
	case <-ctx.Done():
		return fmt.Errorf("%s has no reply: %w", kind, ctx.Err())
	}
}

// Refusal is an error that the server answered with.
type Refusal struct{ Said wire.Error }

// Error says it in English, with the code.
func (r *Refusal) Error() string { return r.Said.MessageEN + " (" + r.Said.Code + ")" }

func refusalOf(f wire.Frame) error {
	var r Refusal
	if json.Unmarshal(f.Data, &r.Said) != nil || r.Said.Code == "" {
		return fmt.Errorf("the server sent %q", f.Type)
	}
	return &r
}

func (c *client) send(kind, id string, data any) error {
	text, err := json.Marshal(data)
	if err != nil {
		return fmt.Errorf("send %s: %w", kind, err)
	}
	c.write.Lock()
	defer c.write.Unlock()
	if err := c.conn.WriteJSON(wire.Frame{Type: kind, ID: id, Data: text}); err != nil {
		return fmt.Errorf("send %s: %w", kind, err)
	}
	return nil
}

func (c *client) read() {
	defer close(c.done)
	for {
		var f wire.Frame
		if err := c.conn.ReadJSON(&f); err != nil {
			if c.err == nil {
				c.err = fmt.Errorf("the socket ended: %w", err)
			}
			return
		}
		if f.Type == wire.TypeBye {
			c.err = fmt.Errorf("the server ended the socket: %w", refusalOf(f))
		}
		c.mu.Lock()
		reply := c.waiting[f.ID]
		c.mu.Unlock()
		if f.ID != "" && reply != nil {
			reply <- f
		} else {
			c.frame(f)
		}
	}
}

func (c *client) heartbeat() {
	tick := time.NewTicker(time.Duration(c.hello.HeartbeatMS) * time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case now := <-tick.C:
			if c.send(wire.TypePing, "", wire.Ping{T: now.UnixMilli()}) != nil {
				return // the reader sees it too
			}
		case <-c.done:
			return
		}
	}
}

// goodbyePatience is how long a goodbye may take.
const goodbyePatience = time.Second

// close says goodbye and ends the socket and the media.
func (c *client) close() error {
	goodbye := websocket.FormatCloseMessage(websocket.CloseGoingAway, "")
	_ = c.conn.WriteControl(websocket.CloseMessage, goodbye, time.Now().Add(goodbyePatience)) // it may have ended already
	return c.cut()
}

// cut ends the socket without a word, as a line that breaks does, and the media with it.
func (c *client) cut() error {
	_ = c.conn.Close() // ended already, or ended now
	<-c.done
	if c.media != nil {
		return c.media.close()
	}
	return nil
}
