package signaling

import (
	"cmp"
	"fmt"
	"strings"

	"muster/rollcall"
	"muster/sfu"
	"muster/signaling/wire"
)

// Names of lines. A page may not rely on them beyond what docs/protocol.md says: hello lists them.
const (
	lineMic        = "mic"
	lineCamera     = "camera"
	lineShareVideo = "share.send.video"
	lineShareAudio = "share.send.audio"
	hallVideo      = "hall.video"
	hallAudio      = "hall.audio"
	shareVideo     = "share.video"
	shareAudio     = "share.audio"
)

func floorVideo(place int) string { return fmt.Sprintf("floor%d.video", place+1) }
func floorAudio(place int) string { return fmt.Sprintf("floor%d.audio", place+1) }
func wallLine(n int) string       { return fmt.Sprintf("wall%d", n+1) }

// lowBitrate is what the lowest layer of a camera takes in bit/s, unless the configuration says something else.
const lowBitrate = 60_000

// cameraLayers are the simulcast encodings of a camera: l is proof of life, m for weak lines, h what a floor shows.
func cameraLayers(low int) []wire.Layer {
	return []wire.Layer{
		{RID: "l", Width: 160, Height: 90, MaxBitrate: cmp.Or(low, lowBitrate), MaxFramerate: 5},
		{RID: "m", Width: 640, Height: 360, MaxBitrate: 400_000, MaxFramerate: 15},
		{RID: "h", Width: 1280, Height: 720, MaxBitrate: 1_500_000, MaxFramerate: 25},
	}
}

func send(name string, kind sfu.Kind, layers ...wire.Layer) wire.Line {
	return wire.Line{Name: name, Kind: string(kind), Direction: string(sfu.Send), Layers: layers}
}

func recv(name string, kind sfu.Kind) wire.Line {
	return wire.Line{Name: name, Kind: string(kind), Direction: string(sfu.Recv)}
}

// linesOf are the lines of a page; tiles is the number of wall lines, one for each unit of the roster, low the bitrate of a camera's
// lowest layer.
func linesOf(page string, tiles, low int) []wire.Line {
	var out []wire.Line
	if page == wire.PageStation || page == wire.PageConsole {
		out = append(out, send(lineMic, sfu.Audio), send(lineCamera, sfu.Video, cameraLayers(low)...))
	}
	if page == wire.PageConsole {
		out = append(out, send(lineShareVideo, sfu.Video), send(lineShareAudio, sfu.Audio))
	}
	names := []string{hallVideo, hallAudio, shareVideo, shareAudio}
	for place := range 3 {
		names = append(names, floorVideo(place), floorAudio(place))
	}
	for _, n := range names {
		kind := sfu.Video
		if strings.HasSuffix(n, ".audio") {
			kind = sfu.Audio
		}
		if page == wire.PageWall && kind == sfu.Audio {
			continue
		}
		out = append(out, recv(n, kind))
	}
	if page == wire.PageConsole || page == wire.PageWall {
		for n := range tiles {
			out = append(out, recv(wallLine(n), sfu.Video))
		}
	}
	return out
}

// Sources have ids that only the server makes: a page can't publish under another's name.
const (
	unitPrefix = "unit/"
	hallPrefix = "hall/"
)

func unitCamera(code string) sfu.SourceID { return sfu.SourceID(unitPrefix + code + "/camera") }
func unitMic(code string) sfu.SourceID    { return sfu.SourceID(unitPrefix + code + "/mic") }

// hallSource is what a console publishes on one of its lines.
func hallSource(client, line string) sfu.SourceID {
	return sfu.SourceID(hallPrefix + client + "/" + line)
}

// shownAs is the name that pages know a source by: a unit's code, "hall" or "share".
func shownAs(id sfu.SourceID) string {
	if rest, ok := strings.CutPrefix(string(id), unitPrefix); ok {
		code, _, _ := strings.Cut(rest, "/")
		return code
	}
	switch {
	case id == "":
		return ""
	case strings.HasSuffix(string(id), "/"+lineShareVideo), strings.HasSuffix(string(id), "/"+lineShareAudio):
		return "share"
	}
	return "hall"
}

// mediaLines are the page's lines as the media plane wants them.
func mediaLines(lines []wire.Line, source func(line string) sfu.SourceID) []sfu.Line {
	out := make([]sfu.Line, 0, len(lines))
	for _, l := range lines {
		m := sfu.Line{Name: l.Name, Kind: sfu.Kind(l.Kind), Direction: sfu.Direction(l.Direction)}
		if m.Direction == sfu.Send {
			m.Source = source(l.Name)
		} else {
			m.Group, _, _ = strings.Cut(l.Name, ".") // picture and sound of one place are played in sync
			m.Priority = priority(l.Name)
		}
		for _, y := range l.Layers {
			m.Layers = append(m.Layers, sfu.Layer{RID: y.RID, Width: y.Width, Height: y.Height, MaxBitrate: y.MaxBitrate, MaxFPS: y.MaxFramerate})
		}
		out = append(out, m)
	}
	return out
}

// priority says what a page with a thin line gets first: who speaks, then what is shown, then the wall.
func priority(line string) int {
	switch {
	case isTile(line):
		return 0
	case strings.HasPrefix(line, "share."):
		return 1
	}
	return 2
}

