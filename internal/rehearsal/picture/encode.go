package picture

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"image"

	"github.com/gen2brain/webp"
)

// keyframe encodes a picture: a lossy WebP image is a VP8 keyframe in a RIFF container (RFC 9649, section 2.5).
func keyframe(img image.Image, quality int) ([]byte, error) {
	var out bytes.Buffer
	if err := webp.Encode(&out, img, webp.Options{Quality: quality, Method: 0}); err != nil {
		return nil, fmt.Errorf("encode a picture: %w", err)
	}
	const riffHeader, chunkHeader = 12, 8
	rest := out.Bytes()
	if len(rest) < riffHeader {
		return nil, errNoFrame
	}
	rest = rest[riffHeader:]
	for len(rest) >= chunkHeader {
		size := int(binary.LittleEndian.Uint32(rest[4:]))
		if len(rest) < chunkHeader+size {
			break
		}
		if string(rest[:4]) == "VP8 " {
			return bytes.Clone(rest[chunkHeader : chunkHeader+size]), nil
		}
		rest = rest[min(len(rest), chunkHeader+size+size&1):]
	}
	return nil, errNoFrame
}

var errNoFrame = errors.New("the encoder made no VP8 frame")
