package sfu

import (
	"fmt"
	"net/netip"
	"strings"
)

// withoutCandidates removes what an ICE-lite server has no use for: it never sends checks (RFC 8445, section 2.5), and
// resolving a stranger's mDNS names would cost time.
func withoutCandidates(sdp string) string {
	var out strings.Builder
	out.Grow(len(sdp))
	for line := range strings.Lines(sdp) {
		if !isCandidate(line) {
			out.WriteString(line)
		}
	}
	return out.String()
}

func isCandidate(line string) bool {
	return strings.HasPrefix(line, "a=candidate:") || strings.HasPrefix(line, "a=end-of-candidates") ||
		strings.HasPrefix(line, "a=ice-options:")
}

// candidates writes the host candidates (RFC 8839, section 5.1) of the announced addresses: UDP, and TCP (RFC 6544) on
// the same port for networks that block UDP.
func candidates(addresses []netip.Addr, port int) string {
	const component, hostType = 1, 126
	var out strings.Builder
	for i, a := range addresses {
		local := uint32(65535 - i)
		priority := uint32(hostType)<<24 | local<<8 | (256 - component)
		fmt.Fprintf(&out, "a=candidate:%d 1 udp %d %s %d typ host\r\n", i+1, priority, a, port)
	}
	for i, a := range addresses {
		local := uint32(32767 - i)
		priority := uint32(hostType)<<24 | local<<8 | (256 - component)
		fmt.Fprintf(&out, "a=candidate:%d 1 tcp %d %s %d typ host tcptype passive\r\n",
			len(addresses)+i+1, priority, a, port)
	}
	out.WriteString("a=end-of-candidates\r\n")
	return out.String()
}

// finishAnswer replaces the candidates of an answer, on its first m-line only because all are bundled, and tells
// publishers of video at which bitrate to start, and publishers of audio that silence need not be sent.
func finishAnswer(sdp string, lines []Line, announced string, startBitrate int) string {
	var out strings.Builder
	out.Grow(len(sdp) + len(announced))
	at := -1
	flush := func() {
		if at == 0 {
			out.WriteString(announced)
		}
	}
	for line := range strings.Lines(sdp) {
		if strings.HasPrefix(line, "m=") {
			flush()
			at++
		}
		if isCandidate(line) {
			continue
		}
		publishes := at >= 0 && at < len(lines) && lines[at].Direction == Send
		if publishes {
			line = publisherLine(line, startBitrate)
		}
		out.WriteString(line)
	}
	flush()
	return out.String()
}

func publisherLine(line string, startBitrate int) string {
	rest, ok := strings.CutPrefix(line, "a=rtpmap:")
	if ok {
		pt, encoding, _ := strings.Cut(rest, " ")
		if strings.HasPrefix(encoding, "VP8/") { // it has no parameters of its own
			return line + fmt.Sprintf("a=fmtp:%s x-google-start-bitrate=%d\r\n", pt, startBitrate/1000)
		}
		return line
	}
	if !strings.HasPrefix(line, "a=fmtp:") {
		return line
	}
	text := strings.TrimRight(line, "\r\n")
	switch {
	case strings.Contains(line, "useinbandfec=1"):
		return text + ";usedtx=1\r\n"
	case strings.Contains(line, "profile-level-id="):
		return text + fmt.Sprintf(";x-google-start-bitrate=%d\r\n", startBitrate/1000)
	}
	return line
}