// sourceOf returns the ids under which a page's lines publish.
func sourceOf(page, client, unit string) func(line string) sfu.SourceID {
	if page != wire.PageStation {
		return func(line string) sfu.SourceID { return hallSource(client, line) }
	}
	return func(line string) sfu.SourceID {
		if line == lineMic {
			return unitMic(unit)
		}
		return unitCamera(unit)
	}
}

// scene is all that decides what pages see and hear: the session and who holds the hall's camera.
type scene struct {
	view  *rollcall.View // nil when no session is open
	owner string         // client id of the console that is the hall, empty when none
}

// open says whether there is a session in which anybody may be seen.
func (s scene) open() bool { return s.view != nil && s.view.Phase != rollcall.Closed }

// viewer is a page, as far as that decides what it may see and hear.
type viewer struct {
	page   string
	client string
	unit   string               // of a station
	tiles  []string             // wall lines of a console or wall
	watch  map[string]wire.Tile // by wall line
}

// isHall says whether the page is the one console that is the hall's camera, microphone and loudspeaker.
func (s scene) isHall(v viewer) bool {
	return v.page == wire.PageConsole && s.owner != "" && v.client == s.owner
}

// wants says what each receiving line of a page is to show. It is a pure function, and the only place where it is decided
// who may see and hear whom: without a session nobody sees a station; before and outside its turn only consoles and walls
// do; a unit on the floor is seen by all and heard by all from its answer on, except by itself.
func (s scene) wants(v viewer) map[string]sfu.Want {
	out := map[string]sfu.Want{}
	for _, line := range []string{hallVideo, hallAudio, shareVideo, shareAudio} {
		out[line] = sfu.Want{}
	}
	for place := range 3 {
		out[floorVideo(place)], out[floorAudio(place)] = sfu.Want{}, sfu.Want{}
	}
	for _, line := range v.tiles {
		out[line] = sfu.Want{}
	}
	if !s.open() {
		return out
	}
	hears := v.page == wire.PageStation || v.page == wire.PageObserver || s.isHall(v)
	if s.owner != "" && !s.isHall(v) {
		out[hallVideo] = sfu.Want{Source: hallSource(s.owner, lineCamera)}
		out[shareVideo] = sfu.Want{Source: hallSource(s.owner, lineShareVideo)}
		if hears {
			out[hallAudio] = sfu.Want{Source: hallSource(s.owner, lineMic)}
			out[shareAudio] = sfu.Want{Source: hallSource(s.owner, lineShareAudio)}
		}
	}
	s.privateWants(v, out)
	for place, id := range s.view.Floor {
		turn, ok := s.view.Turns[id]
		if !ok || turn.Unit == v.unit {
			continue
		}
		out[floorVideo(place)] = sfu.Want{Source: unitCamera(turn.Unit)}
		if hears && turn.Sound() {
			out[floorAudio(place)] = sfu.Want{Source: unitMic(turn.Unit)}
		}
	}
	for _, line := range v.tiles {
		tile := v.watch[line]
		if _, known := s.view.Seats[tile.Unit]; known {
			largest := cmp.Or(tile.RID, "l")
			if blurred(s.view) {
				largest = "l" // what pages blur must not be sharp on the line either
			}
			out[line] = sfu.Want{Source: unitCamera(tile.Unit), MaxLayer: largest}
		}
	}
	return out
}

// privateWants lets the hall and one unit hear each other, and nobody else the hall. At the hall's own page the unit is on the
// lines that are the hall's elsewhere.
func (s scene) privateWants(v viewer, out map[string]sfu.Want) {
	switch {
	case !s.private():
	case s.isHall(v):
		out[hallVideo] = sfu.Want{Source: unitCamera(s.view.Line)}
		out[hallAudio] = sfu.Want{}
		if !lineMuted(s.view) {
			out[hallAudio] = sfu.Want{Source: unitMic(s.view.Line)}
		}
	case v.page != wire.PageStation || v.unit != s.view.Line:
		out[hallAudio] = sfu.Want{}
	}
}

// private says whether the hall speaks with one unit alone.
func (s scene) private() bool { return s.open() && s.view.Line != "" && s.owner != "" }

// lineMuted says whether the unit's microphone is muted that the hall speaks with in private.
func lineMuted(v *rollcall.View) bool {
	s, ok := v.Seats[v.Line]
	return ok && s.Muted()
}

// air is the truth for a page's on-air sign.
func (s scene) air(v viewer) wire.Air {
	out := wire.Air{Picture: "nobody"}
	if !s.open() {
		return out
	}
	switch {
	case v.page == wire.PageStation:
		out.Picture, out.Play = "hall", true
		for _, id := range s.view.Floor {
			if turn, ok := s.view.Turns[id]; ok && turn.Unit == v.unit {
				out.Picture, out.Sound, out.Mic = "everyone", turn.Sound(), turn.Sound()
			}
		}
		if s.private() && v.unit == s.view.Line {
			out.Mic, out.Private = !lineMuted(s.view), true
		}
	case v.page == wire.PageObserver:
		out.Play = true
	case s.isHall(v):
		out = wire.Air{Picture: "everyone", Sound: !s.private(), Mic: true, Play: true, Private: s.private()}
	}
	return out
}
