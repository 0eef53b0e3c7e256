package sfu

import (
	"math/rand/v2"
	"slices"
	"testing"
)

// sizes are those of packets of one picture line, each with what evenOut adds.
func sizes(packets []outgoing) []int {
	var out []int
	for _, p := range packets {
		out = append(out, len(p.payload)+int(p.padding))
	}
	return out
}

func picture(s *slot, sizes ...int) []outgoing {
	var out []outgoing
	for _, n := range sizes {
		out = append(out, outgoing{slot: s, payload: make([]byte, n)})
	}
	return out
}

func TestNearlyEqualPacketsAreMadeEqual(t *testing.T) {
	video, sound := &slot{line: Line{Kind: Video}}, &slot{line: Line{Kind: Audio}}
	again := picture(video, 1000, 1001)
	again[1].again = true
	for name, c := range map[string]struct {
		packets []outgoing
		want    []int
	}{
		"as browsers divide":  {picture(video, 1000, 1000, 1001, 1001), []int{1001, 1001, 1001, 1001}},
		"equal":               {picture(video, 1000, 1000), []int{1000, 1000}},
		"a shorter last one":  {picture(video, 1180, 1180, 400), []int{1180, 1180, 400}},
		"two pictures":        {picture(video, 900, 901, 500, 501), []int{901, 901, 501, 501}},
		"one alone":           {picture(video, 77), []int{77}},
		"too far apart":       {picture(video, 1000, 1009), []int{1000, 1009}},
		"sound is left alone": {picture(sound, 100, 101), []int{100, 101}},
		"sound between":       {slices.Concat(picture(video, 700), picture(sound, 701), picture(video, 702)), []int{700, 701, 702}},
		"what is sent again":  {again, []int{1000, 1001}},
		"nothing":             {nil, nil},
		"they creep apart":    {picture(video, 1000, 1004, 1008, 1012), []int{1008, 1008, 1008, 1012}},
	} {
		if evenOut(c.packets); !slices.Equal(sizes(c.packets), c.want) {
			t.Errorf("%s: %v, want %v", name, sizes(c.packets), c.want)
		}
	}
}

func TestNoPacketIsPaddedBeyondTheBound(t *testing.T) {
	video := &slot{line: Line{Kind: Video}}
	for range 1000 {
		var n []int
		for range rand.IntN(50) {
			n = append(n, 1000+rand.IntN(25))
		}
		packets := picture(video, n...)
		evenOut(packets)
		for i, size := range sizes(packets) {
			if size < n[i] || size > n[i]+mostPadding {
				t.Fatalf("%v became %v", n, sizes(packets))
			}
		}
	}
}
