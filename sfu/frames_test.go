package sfu_test

import (
	"testing"
	"time"

	"muster/sfu"
)

// TestPacketsWithoutFramesAreAState: a camera of which only parts of pictures arrive is live, but without frames; one that sends
// nothing is not live.
func TestPacketsWithoutFramesAreAState(t *testing.T) {
	w := newWorldWith(t, sfu.Config{Silence: 400 * time.Millisecond})
	a := w.join("a", []sfu.Line{camera("A"), microphone("M")})
	picture := a.Publisher("camera").Encoding("")
	a.Publisher("microphone").Start(50)
	stop, stopped := make(chan struct{}), make(chan struct{})
	whole := make(chan bool)
	go func() {
		defer close(stopped)
		send := true
		for {
			packets := picture.Next(30)
			picture.Write(packets[0])
			if send {
				picture.Write(packets[1])
			}
			select {
			case send = <-whole:
			case <-time.After(20 * time.Millisecond):
			case <-stop:
				return
			}
		}
	}()
	awaits := func(live, noFrames bool) {
		t.Helper()
		w.events.await(t, func(e sfu.Event) bool {
			s, ok := e.(sfu.SourceChanged)
			return ok && s.Source == "A" && s.Live == live && s.NoFrames == noFrames
		})
	}
	awaits(true, false)
	whole <- false
	awaits(true, true)
	if s := w.room.Stats(); s.LiveSources != 2 || s.FramelessSources != 1 {
		t.Errorf("%d live sources, %d without frames", s.LiveSources, s.FramelessSources)
	}
	whole <- true
	awaits(true, false)
	whole <- false
	awaits(true, true)
	close(stop)
	<-stopped
	awaits(false, false)
	if s := w.room.Stats(); s.FramelessSources != 0 {
		t.Errorf("%d sources without frames", s.FramelessSources)
	}
}
