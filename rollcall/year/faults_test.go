package year

import (
	"sync"
	"time"

	"muster/rollcall"
)

// planFaults lets one to four things go wrong on most days.
func (m *morning) planFaults() {
	if m.y.rand.IntN(8) == 0 {
		return // a good day
	}
	faults := []func(){m.kill, m.databaseAway, m.storm, m.setClock, m.killInTheMiddle, m.breakLine}
	for range 1 + m.y.rand.IntN(4) {
		f := faults[m.y.rand.IntN(len(faults))]
		m.later(m.in(m.y.between(-16*time.Minute, callLength-4*time.Minute)), func() {
			m.y.faults++
			f()
		})
	}
}

// kill ends the server at an instant, and another one takes over after a while.
func (m *morning) kill() { m.die(func() {}, nil) }

// killInTheMiddle kills the server while commands are under way; the pages give them again.
func (m *morning) killInTheMiddle() {
	u := m.units[m.y.rand.IntN(len(m.units))]
	if !u.here() {
		m.kill()
		return
	}
	old := u.page()
	u.conn++
	u.entering = true
	by := m.page(u)
	enter := rollcall.Enter{Unit: u.code, Conn: u.page()}
	var waiting sync.WaitGroup
	m.die(func() {
		server := m.y.server
		waiting.Go(func() {
			_, _ = server.Do(m.y.t.Context(), by, enter) // it may be lost, or done without anybody being told
		})
		time.Sleep(m.y.between(0, 12*time.Millisecond))
	}, func() { m.twice(by, enter); m.tell(u) })
	waiting.Wait()
	m.twice(m.page(u), rollcall.Leave{Unit: u.code, Conn: old, Reason: rollcall.LeftTimeout})
}

// die kills the server right after before, and brings everybody back to its successor; again is what the page that was in the
// middle of something does first, nil when there is none.
func (m *morning) die(before, again func()) {
	y := m.y
	before()
	at := y.now()
	dir := y.server.kill(y.nextDir())
	m.call.slack += 2 * time.Second
	time.Sleep(y.between(time.Second, 40*time.Second))
	y.server = y.startServer(dir)
	m.comeBack(at, again)
}

// comeBack lets the pages return; a few are slow, and were gone since the kill.
func (m *morning) comeBack(killed time.Time, again func()) {
	y := m.y
	if m.session == "" || !m.takenUp() {
		return
	}
	if again != nil {
		again()
	}
	var slow []*unit
	back := time.Now()
	// When the server last lived is known to the second: whether it saw the begin before it was killed must not hang on that.
	v := y.server.Current()
	atBegin := v != nil && !v.BegunAt.IsZero() && killed.Sub(v.BegunAt).Abs() < 2*time.Second
	for _, u := range m.units {
		if !u.here() {
			continue
		}
		if u.entering {
			u.entering = false // it is back already
			continue
		}
		// Nor whether a unit that came right before the kill was ever there.
		if y.rand.IntN(30) == 0 && !atBegin && killed.Sub(u.stays[len(u.stays)-1].from) > 2*time.Second {
			slow = append(slow, u)
			continue
		}
		u.conn++
		m.seat(u)
	}
	if spent := time.Since(back); spent > 15*time.Second {
		y.t.Fatalf("coming back took %v of fake time", spent)
	}
	if len(slow) == 0 {
		return
	}
	time.Sleep(y.between(40*time.Second, 90*time.Second))
	for _, u := range slow {
		u.left(killed, nil)
		m.enter(u)
	}
}

// takenUp waits until the successor has the session.
func (m *morning) takenUp() bool {
	for range 300 {
		if m.y.server.Current() != nil {
			return true
		}
		time.Sleep(10 * time.Millisecond)
	}
	return false
}

// databaseAway cuts the store off; the call goes on.
func (m *morning) databaseAway() {
	m.y.away.Store(true)
	for range 3 {
		if u := m.units[m.y.rand.IntN(len(m.units))]; u.here() {
			m.reconnect(u)
		}
		time.Sleep(m.y.between(time.Second, 10*time.Second))
	}
	m.y.away.Store(false)
}

// storm lets every line drop at once and come back within seconds, in any order, half of them before their loss is noticed.
func (m *morning) storm() {
	m.call.slack += 10 * time.Second // lines are gone for less than that, and nobody can say for how long exactly
	for _, u := range m.units {
		if u.here() {
			m.reconnect(u)
		}
	}
}

// setClock moves the wall clock by a few seconds either way.
func (m *morning) setClock() {
	step := m.y.between(-3*time.Second, 3*time.Second)
	m.call.slack += 2 * step.Abs()
	m.y.jump.Add(int64(step))
}
