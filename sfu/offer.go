package sfu

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

const (
	// offerBase and offerPerLine bound an offer: an m-line with every codec a browser knows takes about 5 kB.
	offerBase    = 32 << 10
	offerPerLine = 24 << 10
	// maxSSRCs bounds the SSRCs that one m-line may declare.
	maxSSRCs = 16
)

// section is what matters of one m-line of an offer or answer.
type section struct {
	kind      string
	mid       string
	direction string
	rejected  bool
	rids      []string
	// codecs maps a payload type to the encoding's name, parameters to what a=fmtp says of it, apt the payload type of RTX to that of
	// its codec.
	codecs     map[uint8]string
	parameters map[uint8]string
	apt        map[uint8]uint8
	// extensions maps a header extension's URI to its id.
	extensions map[string]uint8
	// ssrcs are the declared SSRCs in order; rtxOf maps an SSRC of RTX to that of its codec (a=ssrc-group:FID).
	ssrcs []uint32
	rtxOf map[uint32]uint32
}

// parseSections reads the m-lines of a session description (RFC 8866). It only looks at what it knows: whether the
// description is sound as a whole is for the peer connection to judge.
func parseSections(sdp string, most int) ([]*section, error) {
	var out []*section
	direction := "sendrecv"
	for line := range strings.Lines(sdp) {
		line = strings.TrimRight(line, "\r\n")
		kind, value, ok := strings.Cut(line, "=")
		if !ok || len(kind) != 1 {
			return nil, fmt.Errorf("%w: it is not a session description", ErrBadOffer)
		}
		switch {
		case kind == "m":
			// One m-line more than agreed is enough to say that there are too many.
			if len(out) > most {
				return out, nil
			}
			out = append(out, newSection(value, direction))
		case kind != "a":
		case len(out) > 0:
			out[len(out)-1].attribute(value)
		case isDirection(value):
			direction = value
		}
	}
	return out, nil
}

func isDirection(s string) bool {
	return s == "sendrecv" || s == "sendonly" || s == "recvonly" || s == "inactive"
}

func newSection(value, direction string) *section {
	fields := strings.Fields(value)
	s := &section{
		direction: direction, codecs: map[uint8]string{}, parameters: map[uint8]string{}, apt: map[uint8]uint8{},
		extensions: map[string]uint8{}, rtxOf: map[uint32]uint32{},
	}
	if len(fields) > 0 {
		s.kind = fields[0]
	}
	s.rejected = len(fields) > 1 && fields[1] == "0"
	return s
}

func (s *section) attribute(value string) {
	name, rest, _ := strings.Cut(value, ":")
	switch name {
	case "mid":
		s.mid = rest
	case "rtpmap":
		if pt, encoding, ok := strings.Cut(rest, " "); ok {
			if n, err := strconv.ParseUint(pt, 10, 7); err == nil {
				encoding, _, _ = strings.Cut(encoding, "/")
				s.codecs[uint8(n)] = strings.ToLower(encoding)
			}
		}
	case "fmtp":
		s.formatParameters(rest)
	case "extmap":
		s.extension(rest)
	case "rid":
		if fields := strings.Fields(rest); len(fields) >= 2 && len(s.rids) < 8 {
			s.rids = append(s.rids, fields[0])
		}
	case "ssrc":
		s.declare(rest)
	case "ssrc-group":
		s.group(rest)
	default:
		if isDirection(value) {
			s.direction = value
		}
	}
}

func (s *section) formatParameters(rest string) {
	pt, parameters, _ := strings.Cut(rest, " ")
	n, err := strconv.ParseUint(pt, 10, 7)
	if err != nil {
		return
	}
	s.parameters[uint8(n)] = parameters
	apt, ok := strings.CutPrefix(parameters, "apt=")
	if !ok {
		return
	}
	apt, _, _ = strings.Cut(apt, ";")
	if codec, err := strconv.ParseUint(apt, 10, 7); err == nil {
		s.apt[uint8(n)] = uint8(codec)
	}
}

func (s *section) extension(rest string) {
	fields := strings.Fields(rest)
	if len(fields) < 2 || len(s.extensions) > 32 {
		return
	}
	id, _, _ := strings.Cut(fields[0], "/")
	if n, err := strconv.ParseUint(id, 10, 8); err == nil {
		s.extensions[fields[1]] = uint8(n)
	}
}

func (s *section) declare(rest string) {
	id, _, _ := strings.Cut(rest, " ")
	n, err := strconv.ParseUint(id, 10, 32)
	if err == nil && len(s.ssrcs) < maxSSRCs && !slices.Contains(s.ssrcs, uint32(n)) {
		s.ssrcs = append(s.ssrcs, uint32(n))
	}
}

