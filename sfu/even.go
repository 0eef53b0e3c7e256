package sfu

// mostPadding is by how many bytes a packet may be made longer to be as long as its neighbours.
const mostPadding = 8

// evenOut pads packets of pictures that are nearly of one size, so that the system cuts them out of one message: it cuts equal ones,
// the last of which may be shorter. Browsers divide a picture into packets that differ by a byte, the longer ones last: without this, one
// in eight bursts of a real camera is two messages for each viewer.
func evenOut(packets []outgoing) {
	for from := 0; from < len(packets); {
		to, longest := alike(packets[from:])
		to += from
		if to-from > 1 {
			for i := from; i < to; i++ {
				packets[i].padding = uint8(longest - len(packets[i].payload))
			}
		}
		from = to
	}
}

// alike says how many packets at the beginning can be made equally long, and how long the longest of them is, without its header.
func alike(packets []outgoing) (n, longest int) {
	first := &packets[0]
	longest, shortest := len(first.payload), len(first.payload)
	for n = 1; n < len(packets); n++ {
		p := &packets[n]
		if p.slot != first.slot || p.again || first.again || p.slot.line.Kind != Video {
			break
		}
		size := len(p.payload)
		if max(longest, size)-min(shortest, size) > mostPadding {
			break
		}
		longest, shortest = max(longest, size), min(shortest, size)
	}
	return n, longest
}
