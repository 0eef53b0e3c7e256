package sfu_test

import (
	"fmt"
	"net"
	"net/netip"
	"os"
	"runtime"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"muster/sfu"
	"muster/sfu/sfutest"
)

// The slow network of scripts/test-net.sh takes 20 Mbit/s. Three large pictures for all who are behind it are more, three middle
// ones are less.
const (
	behindCable = 8
	cableBudget = 16_000_000
)

// TestThreeOnTheFloorOverASlowNetwork: with a budget the pictures become smaller until all of it fits, the sound goes on, and
// nothing is lost; without one the same network loses packets. scripts/test-net.sh runs it: MUSTER_SLOW_NETWORK is an address behind
// a virtual cable with a rate limit, in the network namespace MUSTER_SLOW_NETNS.
func TestThreeOnTheFloorOverASlowNetwork(t *testing.T) {
	if os.Getenv("MUSTER_SLOW_NETWORK") == "" {
		t.Skip("run by scripts/test-net.sh, which makes a slow network")
	}
	behind := netip.MustParseAddr(os.Getenv("MUSTER_SLOW_NETWORK"))
	lost := map[bool]int{}
	for _, budget := range []bool{false, true} {
		t.Run(fmt.Sprintf("budget %t", budget), func(t *testing.T) {
			cfg := sfu.Config{Listen: []netip.Addr{behind.Prev()}}
			if budget {
				cfg.Budgets = []sfu.Budget{{Network: netip.PrefixFrom(behind, 30), Bitrate: cableBudget}}
			}
			lost[budget] = threeOnTheFloor(t, newWorldWith(t, cfg), behind, budget)
		})
	}
	t.Logf("packets lost behind the cable: %d without a budget, %d with one", lost[false], lost[true])
	if lost[false] == 0 {
		t.Error("without a budget nothing was lost: the network is not slow, and the budget proves nothing")
	}
}

// threeOnTheFloor shows one unit to everybody behind the cable, then three, and returns how many packets did not arrive.
func threeOnTheFloor(t *testing.T, w *world, behind netip.Addr, budget bool) int {
	for _, id := range []string{"A", "B", "C"} {
		c := w.join(sfu.ParticipantID(id), speaking(id))
		for rid, size := range map[string]int{"l": 200, "m": 900, "h": 1150} { // 60 kbit/s, 430 kbit/s, 1.4 Mbit/s
			e := c.Publisher("camera").Encoding(rid)
			e.Fill(size)
			parts := map[string]int{"l": 1, "m": 3, "h": 5}[rid]
			e.Split(parts, 2*parts)
		}
		c.Publisher("camera").Start(30)
		c.Publisher("mic").Encoding("").Fill(120)
		c.Publisher("mic").Start(50)
	}
	var viewers []*sfutest.Client
	for i := range behindCable {
		id := sfu.ParticipantID(fmt.Sprint("v", i))
		viewers = append(viewers, w.joinWith(id, places(), sfutest.Options{Socket: socketIn(t, os.Getenv("MUSTER_SLOW_NETNS"), behind)}))
		w.room.Show(id, floor("A"))
	}
	first := viewers[0].Recording("floor1.video")
	w.eventually(viewers[0], "one is large", func() bool { last, _ := first.Last(); return last.RID == "h" })
	for i := range viewers {
		w.room.Show(sfu.ParticipantID(fmt.Sprint("v", i)), floor("A", "B", "C"))
	}
	if budget {
		w.events.await(t, func(e sfu.Event) bool { l, ok := e.(sfu.EgressLimited); return ok && l.Limited })
	}
	time.Sleep(4 * time.Second) // of which nothing is judged but that it was long enough to overflow the cable's queue
	missing := 0
	for i, v := range viewers {
		for _, line := range places() {
			packets := v.Recording(line.Name).Packets()
			if len(packets) == 0 {
				t.Errorf("v%d: %s never came", i, line.Name)
				continue
			}
			missing += int(packets[len(packets)-1].Seq-packets[0].Seq) + 1 - len(packets)
			if budget && line.Kind == sfu.Audio && missing > 0 {
				t.Errorf("v%d: sound is missing on %s", i, line.Name)
			}
		}
	}
	if budget && missing != 0 {
		t.Errorf("%d packets were lost in spite of the budget", missing)
	}
	return missing
}

func speaking(id string) []sfu.Line {
	camera := sfu.Line{Name: "camera", Kind: sfu.Video, Direction: sfu.Send, Source: sfu.SourceID(id), Layers: []sfu.Layer{
		{RID: "l", MaxBitrate: 60_000}, {RID: "m", MaxBitrate: 430_000}, {RID: "h", MaxBitrate: 1_400_000},
	}}
	return []sfu.Line{camera, {Name: "mic", Kind: sfu.Audio, Direction: sfu.Send, Source: sfu.SourceID(id + "/mic")}}
}

func places() []sfu.Line {
	var out []sfu.Line
	for i := range 3 {
		name := fmt.Sprintf("floor%d", i+1)
		out = append(out, sfu.Line{Name: name + ".video", Kind: sfu.Video, Direction: sfu.Recv, Group: name},
			sfu.Line{Name: name + ".audio", Kind: sfu.Audio, Direction: sfu.Recv, Group: name})
	}
	return out
}

func floor(sources ...string) map[string]sfu.Want {
	out := map[string]sfu.Want{}
	for i, s := range sources {
		out[fmt.Sprintf("floor%d.video", i+1)] = sfu.Want{Source: sfu.SourceID(s)}
		out[fmt.Sprintf("floor%d.audio", i+1)] = sfu.Want{Source: sfu.SourceID(s + "/mic")}
	}
	return out
}

// socketIn opens a UDP socket in another network namespace: it stays there when the thread is back home.
func socketIn(t *testing.T, namespace string, addr netip.Addr) net.PacketConn {
	t.Helper()
	type opened struct {
		conn net.PacketConn
		err  error
	}
	done := make(chan opened)
	go func() {
		runtime.LockOSThread() // and never unlocked: the thread ends with the goroutine, and its namespace with it
		fd, err := unix.Open("/run/netns/"+namespace, unix.O_RDONLY|unix.O_CLOEXEC, 0)
		if err == nil {
			err = unix.Setns(fd, unix.CLONE_NEWNET)
			_ = unix.Close(fd)
		}
		if err != nil {
			done <- opened{nil, err}
			return
		}
		conn, err := net.ListenUDP("udp4", net.UDPAddrFromAddrPort(netip.AddrPortFrom(addr, 0)))
		done <- opened{conn, err}
	}()
	o := <-done
	if o.err != nil {
		t.Fatal(o.err)
	}
	return o.conn
}
