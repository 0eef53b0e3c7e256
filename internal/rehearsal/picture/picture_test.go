package picture

import (
	"bytes"
	"image"
	"image/color"
	"os"
	"path/filepath"
	"testing"

	"golang.org/x/image/vp8"
)

// readStrip does what a test in a browser does with the pixels that it sees.
func readStrip(t *testing.T, img image.Image) int {
	t.Helper()
	b := img.Bounds()
	number := 0
	for cell := range StripCells {
		x, y := b.Dx()*(2*cell+1)/(2*StripCells), b.Dy()*stripPercent/200
		bit := 0
		if color.GrayModel.Convert(img.At(x, y)).(color.Gray).Y > 100 {
			bit = 1
		}
		if cell < 8 {
			number = number<<1 | bit
		} else if bit == number>>(15-cell)&1 {
			t.Fatalf("cell %d is not the inverse of its bit", cell)
		}
	}
	return number
}

func decode(t *testing.T, frame []byte) image.Image {
	t.Helper()
	d := vp8.NewDecoder()
	d.Init(bytes.NewReader(frame), len(frame))
	if _, err := d.DecodeFrameHeader(); err != nil {
		t.Fatal(err)
	}
	img, err := d.DecodeFrame()
	if err != nil {
		t.Fatal(err)
	}
	return img
}

func TestTheStripSurvivesTheEncoder(t *testing.T) {
	for number := range 256 {
		frame, err := Card{Name: "太原街", Number: number}.Keyframe(160, 90, Second(number%60))
		if err != nil {
			t.Fatal(err)
		}
		if got := readStrip(t, decode(t, frame)); got != number {
			t.Errorf("strip of %d reads %d", number, got)
		}
	}
}

func TestCardsDiffer(t *testing.T) {
	pictures := map[string]string{}
	for _, c := range []Card{{"太原街", 1}, {"太原街", 2}, {"经济技术开发区", 1}, {"", 1}} {
		for _, second := range []Second{NoSecond, 0, 3} {
			img := c.Draw(160, 90, second)
			if other, ok := pictures[string(img.Pix)]; ok {
				t.Errorf("%v at %d looks like %s", c, second, other)
			}
			pictures[string(img.Pix)] = c.Name
		}
	}
}

func TestStillFollowsEverySize(t *testing.T) {
	for _, size := range [][2]int{{160, 90}, {640, 360}, {1280, 720}} {
		key, err := Card{Name: "寿泉", Number: 9}.Keyframe(size[0], size[1], NoSecond)
		if err != nil {
			t.Fatal(err)
		}
		frame, err := Still(key)
		if err != nil {
			t.Fatal(err)
		}
		// What a decoder makes of it is seen in the browser tests; here: it is an inter frame whose partition is whole.
		tag := uint32(frame[0]) | uint32(frame[1])<<8 | uint32(frame[2])<<16
		if tag&1 != 1 || tag>>4&1 != 1 || int(tag>>5) > len(frame)-3 || tag>>1&7 != uint32(key[0])>>1&7 {
			t.Errorf("%v: frame tag %x of %d bytes", size, tag, len(frame))
		}
	}
	if _, err := Still([]byte("no frame")); err == nil {
		t.Error("a still of nothing")
	}
}

func TestTheBoolEncoderIsReadBack(t *testing.T) {
	var e boolEncoder
	e.init()
	probabilities := []uint8{1, 255, 128, 7, 234, 60, 200, 3}
	for i := range 5000 {
		e.bit(i*i/7&1, probabilities[i%len(probabilities)])
	}
	d := boolDecoder{in: e.finish()}
	d.init()
	for i := range 5000 {
		if got := d.bit(probabilities[i%len(probabilities)]); got != i*i/7&1 {
			t.Fatalf("bit %d reads %d", i, got)
		}
	}
}

// boolDecoder is RFC 6386, section 7.3, read from the other end.
type boolDecoder struct {
	in         []byte
	value, rng uint32
	shifted    int
}

func (d *boolDecoder) next() uint32 {
	if len(d.in) == 0 {
		return 0
	}
	b := d.in[0]
	d.in = d.in[1:]
	return uint32(b)
}

func (d *boolDecoder) init() {
	d.value = d.next() << 8
	d.value |= d.next()
	d.rng = 255
}

func (d *boolDecoder) bit(p uint8) int {
	split := 1 + (d.rng-1)*uint32(p)>>8
	bit := 0
	if d.value >= split<<8 {
		bit = 1
		d.rng -= split
		d.value -= split << 8
	} else {
		d.rng = split
	}
	for d.rng < 128 {
		d.value <<= 1
		d.rng <<= 1
		if d.shifted++; d.shifted == 8 {
			d.shifted = 0
			d.value |= d.next()
		}
	}
	return bit
}

func TestAReelIsDrawnOnce(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "pictures")
	card := Card{Name: "津桥", Number: 5}
	first, err := OpenReel(card, 160, 90, dir)
	if err != nil {
		t.Fatal(err)
	}
	files, err := os.ReadDir(dir)
	if err != nil || len(files) != 1 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	again, err := OpenReel(card, 160, 90, dir)
	if err != nil {
		t.Fatal(err)
	}
	for second := range Second(60) {
		a, untilA := first.At(second)
		b, untilB := again.At(second)
		if !bytes.Equal(a, b) || untilA != untilB || untilA <= second {
			t.Fatalf("second %d differs", second)
		}
	}
	name := filepath.Join(dir, files[0].Name())
	if err := os.WriteFile(name, []byte("broken"), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := OpenReel(card, 160, 90, dir); err != nil {
		t.Errorf("a broken cache: %v", err)
	}
	if content, err := os.ReadFile(name); err != nil || len(content) < 1000 {
		t.Errorf("the cache was not mended: %d bytes, %v", len(content), err)
	}
}
