// Command sfubench measures what an outgoing packet costs: the CPU time of a server that forwards one publisher's sound, and then its
// picture, to many viewers, with plain Pion and with package sfu, one after the other on the same machine.
//
// Publisher and viewers are processes of their own. Once all are connected the viewers are stopped, so that what is measured is the
// sending and not the waking up of readers; -reading lets them run.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"slices"
	"syscall"
	"time"
)

func main() {
	viewers := flag.Int("viewers", 246, "how many watch")
	seconds := flag.Float64("seconds", 3, "how long each figure is measured")
	rounds := flag.Int("rounds", 3, "how often all is measured; the middle one counts")
	reading := flag.Bool("reading", false, "let the viewers read")
	role := flag.String("role", "", "for the processes that this one starts")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	var err error
	switch *role {
	case "viewers":
		err = runViewers(ctx, *viewers)
	case "publisher":
		err = runPublisher(ctx)
	default:
		b := bench{viewers: *viewers, span: time.Duration(*seconds * float64(time.Second)), reading: *reading}
		err = b.run(ctx, *rounds)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "sfubench:", err)
		os.Exit(1) //nolint:gocritic // the process ends; stop has nothing left to stop
	}
}

// bench holds what is common to all measurements.
type bench struct {
	viewers int
	span    time.Duration
	reading bool
}

// figure is one measurement.
type figure struct {
	Microseconds float64 // CPU time of the server for an outgoing packet
	Packets      uint64
}

// contestants are the servers, plain Pion first: the others are compared with it.
func contestants() []string { return []string{"pion", "single", "batched", "segmented"} }

// result is the last line.
type result struct {
	Viewers   int     `json:"viewers"`
	Single    float64 `json:"us_per_packet"`     // sound: single packets
	Segmented float64 `json:"us_per_packet_gso"` // frames of eight packets
	PionAudio float64 `json:"pion_us_per_packet"`
	PionVideo float64 `json:"pion_us_per_packet_frames"`
	RatioOne  float64 `json:"ratio_single"`
	RatioMany float64 `json:"ratio_frames"`
	Reading   bool    `json:"reading"`
}

func (b *bench) run(ctx context.Context, rounds int) error {
	all := map[string][]float64{}
	for round := range rounds {
		for _, name := range contestants() {
			audio, video, err := b.measure(ctx, name)
			if err != nil {
				return fmt.Errorf("%s: %w", name, err)
			}
			all[name+" audio"] = append(all[name+" audio"], audio.Microseconds)
			all[name+" video"] = append(all[name+" video"], video.Microseconds)
			fmt.Printf("round %d  %-10s sound %5.2f µs a packet (%d packets)   frames %5.2f µs (%d packets)\n",
				round+1, name, audio.Microseconds, audio.Packets, video.Microseconds, video.Packets)
		}
	}
	middle := func(key string) float64 {
		slices.Sort(all[key])
		return all[key][len(all[key])/2]
	}
	fmt.Printf("\n%d viewers, middle of %d rounds      sound, µs  ratio     frames, µs  ratio\n", b.viewers, rounds)
	for _, name := range contestants() {
		a, v := middle(name+" audio"), middle(name+" video")
		fmt.Printf("%-40s %5.2f  %5.2f          %5.2f  %5.2f\n", name, a, middle("pion audio")/a, v, middle("pion video")/v)
	}
	out := result{
		Viewers: b.viewers, Single: middle("segmented audio"), Segmented: middle("segmented video"),
		PionAudio: middle("pion audio"), PionVideo: middle("pion video"), Reading: b.reading,
	}
	out.RatioOne, out.RatioMany = out.PionAudio/out.Single, out.PionVideo/out.Segmented
	line, err := json.Marshal(out)
	if err != nil {
		return fmt.Errorf("cannot print the result: %w", err)
	}
	fmt.Println(string(line))
	return nil
}

// measure connects everybody to one kind of server and lets the publisher send sound, then pictures.
func (b *bench) measure(ctx context.Context, name string) (audio, video figure, err error) {
	s, err := newServer(name)
	if err != nil {
		return audio, video, err
	}
	defer func() { err = errors.Join(err, s.close()) }()
	publisher, err := start(ctx, "publisher", 0)
	if err != nil {
		return audio, video, err
	}
	defer publisher.stop()
	if err := publisher.negotiate(1, s.publisher); err != nil {
		return audio, video, err
	}
	watching, err := start(ctx, "viewers", b.viewers)
	if err != nil {
		return audio, video, err
	}
	defer watching.stop()
	if err := watching.negotiate(b.viewers, s.viewer); err != nil {
		return audio, video, err
	}
	if !b.reading {
		watching.freeze()
	}
	if audio, err = b.span1(s, publisher, "audio"); err != nil {
		return audio, video, err
	}
	video, err = b.span1(s, publisher, "video")
	return audio, video, err
}

// span1 has one kind of media sent and measures it once it flows.
func (b *bench) span1(s server, publisher *process, kind string) (figure, error) {
	if err := publisher.say(kind); err != nil {
		return figure{}, err
	}
	time.Sleep(500 * time.Millisecond)
	cpu, packets := cpuTime(), s.sent()
	time.Sleep(b.span)
	cpu, packets = cpuTime()-cpu, s.sent()-packets
	if packets == 0 {
		return figure{}, errors.New("nothing was forwarded")
	}
	return figure{float64(cpu.Nanoseconds()) / 1000 / float64(packets), packets}, nil
}

// cpuTime is what this process used, user and system.
func cpuTime() time.Duration {
	var u syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &u) != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
