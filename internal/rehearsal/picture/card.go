// Package picture makes what the camera of a simulated station sees, as VP8 frames (RFC 6386): a card with the unit's name, a
// clock, and a strip that says the unit's number in black and white, so that a test can tell from pixels whose picture it is.
package picture

import (
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"math"

	"github.com/hajimehoshi/bitmapfont/v3"
	"golang.org/x/image/font"
	"golang.org/x/image/math/fixed"
)

// Card is the picture of one unit.
type Card struct {
	Name   string // what it says, about six characters
	Number int    // 0 to 255, what the strip says
}

// Second is a second of the minute on a card's clock; NoSecond leaves the clock out.
type Second int

// NoSecond is a card without a clock.
const NoSecond Second = -1

// StripCells is the number of cells in the strip along the upper edge: the eight bits of Number, highest first, white for 1,
// then the same bits inverted, so that a reader knows when it misread.
const StripCells = 16

// stripPercent is the strip's share of the height.
const stripPercent = 10

// glyph is the height in pixels of the font before it is magnified.
const glyph = 16

// Draw draws the card in a size in pixels.
func (c Card) Draw(width, height int, second Second) *image.NRGBA {
	img := image.NewNRGBA(image.Rect(0, 0, width, height))
	draw.Draw(img, img.Bounds(), image.NewUniform(c.background()), image.Point{}, draw.Src)
	magnify := max(1, min(height/(3*glyph)+1, width/max(1, textWidth(c.Name)+4)))
	drawText(img, c.Name, height*16/100, magnify)
	if second != NoSecond {
		drawText(img, fmt.Sprintf(":%02d", second), height*50/100, magnify)
		c.drawProgress(img, second)
	}
	c.drawStrip(img)
	return img
}

// background is a calm colour of the unit's own.
func (c Card) background() color.Color {
	hue := math.Mod(float64(c.Number)*137.508, 360) // the golden angle keeps neighbours apart
	channel := func(shift float64) uint8 {
		return uint8(62 + 30*math.Cos((hue+shift)*math.Pi/180))
	}
	return color.NRGBA{channel(0), channel(240), channel(120), 255}
}

func (c Card) drawProgress(img *image.NRGBA, second Second) {
	b := img.Bounds()
	top, bottom := b.Dy()*91/100, b.Dy()*94/100
	fill(img, image.Rect(0, top, b.Dx(), bottom), color.NRGBA{0, 0, 0, 255})
	fill(img, image.Rect(0, top, b.Dx()*int(second+1)/60, bottom), color.NRGBA{240, 240, 240, 255})
}

func (c Card) drawStrip(img *image.NRGBA) {
	b := img.Bounds()
	for cell := range StripCells {
		bit := c.Number >> (7 - cell%8) & 1
		if cell >= 8 {
			bit = 1 - bit
		}
		shade := color.NRGBA{uint8(24 + 176*bit), uint8(24 + 176*bit), uint8(24 + 176*bit), 255}
		fill(img, image.Rect(b.Dx()*cell/StripCells, 0, b.Dx()*(cell+1)/StripCells, b.Dy()*stripPercent/100), shade)
	}
}

func fill(img *image.NRGBA, r image.Rectangle, c color.Color) {
	draw.Draw(img, r, image.NewUniform(c), image.Point{}, draw.Src)
}

func textWidth(s string) int { return font.MeasureString(bitmapfont.FaceSC, s).Ceil() }

// drawText writes a centred line, every pixel of the font magnified.
func drawText(img *image.NRGBA, s string, top, magnify int) {
	mask := image.NewAlpha(image.Rect(0, 0, textWidth(s), glyph))
	drawer := font.Drawer{Dst: mask, Src: image.Opaque, Face: bitmapfont.FaceSC, Dot: fixed.P(0, bitmapfont.FaceSC.Metrics().Ascent.Ceil())}
	drawer.DrawString(s)
	left := (img.Bounds().Dx() - mask.Bounds().Dx()*magnify) / 2
	for y := range mask.Bounds().Dy() {
		for x := range mask.Bounds().Dx() {
			if mask.AlphaAt(x, y).A > 127 {
				at := image.Pt(left+x*magnify, top+y*magnify)
				fill(img, image.Rectangle{at, at.Add(image.Pt(magnify, magnify))}, color.NRGBA{240, 244, 250, 255})
			}
		}
	}
}