func (s *section) group(rest string) {
	fields := strings.Fields(rest)
	if len(fields) != 3 || fields[0] != "FID" || len(s.rtxOf) >= maxSSRCs {
		return
	}
	codec, err1 := strconv.ParseUint(fields[1], 10, 32)
	rtx, err2 := strconv.ParseUint(fields[2], 10, 32)
	if err1 == nil && err2 == nil {
		s.rtxOf[uint32(rtx)] = uint32(codec)
	}
}

// payloadType returns the lowest payload type of what a kind of media is forwarded in, or false.
func (s *section) payloadType(k Kind, codec VideoCodec) (uint8, bool) {
	best, found := uint8(0), false
	for pt, name := range s.codecs {
		fits := name == opus
		if k == Video {
			fits = codec.accepts(name, s.parameters[pt])
		}
		if fits && (!found || pt < best) {
			best, found = pt, true
		}
	}
	return best, found
}

// rtxType returns the payload type of RTX for a codec's, or 0.
func (s *section) rtxType(codec uint8) uint8 {
	best := uint8(0)
	for rtx, apt := range s.apt {
		if apt == codec && s.codecs[rtx] == "rtx" && (best == 0 || rtx < best) {
			best = rtx
		}
	}
	return best
}

// offered is what an offer turned out to be.
type offered struct {
	sections []*section
	// soundOnly says that none of its video has the codec of the room.
	soundOnly bool
}

// checkOffer compares an offer with what was agreed.
func checkOffer(offer string, lines []Line, codec VideoCodec) (offered, error) {
	var out offered
	if limit := offerBase + offerPerLine*len(lines); len(offer) > limit {
		return out, fmt.Errorf("%w: %d bytes are too many for %d m-lines (at most %d); offer %s and Opus only",
			ErrBadOffer, len(offer), len(lines), limit, codec)
	}
	sections, err := parseSections(offer, len(lines))
	if err != nil {
		return out, err
	}
	if len(sections) == 0 && len(lines) > 0 {
		return out, fmt.Errorf("%w: it has no m-line", ErrBadOffer)
	}
	out.sections, out.soundOnly = sections, soundOnly(sections, codec)
	for i, line := range lines {
		if i >= len(sections) {
			return out, &LineMismatchError{i, line.Name, line.describe(codec), "no m-line"}
		}
		if err := checkSection(i, line, sections[i], codec, out.soundOnly); err != nil {
			return out, err
		}
	}
	if len(sections) > len(lines) {
		return out, &LineMismatchError{len(lines), "", "no further m-line", sections[len(lines)].kind}
	}
	if out.soundOnly && !slices.ContainsFunc(lines, func(l Line) bool { return l.Kind == Audio }) {
		return out, fmt.Errorf("%w: %w", ErrBadOffer, ErrNoCodec)
	}
	return out, nil
}

// soundOnly says whether an offer has video, but nowhere in the codec.
func soundOnly(sections []*section, codec VideoCodec) bool {
	some := false
	for _, s := range sections {
		if s.kind == string(Video) {
			if _, ok := s.payloadType(Video, codec); ok {
				return false
			}
			some = true
		}
	}
	return some
}

func checkSection(i int, line Line, s *section, codec VideoCodec, soundOnly bool) error {
	mismatch := func(got string) error { return &LineMismatchError{i, line.Name, line.describe(codec), got} }
	want := "sendonly"
	if line.Direction == Recv {
		want = "recvonly"
	}
	_, hasCodec := s.payloadType(line.Kind, codec)
	switch {
	case s.kind != string(line.Kind):
		return mismatch(printable(s.kind))
	case s.rejected:
		return mismatch("a rejected m-line (port 0)")
	case s.direction != want:
		return mismatch(s.kind + " " + s.direction)
	case !hasCodec && (!soundOnly || line.Kind != Video):
		return mismatch(s.kind + " without " + codec.codecOf(line.Kind))
	case s.mid == "":
		return mismatch(s.kind + " without a=mid")
	}
	for _, rid := range s.rids {
		if !slices.ContainsFunc(line.Layers, func(l Layer) bool { return l.RID == rid }) {
			return mismatch("the layer " + printable(rid))
		}
	}
	return nil
}

// describe says in words what an m-line should be.
func (l Line) describe(codec VideoCodec) string {
	direction := "sendonly"
	if l.Direction == Recv {
		direction = "recvonly"
	}
	text := string(l.Kind) + " " + direction + " with " + codec.codecOf(l.Kind)
	if len(l.Layers) > 1 {
		rids := make([]string, len(l.Layers))
		for i := range l.Layers {
			rids[i] = l.Layers[i].RID
		}
		text += " and the layers " + strings.Join(rids, ", ")
	}
	return text
}

// printable makes what a stranger sent safe for an error message.
func printable(s string) string {
	if len(s) > 24 {
		s = s[:24]
	}
	return strconv.Quote(s)
}
