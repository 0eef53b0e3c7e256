package sfu_test

import (
	"context"
	"fmt"
	"net/netip"

	"muster/sfu"
	"muster/sfu/sfutest"
)

// A participant publishes a camera, another one watches it.
func Example() {
	server, err := sfu.New(sfu.Config{})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer server.Close()
	room := server.NewRoom("example")

	join := func(id sfu.ParticipantID, lines ...sfu.Line) *sfutest.Client {
		client, err := sfutest.New(lines, sfutest.Options{})
		if err != nil {
			panic(err)
		}
		offer, err := client.Offer()
		if err != nil {
			panic(err)
		}
		if err := room.Join(id, lines, netip.Addr{}); err != nil {
			panic(err)
		}
		answer, err := room.Answer(context.Background(), id, offer)
		if err != nil {
			panic(err)
		}
		if err := client.Accept(answer.SDP); err != nil {
			panic(err)
		}
		return client
	}
	ann := join("ann", sfu.Line{Name: "camera", Kind: sfu.Video, Direction: sfu.Send, Source: "ann's camera"})
	bob := join("bob", sfu.Line{Name: "main", Kind: sfu.Video, Direction: sfu.Recv})
	defer ann.Close()
	defer bob.Close()

	ann.Publisher("camera").Start(30)
	room.Show("bob", map[string]sfu.Want{"main": {Source: "ann's camera"}})
	for event := range room.Events() {
		if showing, ok := event.(sfu.SlotShowing); ok {
			fmt.Printf("%s shows %s\n", showing.Line, showing.Source)
			break
		}
	}
	// Output: main shows ann's camera
}
