package rehearsal

import (
	"context"
	"errors"
	"sync/atomic"
	"time"

	"muster/signaling/wire"
)

// actor is somebody on the stage: a page with camera and microphone that comes back by itself, and what it was told.
type actor struct {
	station
	seen   *seen
	page   string
	silent atomic.Bool // its officer does not answer
	token  func(ctx context.Context) (string, error)

	out  atomic.Bool // it does not come back
	quit context.CancelFunc
	done chan struct{} // closed when it has left for good
}

// again is how soon a page tries to come back.
const again = 300 * time.Millisecond

// come enters and stays until it leaves; it returns once it is in.
func (a *actor) come(ctx context.Context) error {
	ctx, a.quit = context.WithCancel(ctx)
	a.out.Store(false)
	a.done = make(chan struct{})
	in := make(chan error, 1)
	go func() {
		defer close(a.done)
		a.stayOn(ctx, in)
	}()
	return <-in
}

// stayOn comes back whenever the connection ends; the first entry is told to in.
func (a *actor) stayOn(ctx context.Context, in chan<- error) {
	was := false
	for ctx.Err() == nil && !a.out.Load() {
		err := a.visit(ctx, func() {
			if !was {
				was = true
				in <- nil
			}
		})
		if !was {
			in <- err
			return
		}
		if final(err) || sleep(ctx, again) != nil {
			return
		}
	}
}

// visit is one connection, from the entry to its end; entered is called in between.
func (a *actor) visit(ctx context.Context, entered func()) error {
	token, err := a.token(ctx)
	if err != nil {
		return err
	}
	a.unit.Token = token
	a.answered = map[string]bool{}
	visit, leave := context.WithCancel(ctx)
	defer leave()
	if err := a.participant.enter(visit, a.page, a.listen); err != nil {
		return err
	}
	entered()
	select {
	case <-a.client.done:
	case <-ctx.Done():
	}
	leave()
	return errors.Join(a.client.err, a.client.cut())
}

func (a *actor) listen(f wire.Frame) {
	a.seen.hear(f)
	// Whether another device may have the seat is for the scenario to say.
	if a.page == wire.PageStation && !a.silent.Load() && f.Type != wire.TypeSeatAsked {
		a.hear(f)
	}
}

// leave says goodbye.
func (a *actor) leave() {
	if a.client == nil || a.quit == nil {
		return
	}
	a.out.Store(true)
	_ = a.client.close() // whether it had ended before does not matter
	a.quit()
	<-a.done
}

// loseLine breaks the connection without a word.
func (a *actor) loseLine() {
	a.out.Store(true)
	_ = a.client.cut() // it ends in whatever way
	a.quit()
	<-a.done
}
