package picture

import (
	"crypto/sha256"
	"encoding/gob"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

const (
	// step is how far the clock of a reel moves from one frame to the next: a frame takes 4 ms to encode, and a whole fleet's
	// reels have to be there soon.
	step = 3
	// quality of the encoder, 0 to 100.
	quality = 55
	// edition is part of the cache's names: raise it when cards look different.
	edition = "2"
)

// Reel is a unit's low-resolution loop of one minute, encoded once.
type Reel struct {
	card   Card
	frames [][]byte
}

// OpenReel reads the unit's loop from the cache folder, or draws it and puts it there. An empty folder caches nothing.
func OpenReel(card Card, width, height int, cache string) (*Reel, error) {
	r := &Reel{card: card}
	file := ""
	if cache != "" {
		sum := sha256.Sum256(fmt.Appendf(nil, "%s/%s/%d/%dx%d", edition, card.Name, card.Number, width, height))
		file = filepath.Join(cache, hex.EncodeToString(sum[:12])+".reel")
		if r.load(file) {
			return r, nil
		}
	}
	for second := Second(0); second < 60; second += step {
		frame, err := card.Keyframe(width, height, second)
		if err != nil {
			return nil, err
		}
		r.frames = append(r.frames, frame)
	}
	if file == "" {
		return r, nil
	}
	return r, r.save(file)
}

// At returns the keyframe for a second of the minute, and the second at which the next one is due.
func (r *Reel) At(second Second) (frame []byte, until Second) {
	i := int(second) / step % len(r.frames)
	return r.frames[i], Second((i + 1) * step)
}

// Keyframe draws and encodes the card as a VP8 keyframe.
func (c Card) Keyframe(width, height int, second Second) ([]byte, error) {
	return keyframe(c.Draw(width, height, second), quality)
}

// load reports false for a file that is not there or not whole; it is then drawn again.
func (r *Reel) load(file string) bool {
	f, err := os.Open(file)
	if err != nil {
		return false
	}
	defer func() { _ = f.Close() }()
	return gob.NewDecoder(f).Decode(&r.frames) == nil && len(r.frames) == 60/step
}

func (r *Reel) save(file string) (err error) {
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		return fmt.Errorf("cannot keep pictures: %w", err)
	}
	f, err := os.CreateTemp(filepath.Dir(file), "reel-*.new")
	if err != nil {
		return fmt.Errorf("cannot keep pictures: %w", err)
	}
	defer func() {
		if rest := os.Remove(f.Name()); rest != nil && !errors.Is(rest, fs.ErrNotExist) {
			err = errors.Join(err, rest)
		}
	}()
	if err := errors.Join(gob.NewEncoder(f).Encode(r.frames), f.Close()); err != nil {
		return fmt.Errorf("cannot keep pictures: %w", err)
	}
	if err := os.Rename(f.Name(), file); err != nil {
		return fmt.Errorf("cannot keep pictures: %w", err)
	}
	return nil
}
